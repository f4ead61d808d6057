import * as z from 'zod';
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

/** Hints over a connection of their own to PostgreSQL (LISTEN and NOTIFY), closed until `start`. */
export class PostgresHints implements Hints {
  readonly #parts: HintParts;
  #connection: Connection | undefined;
  #conversations = new Set<ConversationId>();
  #shards = new Set<number>();
  #sending: Promise<void> | undefined;
  #isStopped = true;
  #cancel = (): void => undefined;

  constructor(parts: HintParts) {
    this.#parts = parts;
  }

  tell(conversations: Iterable<ConversationId>, shards: Iterable<number>): void {
    if (this.#isStopped || this.#parts.isAlone()) return;
    if (this.#conversations.size < waitingMax) for (const one of conversations) this.#conversations.add(one);
    for (const one of shards) this.#shards.add(one);
    if (!this.#isWaiting() || this.#sending) return;
    const gathered = Promise.withResolvers<void>();
    this.#parts.timers.after(gatherMs, gathered.resolve);
    this.#sending = gathered.promise.then(() => this.#send());
  }

  start(): void {
    this.#isStopped = false;
    void this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#sending;
    const last = this.#connection;
    this.#connection = undefined;
    await last?.end();
  }

  #isWaiting(): boolean {
    return this.#conversations.size + this.#shards.size > 0;
  }

  async #send(): Promise<void> {
    while (this.#connection && this.#isWaiting()) {
      const said = payloadsOf(this.#parts.node, this.#conversations, this.#shards);
      this.#conversations = new Set();
      this.#shards = new Set();
      try {
        await this.#connection.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [topic, said]);
      } catch (error) {
        this.#parts.log.debug({ err: error }, 'hints were lost');
      }
    }
    this.#sending = undefined;
  }

  async #connect(): Promise<void> {
    try {
      const made = await this.#parts.database.connect();
      if (this.#isStopped) return await made.end();
      this.#connection = made;
      made.on('error', (error) => this.#lost(made, error));
      made.on('end', () => this.#lost(made));
      made.on('notification', ({ payload }) => {
        this.#hear(payload ?? '');
      });
      await made.query(`listen ${topic}`);
      this.#parts.onGap();
    } catch (error) {
      const made = this.#connection;
      if (made) this.#lost(made, error);
      else this.#connectLater(error);
    }
  }

  /** Whoever may connect to the database may notify: what cannot be read is taken for a hint that was lost. */
  #hear(payload: string): void {
    const { node, log, onHint, onGap } = this.#parts;
    const said = readPayload(payload);
    if (said === undefined) {
      log.warn({ bytes: payload.length }, 'a hint could not be read; what is new is looked for instead');
      onGap();
    } else if (said.node !== node) onHint(said);
  }

  #lost(connection: Connection, error?: unknown): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    void endQuietly(connection, this.#parts.log);
    this.#connectLater(error);
  }

  #connectLater(error: unknown): void {
    if (this.#isStopped) return;
    this.#parts.log.info({ err: error }, 'there is no connection for hints; it is made anew');
    this.#cancel = this.#parts.timers.after(reconnectMs, () => void this.#connect());
  }
}

async function endQuietly(connection: Connection, log: Log): Promise<void> {
  try {
    await connection.end();
  } catch (error) {
    log.debug({ err: error }, 'a connection that was lost could not be closed');
  }
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

const payloadSchema = z.object({
  n: z.string(),
  c: z.array(z.string().regex(/^[\w-]{22}$/)),
  s: z.array(z.int()),
});

/** Reads what a process said; undefined when it is nothing that one of them says. */
function readPayload(payload: string): (Hint & { readonly node: string }) | undefined {
  const idOf = (text: string): ConversationId => {
    const hex = Buffer.from(text, 'base64url').toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as ConversationId;
  };
  const read = payloadSchema.safeParse(parsed(payload));
  if (!read.success) return undefined;
  const { n, c, s } = read.data;
  return { node: n, conversations: new Set(c.map(idOf)), shards: new Set(s) };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
