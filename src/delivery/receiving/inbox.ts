import { createHash } from 'node:crypto';
import { failPoint, limits, newId, type Branded } from '#base';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { SealedForOperator, Vault } from '#vault';

/** A body of a messenger's, from its receipt until it is worked through. */
export type InboxId = Branded<'InboxId'>;

/** A body that this process has taken up. */
export interface TakenUp {
  readonly inboxId: InboxId;
  readonly channel: string;
  /** As it came; undefined: it is sealed still. */
  readonly raw?: Buffer;
  /** How often working through it was begun before; the first time by whoever stored it is not counted. */
  readonly attempts: number;
}

/** Bodies as they came, sealed, and dead letters. The time is the database's own, so that no clock holds one back. */
export interface Inbox {
  /**
   * Stores a body. `settles`: it says something of our own messages alone. `isTaken`: whoever stores it works on it
   * at once. Answered after COMMIT.
   */
  store(channel: string, raw: Buffer, how: { readonly settles: boolean; readonly isTaken: boolean }): Promise<InboxId>;
  /** Takes up what is due of either kind, the oldest first; nobody else does for a while. It is no attempt yet. */
  claim(settles: boolean, max: number): Promise<TakenUp[]>;
  /** Whoever holds these has them still, and works on them or will. */
  renew(inboxIds: readonly InboxId[]): Promise<void>;
  /**
   * Working through it begins: entered before anything is done, so that a body that ends the process each time is
   * given up in the end. Answers how often it was, this time included.
   */
  begin(inboxId: InboxId): Promise<number>;
  /**
   * What it says; undefined: it is worked through.
   *
   * @throws TellerlineError `key_gone`, `sealed_unreadable`
   */
  open(taken: TakenUp): Promise<Buffer | undefined>;
  /** All of it has had its effect. */
  done(inboxId: InboxId): Promise<void>;
  /** Some of it has not: it is due again so much later. */
  putOff(inboxId: InboxId, inMs: number): Promise<void>;
  /** It has not for too long: it becomes a dead letter, as it is. */
  bury(inboxId: InboxId, reason: string): Promise<void>;
  /** Keeps a part of a body that nobody understands; the same part of the same body once. */
  keepPart(of: TakenUp, part: number, raw: Buffer, reason: string): Promise<void>;
}

/** So long a process that has taken a body up is believed to work on it. */
const takenMs = 15_000;

/** The inbox over a database and a vault. */
export function createInbox(parts: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: { nowMs(): number };
}): Inbox {
  const { database, vault, clock } = parts;
  return {
    store: async (channel, raw, { settles, isTaken }) => {
      const inboxId = newId<InboxId>();
      await database.transaction(async (tx) => {
        const { keyId, sealed } = await vault.operator.seal(tx, 'inbox', inboxId, raw, clock.nowMs());
        await tx.execute(sql`insert into channel_inbox (inbox_id, channel, settles, key_id, sealed, received_at, attempts, next_at)
          values (${inboxId}, ${channel}, ${settles}, ${keyId}, ${sealed}, clock_timestamp(), 0,
            clock_timestamp() + ${isTaken ? takenMs : 0} * interval '1 millisecond')`);
        failPoint('body stored');
      });
      failPoint('body committed');
      return inboxId;
    },
    claim: (settles, max) => claim(database, settles, max),
    renew: async (inboxIds) => {
      await database.execute(sql`
        update channel_inbox set next_at = greatest(next_at, clock_timestamp() + ${takenMs} * interval '1 millisecond')
        where inbox_id = any(${[...inboxIds]}::uuid[])`);
    },
    begin: async (inboxId) => {
      const [row] = await database.query<{ attempts: number }>(sql`
        update channel_inbox set attempts = attempts + 1,
          next_at = greatest(next_at, clock_timestamp() + ${takenMs} * interval '1 millisecond')
        where inbox_id = ${inboxId} returning attempts`);
      return row?.attempts ?? 0;
    },
    open: async ({ inboxId, raw }) => {
      if (raw) return raw;
      const [row] = await database.query<SealedForOperator>(
        sql`select key_id as "keyId", sealed from channel_inbox where inbox_id = ${inboxId}`,
      );
      return row && vault.operator.open(database, 'inbox', inboxId, row);
    },
    done: async (inboxId) => {
      await database.execute(sql`delete from channel_inbox where inbox_id = ${inboxId}`);
    },
    putOff: async (inboxId, inMs) => {
      await database.execute(sql`update channel_inbox set next_at = clock_timestamp() + ${inMs} * interval '1 millisecond'
        where inbox_id = ${inboxId}`);
    },
    bury: (inboxId, reason) => bury(database, inboxId, reason),
    keepPart: (of, part, raw, reason) =>
      database.transaction(async (tx) => {
        const letterId = partId(of.inboxId, part);
        const { keyId, sealed } = await vault.operator.seal(tx, 'inbox', letterId, raw, clock.nowMs());
        await tx.execute(sql`
          insert into dead_letters (letter_id, channel, key_id, sealed, received_at, at, reason)
          select ${letterId}, channel, ${keyId}, ${sealed}, received_at, clock_timestamp(), ${reason}
          from channel_inbox where inbox_id = ${of.inboxId} on conflict (letter_id) do nothing`);
      }),
  };
}

async function claim(database: Database, settles: boolean, max: number): Promise<TakenUp[]> {
  const rows = await database.query<TakenUp>(sql`
    update channel_inbox set next_at = clock_timestamp() + ${takenMs} * interval '1 millisecond'
    where inbox_id in (select inbox_id from channel_inbox
      where settles = ${settles} and next_at <= clock_timestamp()
      order by received_at, inbox_id limit ${max} for update skip locked)
    returning inbox_id as "inboxId", channel, attempts`);
  return rows.toSorted((a, b) => (a.inboxId < b.inboxId ? -1 : 1));
}

async function bury(database: Database, inboxId: InboxId, reason: string): Promise<void> {
  await database.execute(sql`
    with gone as (delete from channel_inbox where inbox_id = ${inboxId} returning *)
    insert into dead_letters (letter_id, channel, key_id, sealed, received_at, at, reason)
    select inbox_id, channel, key_id, sealed, received_at, clock_timestamp(), ${reason} from gone
    on conflict (letter_id) do nothing`);
}

/** The same for the same part of the same body. */
function partId(inboxId: InboxId, part: number): InboxId {
  return uuidOf(`${inboxId}|${part}`) as InboxId;
}

/** A UUID (version 8, RFC 9562) that a text always leads to; it leads back to the text by guessing alone. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** How many dead letters there are of one kind. */
export interface DeadLetters {
  readonly channel: string;
  readonly reason: string;
  readonly letters: number;
  readonly oldest: Date;
}

/** The dead letters there are, counted. What they say stays sealed. */
export function countDeadLetters(db: Queryable): Promise<DeadLetters[]> {
  return db.query<DeadLetters>(sql`
    select channel, reason, count(*)::integer as letters, min(received_at) as oldest from dead_letters
    group by channel, reason order by channel, reason`);
}

/** Gives dead letters back to the inbox, all or one messenger's; a running hub takes them up. Answers how many. */
export function replayDeadLetters(db: Queryable, channel: string | undefined): Promise<number> {
  return db.execute(sql`
    with gone as (delete from dead_letters where ${channel ?? null}::text is null or channel = ${channel ?? null} returning *)
    insert into channel_inbox (inbox_id, channel, key_id, sealed, received_at, attempts, next_at)
    select letter_id, channel, key_id, sealed, received_at, 0, clock_timestamp() from gone
    on conflict (inbox_id) do nothing`);
}

/** Enters that what carries this key is handled now; false when it was before. In the transaction of what it causes. */
export async function enterSeen(tx: Transaction, channel: string, keyIndex: Buffer): Promise<boolean> {
  const entered = await tx.execute(sql`insert into channel_seen (channel, key_index, at)
    values (${channel}, ${keyIndex}, clock_timestamp()) on conflict do nothing`);
  failPoint('arrival key entered');
  return entered > 0;
}

/** Whether it was handled before; without a lock. */
export async function isSeen(db: Queryable, channel: string, keyIndex: Buffer): Promise<boolean> {
  const rows = await db.query(sql`select from channel_seen where channel = ${channel} and key_index = ${keyIndex}`);
  return rows.length > 0;
}

/** Forgets what has served its time. */
export async function tidyReceiving(db: Queryable, nowMs: number): Promise<void> {
  const before = (days: number): Date => new Date(nowMs - days * 86_400_000);
  await db.execute(sql`delete from channel_seen where at < ${before(limits.channelKeyDays)}`);
  await db.execute(sql`delete from channel_statuses where at < ${before(limits.deliveryDaysKept)}`);
  // Of no message of ours, or of one that is gone: nobody waits for it any more.
  await db.execute(sql`delete from channel_statuses where (not applied or delivery_id is null) and at < ${before(1)}`);
  await db.execute(sql`delete from dead_letters where received_at < ${before(limits.deadLetterDaysKept)}`);
  await db.execute(sql`delete from channel_media where at < ${before(limits.pictureDaysKept)}`);
}
