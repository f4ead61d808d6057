import { limits, TellerlineError, type Clock, type CustomerId, type IdentityId } from '#base';
import type { PushSubscription } from '#contract';
import { enterIdentity, lockCustomer, removeIdentity, type BrowserKind } from '#customers';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { Delivery, Thread } from '#delivery';
import type { Vault } from '#vault';
import { isPushService } from './push-services.ts';

/** The channel's name, as in `channel_identities`. */
export const webPush = 'web-push';

/** Which browsers are told by web push; each is a channel identity of its customer. */
export interface Subscriptions {
  /**
   * This browser is told from now on; named again, nothing changes. A browser that another customer had used before
   * is that customer's no more.
   *
   * @param kind by what its customer knows it again
   * @param spare told only when a messenger may not be written to
   * @throws TellerlineError `push_service_unknown` 422, `push_subscriptions_too_many` 429
   */
  subscribe(thread: Thread, subscription: PushSubscription, kind: BrowserKind, spare: boolean): Promise<void>;
  /** This browser is told no more; safe to repeat. */
  unsubscribe(thread: Thread, endpoint: string): Promise<void>;
  /** Opens where an identity is pushed to: for one call, and kept nowhere. Undefined: nowhere any more. */
  of(identityId: IdentityId): Promise<PushSubscription | undefined>;
  /** Every browser of a customer's that is told, opened: for the customer alone. */
  held(customerId: CustomerId): Promise<HeldSubscription[]>;
  /** The push service knows it no more: nothing is pushed there again. */
  forget(thread: Thread, identityId: IdentityId): Promise<void>;
}

/** A browser that is told. */
export interface HeldSubscription extends BrowserKind {
  /** Its channel identity. */
  readonly id: IdentityId;
  readonly endpoint: string;
  /** RFC 3339. */
  readonly since: string;
}

/** What subscriptions work with. Delivery is made later, with the senders. */
export interface SubscriptionParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: () => Pick<Delivery, 'putDestination' | 'removeDestination' | 'conversationOf'>;
  readonly clock: Clock;
  /** Push services on this machine are taken too: for the sandbox. */
  readonly loopback: boolean;
}

/** What is sealed of one; of those from before its browser was kept, that is missing. */
type Kept = PushSubscription & Partial<BrowserKind>;

interface Row {
  readonly identityId: IdentityId;
  readonly customerId: CustomerId;
}

/** Makes the subscriptions over a database and a vault. */
export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { database, vault, delivery, clock } = parts;
  const indexOf = (endpoint: string): Buffer => vault.index('push endpoint', endpoint);
  const remove = async (tx: Transaction, thread: Thread, identityId: IdentityId): Promise<void> => {
    await delivery().removeDestination(tx, thread, identityId);
    // Its row goes with the identity.
    await removeIdentity(tx, thread.customerId, identityId);
  };
  return {
    subscribe: (thread, subscription, kind, spare) =>
      database.transaction(async (tx) => {
        const { customerId } = thread;
        if (!isPushService(subscription.endpoint, parts.loopback)) throw unknownService();
        await lockCustomer(tx, customerId);
        const index = indexOf(subscription.endpoint);
        const known = await find(tx, index);
        if (known?.customerId === customerId)
          return delivery().putDestination(tx, thread, destination(known.identityId, spare), clock.nowMs());
        const theirs = known && (await delivery().conversationOf(tx, known.customerId));
        if (known && theirs) await remove(tx, { ...theirs, customerId: known.customerId }, known.identityId);
        await requireRoom(tx, customerId);
        const identityId = await enterIdentity(tx, customerId, webPush, clock.nowMs());
        const sealer = await vault.customerSealer(tx, customerId, 'conversation');
        await tx.execute(sql`
          insert into push_subscriptions (identity_id, customer_id, endpoint_index, sealed, created_at)
          values (${identityId}, ${customerId}, ${index},
            ${sealer.seal('push_subscriptions.subscription', identityId, { ...subscription, ...kind } satisfies Kept)}, ${new Date(clock.nowMs())})`);
        await delivery().putDestination(tx, thread, destination(identityId, spare), clock.nowMs());
      }),
    unsubscribe: (thread, endpoint) =>
      database.transaction(async (tx) => {
        const known = await find(tx, indexOf(endpoint));
        if (known?.customerId === thread.customerId) await remove(tx, thread, known.identityId);
      }),
    of: async (identityId) => {
      const [row] = await database.query<{ customerId: CustomerId; sealed: Buffer }>(sql`
        select customer_id as "customerId", sealed from push_subscriptions where identity_id = ${identityId}`);
      if (!row) return undefined;
      const sealer = await vault.customerSealer(database, row.customerId, 'conversation');
      return sealer
        .open<Kept>('push_subscriptions.subscription', identityId, row.sealed)
        .use(({ endpoint, keys }) => ({ endpoint, keys }));
    },
    held: async (customerId) => {
      const rows = await database.query<{ identityId: IdentityId; sealed: Buffer; createdAt: Date }>(sql`
        select identity_id as "identityId", sealed, created_at as "createdAt" from push_subscriptions
        where customer_id = ${customerId} order by created_at`);
      if (rows.length === 0) return [];
      const sealer = await vault.customerSealer(database, customerId, 'conversation');
      return rows.map(({ identityId, sealed, createdAt }) => ({
        id: identityId,
        ...sealer
          .open<Kept>('push_subscriptions.subscription', identityId, sealed)
          .use(({ endpoint, browser = '', system = '' }) => ({ endpoint, browser, system })),
        since: createdAt.toISOString(),
      }));
    },
    forget: (thread, identityId) => database.transaction((tx) => remove(tx, thread, identityId)),
  };
}

const destination = (identityId: IdentityId, spare: boolean) =>
  ({ identityId, channel: webPush, detail: 'pointer', spare }) as const;

async function find(db: Queryable, index: Buffer): Promise<Row | undefined> {
  const [row] = await db.query<Row>(sql`
    select identity_id as "identityId", customer_id as "customerId" from push_subscriptions
    where endpoint_index = ${index}`);
  return row;
}

async function requireRoom(tx: Transaction, customerId: CustomerId): Promise<void> {
  const [row] = await tx.query<{ count: bigint }>(
    sql`select count(*) from push_subscriptions where customer_id = ${customerId}`,
  );
  if (Number(row?.count ?? 0) >= limits.pushSubscriptionsMax)
    throw new TellerlineError(
      'push_subscriptions_too_many',
      429,
      'Many browsers are told already. Turn it off in one of them first.',
    );
}

const unknownService = (): TellerlineError =>
  new TellerlineError(
    'push_service_unknown',
    422,
    'This browser’s notifications come through a service that is not known here. Nothing was turned on.',
  );
