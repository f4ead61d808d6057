import type { ConversationId, Log, NodeId, Timers } from '#base';
import type { Database } from '#db';

/** That something was committed, for the other processes of this hub. Ids and numbers alone. */
export interface Hint {
  /** Conversations with new entries. */
  readonly conversations: ReadonlySet<ConversationId>;
  /** Shards with new deliveries, or with deliveries of which more is known. */
  readonly shards: ReadonlySet<number>;
}

/** Tells the other processes, and hears from them. A hint may be lost: who waits for one looks by itself as well. */
export interface Hints {
  /** Says it to the others within a moment, many together. Call it after COMMIT alone. */
  tell(conversations: Iterable<ConversationId>, shards: Iterable<number>): void;
  start(): void;
  stop(): Promise<void>;
}

/** What hints work with. */
export interface HintParts {
  readonly database: Pick<Database, 'connect'>;
  readonly node: NodeId;
  readonly timers: Timers;
  readonly log: Log;
  /** There is no other process: nothing needs to be said. */
  readonly isAlone: () => boolean;
  readonly onHint: (hint: Hint) => void;
  /** Hints may have been lost: the connection was made anew. */
  readonly onGap: () => void;
}

type Connection = Awaited<ReturnType<Database['connect']>>;

const topic = 'tellerline_hints';
/** Hints of so long go together. */
const gatherMs = 10;
const reconnectMs = 1_000;
/** PostgreSQL takes 8,000 bytes at once; an id is 25 of them. */
const idsMax = 250;
/** When more is to be said at once the others look for themselves. */
const waitingMax = 20_000;

/** Makes hints over a connection of their own to PostgreSQL (LISTEN and NOTIFY), closed until `start`. */
export function createHints(parts: HintParts): Hints {
  const { timers, log, node } = parts;
  let connection: Connection | undefined;
  let conversations = new Set<ConversationId>();
  let shards = new Set<number>();
  let sending: Promise<void> | undefined;
  let isStopped = true;
  let cancel = (): void => undefined;

  const send = async (): Promise<void> => {
    while (connection && conversations.size + shards.size > 0) {
      const said = payloadsOf(node, conversations, shards);
      conversations = new Set();
      shards = new Set();
      try {
        await connection.query(`select pg_notify($1, payload) from unnest($2::text[]) as payload`, [topic, said]);
      } catch (error) {
        log.debug({ err: error }, 'hints were lost');
      }
    }
    sending = undefined;
  };
  const connect = async (): Promise<void> => {
    try {
      const made = await parts.database.connect();
      if (isStopped) return await made.end();
      const lost = (error?: Error): void => {
        if (connection !== made) return;
        connection = undefined;
        log.info({ err: error }, 'the connection for hints was lost and is made anew');
        void made.end().catch((failure: unknown) => log.debug({ err: failure }, 'it could not be closed either'));
        cancel = timers.after(reconnectMs, () => void connect());
      };
      connection = made;
      made.on('error', lost);
      made.on('end', () => lost());
      made.on('notification', ({ payload }) => {
        const hint = readPayload(payload ?? '', node);
        if (hint) parts.onHint(hint);
      });
      await made.query(`listen ${topic}`);
      parts.onGap();
    } catch (error) {
      log.info({ err: error }, 'there is no connection for hints; it is tried again');
      connection = undefined;
      if (!isStopped) cancel = timers.after(reconnectMs, () => void connect());
    }
  };

  return {
    tell: (some, others) => {
      if (isStopped || parts.isAlone()) return;
      if (conversations.size < waitingMax) for (const one of some) conversations.add(one);
      for (const one of others) shards.add(one);
      if (conversations.size + shards.size === 0 || sending) return;
      const gathered = Promise.withResolvers<void>();
      timers.after(gatherMs, gathered.resolve);
      sending = gathered.promise.then(send);
    },
    start: () => {
      isStopped = false;
      void connect();
    },
    stop: async () => {
      isStopped = true;
      cancel();
      await sending;
      const last = connection;
      connection = undefined;
      await last?.end();
    },
  };
}

function payloadsOf(node: NodeId, conversations: ReadonlySet<ConversationId>, shards: ReadonlySet<number>): string[] {
  const ids = [...conversations].map((id) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url'));
  const payloads: string[] = [];
  for (let from = 0; from === 0 || from < ids.length; from += idsMax)
    payloads.push(JSON.stringify({ n: node, c: ids.slice(from, from + idsMax), s: [] }));
  // All 1,024 shards fit into one.
  if (shards.size > 0) payloads.push(JSON.stringify({ n: node, c: [], s: [...shards] }));
  return payloads;
}

/** Reads what another process said; undefined for what this one said itself. */
function readPayload(payload: string, own: NodeId): Hint | undefined {
  const { n, c, s } = JSON.parse(payload) as { n: string; c: string[]; s: number[] };
  if (n === own) return undefined;
  const idOf = (text: string): ConversationId => {
    const hex = Buffer.from(text, 'base64url').toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as ConversationId;
  };
  return { conversations: new Set(c.map(idOf)), shards: new Set(s) };
}
