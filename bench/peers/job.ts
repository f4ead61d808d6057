/** What both of the peer's processes are told. */
export interface PeerSettings {
  readonly databaseUrl: string;
  readonly redisPort: number;
  /** The secret that every link's key is wrapped under. */
  readonly root: Uint8Array;
  /** By which the bank's signatures are verified (PEM). */
  readonly publicKey: string;
  readonly manner: Manner;
}

/**
 * `singly`: as it is usually written, each event of a batch by itself: its link is looked up, its row inserted and
 * its job added. `in-bulk`: as whoever has measured it would write it: one look-up and one transaction a batch, and
 * all of its jobs in one call; still one insert and one job an event.
 */
export type Manner = 'singly' | 'in-bulk';

/** One job for one event, as it stands in the queue: names, and nothing that is sealed. */
export interface EventJob {
  readonly eventId: string;
  readonly customerId: string;
}

export const queueName = 'events';

export const redisAt = (port: number) => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null });

/** What a link's wrapped key, and what an event's sealed content, are bound to. */
export const linkContext = (linkId: string): string => `link|${linkId}`;
export const eventContext = (linkId: string, eventId: string): string => `events|${linkId}|${eventId}`;

/** The blind index of an account. */
export const indexDomain = 'account';

/** The tables: who is linked, and one row an event, unique by its id. */
export const tables = `
  create schema peer;
  create table peer.links (
    link_id uuid primary key,
    customer_id uuid not null,
    account_index bytea not null unique,
    purposes text[] not null,
    wrapped_key bytea not null
  );
  create table peer.events (
    event_id text primary key,
    content_hash bytea not null,
    link_id uuid not null,
    sealed bytea not null,
    received_at timestamptz not null default now()
  );
  create index events_of_link on peer.events (link_id, received_at);`;
