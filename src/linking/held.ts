import type { AccountRef, CustomerId, LinkId } from '#base';
import { consentIdsOf } from '#consent';
import type { Hearing } from '#contract';
import { sql } from '#db';
import { openWishes } from './hearing.ts';
import type { AccountDetail } from './links.ts';
import type { LinkingParts } from './parts.ts';

/** What is kept of a customer's links besides what the privacy centre shows, as the rows have it. No token is in it. */
export interface HeldLinking {
  /** Every consent there was, oldest first, also those that another one took the place of. */
  readonly consents: readonly string[];
  readonly links: readonly {
    readonly id: LinkId;
    readonly bank: string;
    readonly state: string;
    /** Whether the bank sends events of it. */
    readonly subscribed: boolean;
    readonly linkedAt: Date;
    readonly endedAt: Date | null;
  }[];
  /** Those that are left out as well. */
  readonly accounts: readonly (AccountDetail & {
    /** What the customer wants to be told of it. */
    readonly hearing: Hearing;
    readonly id: AccountRef;
    readonly link: LinkId;
    readonly leftOut: boolean;
  })[];
  /** How far the history of each account was read. */
  readonly lookbacks: readonly {
    readonly link: LinkId;
    readonly account: AccountRef;
    readonly from: string;
    readonly to: string;
    readonly completeFrom: string | null;
    readonly state: string;
    readonly transactions: number;
    readonly pages: number;
  }[];
  /** How banks that do not push are asked. */
  readonly fetches: readonly {
    readonly link: LinkId;
    readonly bank: string;
    readonly readAt: Date | null;
    readonly dueAt: Date | null;
    readonly unreadSince: Date | null;
    readonly unreadWhy: string | null;
  }[];
  /** How far each account was fetched from such a bank. */
  readonly fetchedAccounts: readonly {
    readonly link: LinkId;
    readonly account: AccountRef;
    readonly to: string | null;
  }[];
  /** Banks whose login vouches for the customer. */
  readonly bankLogins: readonly { readonly bank: string; readonly since: Date }[];
  /** Ways to a bank that were begun within the last day. */
  readonly attempts: readonly {
    readonly bank: string;
    readonly intent: string;
    readonly state: string;
    readonly signings: number;
    readonly begunAt: Date;
    readonly expiresAt: Date;
    readonly shownAt: Date | null;
  }[];
  /** What banks are told of ended links. */
  readonly revocations: readonly {
    readonly link: LinkId;
    readonly bank: string;
    readonly attempts: number;
    readonly askedAt: Date;
    readonly confirmedAt: Date | null;
    readonly givenUpAt: Date | null;
  }[];
}

/** Everything of a customer's links that is not read through the gate, for the customer's own export. */
export async function heldLinking(parts: LinkingParts, customerId: CustomerId): Promise<HeldLinking> {
  const { database } = parts;
  return {
    consents: await consentIdsOf(database, customerId),
    links: await database.query(sql`
      select link_id as id, bank_id as bank, state, subscribed, created_at as "linkedAt", ended_at as "endedAt"
      from links where customer_id = ${customerId} order by created_at, link_id`),
    accounts: await accountsHeld(parts, customerId),
    lookbacks: await database.query(sql`
      select b.link_id as link, b.account_ref as account, b.from_date::text as from, b.to_date::text as to,
        b.complete_from::text as "completeFrom", b.state, b.transactions, b.pages
      from lookbacks b join links l using (link_id) where l.customer_id = ${customerId}
      order by b.link_id, b.account_ref`),
    fetches: await database.query(sql`
      select f.link_id as link, f.bank_id as bank, f.read_at as "readAt", f.due_at as "dueAt",
        f.unread_since as "unreadSince", f.unread_why as "unreadWhy"
      from fetches f join links l using (link_id) where l.customer_id = ${customerId} order by f.link_id`),
    fetchedAccounts: await database.query(sql`
      select f.link_id as link, f.account_ref as account, f.read_to::text as to
      from fetch_accounts f join links l using (link_id) where l.customer_id = ${customerId}
      order by f.link_id, f.account_ref`),
    bankLogins: await database.query(sql`select bank_id as bank, created_at as since
      from bank_logins where customer_id = ${customerId} order by created_at, bank_id`),
    attempts: await database.query(sql`
      select bank_id as bank, intent, state, signings, created_at as "begunAt", expires_at as "expiresAt",
        shown_at as "shownAt"
      from link_attempts where customer_id = ${customerId} order by created_at, attempt_id`),
    revocations: await database.query(sql`
      select link_id as link, bank_id as bank, attempts, created_at as "askedAt", confirmed_at as "confirmedAt",
        given_up_at as "givenUpAt"
      from revocations where customer_id = ${customerId} order by created_at, revocation_id`),
  };
}

interface AccountRow {
  readonly id: AccountRef;
  readonly link: LinkId;
  readonly leftOut: boolean;
  readonly index: Buffer;
  readonly sealed: Buffer;
  readonly sealedHearing: Buffer | null;
  readonly sealedLow: Buffer | null;
  readonly sealedWatch: Buffer | null;
}

/** The accounts of links that still have a key, with the bank's own id of each. */
async function accountsHeld(parts: LinkingParts, customerId: CustomerId): Promise<HeldLinking['accounts']> {
  return parts.database.transaction(async (tx) => {
    // The keys first: once they are held nobody renews one and reseals what is read here.
    const links = await tx.query<{ linkId: LinkId }>(sql`
      select link_id as "linkId" from links where customer_id = ${customerId} and state <> 'stopped'`);
    const sealers = await parts.vault.linkSealers(
      tx,
      links.map((link) => link.linkId),
    );
    const rows = await tx.query<AccountRow>(sql`
      select a.account_ref as id, a.link_id as link, a.left_out as "leftOut", a.account_index as index, a.sealed,
        a.sealed_hearing as "sealedHearing", a.sealed_low as "sealedLow", a.sealed_watch as "sealedWatch"
      from accounts a join links l using (link_id)
      where l.customer_id = ${customerId} and l.state <> 'stopped' order by l.created_at, a.link_id, a.ordinal`);
    return rows.flatMap(({ id, link, leftOut, sealed, ...row }) => {
      const sealer = sealers.get(link);
      if (!sealer) return [];
      const { hearing } = openWishes(sealer, { ...row, accountRef: id });
      const opened = sealer.openState<AccountDetail>('accounts.detail', row.index.toString('hex'), sealed);
      return [opened.use((detail) => ({ ...detail, id, link, leftOut, hearing }))];
    });
  });
}
