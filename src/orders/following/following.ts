import { randomUUID } from 'node:crypto';
import {
  isTellerlineError,
  limits,
  TellerlineError,
  type BankId,
  type Clock,
  type CustomerId,
  type LinkId,
  type Log,
} from '#base';
import { purposesInForce, requireConsent } from '#consent';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { Delivery, Thread } from '#delivery';
import { createRunner } from '#linking';
import { taskActor, type LinkSealer, type Vault } from '#vault';
import { forgetOrderRoute, findOrderRoute, trackingRoute } from '../routes.ts';
import { heldOrders, type HeldOrders } from './held.ts';
import type { Trackers } from './trackers.ts';

/** Parcels that customers follow by the number alone, at a carrier that they connected. */
export interface Following {
  /**
   * Begins to follow, in the transaction of the button: the carrier is asked after COMMIT, and again until it answers.
   *
   * @throws TellerlineError `link_ended`, `purpose_not_consented`, `parcels_too_many`
   */
  follow(tx: Transaction, parcel: ToFollow): Promise<void>;
  /**
   * Ends it, in the transaction of the button: what was kept of the parcel is deleted, with all answers that were read
   * from this carrier, and no scan leads here any more.
   */
  unfollow(tx: Transaction, thread: Thread, parcel: Omit<ToFollow, 'customerId' | 'bankId'>): Promise<void>;
  /** The link that a customer follows a number under; undefined when they do not. */
  followed(db: Queryable, customerId: CustomerId, trackingNumber: string): Promise<LinkId | undefined>;
  /** What is followed by a customer, and what waits for its order; opened for their own export. */
  held(linkIds: readonly LinkId[]): Promise<HeldOrders>;
  /** Ends what was followed for as long as it may be, as `unfollow` does. */
  tidy(): Promise<void>;
  /** Asks what is due every now and then, until it is stopped. */
  start(): void;
  stop(): Promise<void>;
}

/** A parcel, and under which connection to a carrier it is followed. */
export interface ToFollow {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  /** The carrier, by its id among those who give data. */
  readonly bankId: BankId;
  readonly trackingNumber: string;
}

/** Why a parcel is followed no more: the carrier knows no such number, or did not answer for long. */
export type NotFollowed = 'refused' | 'unasked';

/** Tells the customer that a parcel is not followed after all, and why. */
export type FollowingTell = (tx: Transaction, parcel: ToFollow, why: NotFollowed) => Promise<void>;

/** What following works with. */
export interface FollowingParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: Pick<Delivery, 'removeShowing' | 'removeAnswers' | 'removeOfSeveral' | 'threadsOf'>;
  readonly trackers: Trackers;
  readonly tell: FollowingTell;
  readonly clock: Clock;
  readonly log: Log;
}

interface Due extends Omit<ToFollow, 'trackingNumber'> {
  readonly trackingIndex: Buffer;
  readonly followId: string;
  readonly attempts: number;
  /** That the number goes to the carrier stands in the customer's list. */
  readonly entered: boolean;
  readonly begunAt: Date;
  readonly sealed: Buffer;
}

/** What another process left is found within this. */
const roundMs = 5_000;
const atOnceMax = 8;
const leaseMs = 60_000;

/** Makes it, idle until `start`. */
export function createFollowing(parts: FollowingParts): Following {
  const { run, later, stop } = createRunner(parts.log);
  const look = (): void =>
    run('due', async () => {
      const due = await claim(parts);
      await Promise.all(due.map((one) => ask(parts, one)));
      if (due.length === atOnceMax) look();
    });
  const round = (): void => {
    look();
    later(roundMs, round);
  };
  return {
    follow: async (tx, parcel) => {
      await enter(tx, parts, parcel);
      tx.afterCommit(look);
    },
    unfollow: (tx, thread, parcel) => unfollow(tx, parts, thread, parcel),
    followed: async (db, customerId, trackingNumber) => {
      const [row] = await db.query<{ linkId: LinkId }>(sql`select link_id as "linkId" from followed_parcels
        where tracking_index = ${trackingRoute(parts.vault, trackingNumber)} and customer_id = ${customerId} limit 1`);
      return row?.linkId;
    },
    held: (linkIds) => heldOrders(parts, linkIds),
    tidy: () => endOld(parts),
    start: round,
    stop,
  };
}

async function enter(
  tx: Transaction,
  { vault, clock }: FollowingParts,
  { customerId, linkId, bankId, trackingNumber }: ToFollow,
): Promise<void> {
  const nowMs = clock.nowMs();
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) throw new TellerlineError('link_ended', 410, 'This carrier was disconnected. Nothing was asked of it.');
  if ((await purposesInForce(tx, [linkId], nowMs)).get(linkId)?.has('shipping') !== true)
    throw new TellerlineError('purpose_not_consented', 403, 'This carrier is not allowed to tell of parcels here.');
  const [standing] = await tx.query<{ many: bigint }>(
    sql`select count(*) as many from followed_parcels where link_id = ${linkId}`,
  );
  if (Number(standing?.many) >= limits.parcelsFollowedMax)
    throw new TellerlineError(
      'parcels_too_many',
      429,
      `At most ${limits.parcelsFollowedMax} parcels can be followed at once. Stop following one of them first.`,
    );
  const followId = randomUUID();
  const now = new Date(nowMs);
  await tx.execute(sql`
    insert into followed_parcels (link_id, tracking_index, follow_id, customer_id, bank_id, sealed, begun_at, next_at, lease_until)
    values (${linkId}, ${trackingRoute(vault, trackingNumber)}, ${followId}, ${customerId}, ${bankId},
      ${sealer.sealState('followed_parcels.number', followId, trackingNumber)}, ${now}, ${now}, 'epoch')
    on conflict do nothing`);
}

/** Each in a transaction of its own: one that fails is tried again at the next tidying, and holds up no other. */
async function endOld(parts: FollowingParts): Promise<void> {
  const { database, delivery, clock, log } = parts;
  const before = new Date(clock.nowMs() - limits.parcelDaysFollowed * 86_400_000);
  const old = await database.query<Pick<Due, 'linkId' | 'trackingIndex' | 'customerId'>>(sql`
    select link_id as "linkId", tracking_index as "trackingIndex", customer_id as "customerId"
    from followed_parcels where begun_at < ${before}`);
  for (const { linkId, trackingIndex, customerId } of old) {
    try {
      await database.transaction(async (tx) => {
        const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
        if (thread) await end(tx, parts, thread, linkId, trackingIndex);
      });
    } catch (error) {
      log.warn({ err: error }, 'a parcel that was followed for long enough is still followed');
    }
  }
}

const unfollow = (
  tx: Transaction,
  parts: FollowingParts,
  thread: Thread,
  { linkId, trackingNumber }: Omit<ToFollow, 'customerId' | 'bankId'>,
): Promise<void> => end(tx, parts, thread, linkId, trackingRoute(parts.vault, trackingNumber));

async function end(
  tx: Transaction,
  { vault, delivery, clock }: FollowingParts,
  thread: Thread,
  linkId: LinkId,
  index: Buffer,
): Promise<void> {
  // The link's key is locked before anything of the link, so that no scan is being stored meanwhile.
  await vault.lockKeys(tx, [linkId]);
  const ended = await tx.execute(sql`delete from followed_parcels
    where tracking_index = ${index} and link_id = ${linkId} and customer_id = ${thread.customerId}`);
  if (ended === 0) return;
  const nowMs = clock.nowMs();
  const subjectIndex = await findOrderRoute(tx, linkId, index);
  if (subjectIndex) {
    await forgetOrderRoute(tx, linkId, index);
    const erased = await vault.eraseRecords(tx, linkId, { kinds: [], accountRefs: [], subjectIndexes: [subjectIndex] });
    await delivery.removeShowing(tx, thread, erased, nowMs);
  }
  // An answer holds a copy of what it tells, and may tell of several parcels at once: none of this carrier's stays.
  await delivery.removeAnswers(tx, thread, linkId, nowMs);
  await delivery.removeOfSeveral(tx, thread, linkId, nowMs);
}

/** The links under which these numbers are followed at a carrier. */
export async function findFollowed(
  db: Queryable,
  carrier: BankId,
  indexes: readonly Buffer[],
): Promise<{ index: Buffer; linkId: LinkId }[]> {
  if (indexes.length === 0) return [];
  return db.query(sql`select tracking_index as index, link_id as "linkId" from followed_parcels
    where tracking_index = any(${[...indexes]}::bytea[]) and bank_id = ${carrier}`);
}

function claim({ database, clock }: FollowingParts): Promise<Due[]> {
  const now = new Date(clock.nowMs());
  return database.query<Due>(sql`
    with due as materialized (
      select tracking_index, link_id from followed_parcels where next_at <= ${now} and lease_until <= ${now}
      order by next_at limit ${atOnceMax} for update skip locked
    )
    update followed_parcels f set lease_until = ${new Date(now.getTime() + leaseMs)}, attempts = attempts + 1
    from due where f.tracking_index = due.tracking_index and f.link_id = due.link_id
    returning f.link_id as "linkId", f.tracking_index as "trackingIndex", f.follow_id as "followId",
      f.customer_id as "customerId", f.bank_id as "bankId", f.attempts, f.entered, f.begun_at as "begunAt", f.sealed`);
}

/**
 * Asks the carrier; that its customer's number leaves here is entered first, once for all the times that the carrier is
 * asked, and no ended consent passes.
 */
async function ask(parts: FollowingParts, due: Due): Promise<void> {
  const { trackers, database, clock } = parts;
  const { bankId, attempts } = due;
  try {
    await enterUse(parts, due);
    const trackingNumber = await opened(parts, due);
    if (trackingNumber === undefined) return;
    const tracked = await trackers.follow(bankId, trackingNumber);
    if (tracked === 'refuses') await giveUp(parts, due, trackingNumber, 'refused');
    else await putOff(database, due, null);
  } catch (error) {
    report(parts, due, error);
    const isOver = clock.nowMs() - due.begunAt.getTime() > limits.carrierAskedMsMax;
    const trackingNumber = isOver ? await opened(parts, due) : undefined;
    if (trackingNumber !== undefined) await giveUp(parts, due, trackingNumber, 'unasked');
    else
      await putOff(
        database,
        due,
        clock.nowMs() + Math.min(limits.carrierPauseMsMax, 500 * 2 ** Math.min(attempts, 12)),
      );
  }
}

async function enterUse({ vault, database, clock }: FollowingParts, due: Due): Promise<void> {
  const { linkId, customerId, trackingIndex } = due;
  if (due.entered) {
    await requireConsent(database, linkId, 'shipping', clock.nowMs());
    return;
  }
  const actor = taskActor('follow', customerId);
  await vault.gate.enter({ actor, purpose: 'shipping', linkId, fields: ['parcel'], reason: 'parcel-followed' });
  await database.execute(sql`update followed_parcels set entered = true
    where tracking_index = ${trackingIndex} and link_id = ${linkId}`);
}

/** A carrier that does not know our key, or has not answered for long, is for whoever runs this to look after. */
function report({ clock, log }: FollowingParts, { bankId, attempts, begunAt }: Due, error: unknown): void {
  const about = { err: error, carrier: bankId, attempts };
  const isLasting =
    isTellerlineError(error, 'carrier_unreachable') && clock.nowMs() - begunAt.getTime() > limits.carrierFailingMs;
  if (isLasting || isTellerlineError(error, 'carrier_key_refused'))
    log.error({ ...about, alarm: 'carrier_failing' }, 'a carrier cannot be asked to follow parcels');
  else log.info(about, 'a carrier was not asked to follow a parcel yet');
}

async function opened({ vault, database }: FollowingParts, due: Due): Promise<string | undefined> {
  await vault.askAhead({ linkIds: [due.linkId] });
  return database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [due.linkId])).get(due.linkId);
    return sealer && numberOf(sealer, due);
  });
}

const numberOf = (sealer: LinkSealer, { followId, sealed }: Due): string =>
  sealer.openState<string>('followed_parcels.number', followId, sealed).use((number) => number);

async function putOff(database: Database, { trackingIndex, linkId }: Due, nextAtMs: number | null): Promise<void> {
  await database.execute(sql`update followed_parcels set lease_until = 'epoch',
      next_at = ${nextAtMs === null ? null : new Date(nextAtMs)}
    where tracking_index = ${trackingIndex} and link_id = ${linkId}`);
}

async function giveUp(parts: FollowingParts, due: Due, trackingNumber: string, why: NotFollowed): Promise<void> {
  const { customerId, linkId, bankId } = due;
  await parts.database.transaction(async (tx) => {
    await parts.vault.linkSealers(tx, [linkId]);
    const gone = await tx.execute(sql`delete from followed_parcels
      where tracking_index = ${due.trackingIndex} and link_id = ${linkId}`);
    if (gone > 0) await parts.tell(tx, { customerId, linkId, bankId, trackingNumber }, why);
  });
}
