import { isTellerlineError, type CustomerId, type DeliveryId } from '#base';
import { sql, type Queryable } from '#db';
import type { Vault } from '#vault';

/** A messenger's own id of a message, as it is kept. */
export interface KeptPlatformId {
  /** Finds what carries the id; it cannot be turned back. */
  readonly index: Buffer;
  /** Under the conversation key of the delivery's customer; null when the customer is gone. */
  readonly sealed: Buffer | null;
}

/** An id that a messenger gave to what a delivery sent. */
export interface PlatformIdOf {
  readonly deliveryId: DeliveryId;
  readonly platformId: string;
}

/**
 * How messengers' own ids of messages are kept. WhatsApp: a `wamid` is base64 around the person's telephone number,
 * so none of them stands in clear. Opened where a messenger has to be told which message is meant.
 */
export interface PlatformIds {
  /** The keyed hash of an id. */
  indexOf(platformId: string): Buffer;
  /** Answers in the same order. */
  keep(db: Queryable, ids: readonly PlatformIdOf[]): Promise<KeptPlatformId[]>;
  /** The id that was sealed for a delivery; undefined when its customer is gone, or it cannot be opened: then it is not named. */
  open(db: Queryable, deliveryId: DeliveryId, sealed: Buffer): Promise<string | undefined>;
}

/** Ids sealed by the vault. */
export function platformIds(vault: Pick<Vault, 'index' | 'customerSealers'>): PlatformIds {
  const indexOf = (platformId: string): Buffer => vault.index('platform message', platformId);
  const sealersOf = async (db: Queryable, deliveries: readonly DeliveryId[]) => {
    const rows = await db.query<{ deliveryId: DeliveryId; customerId: CustomerId }>(sql`
      select delivery_id as "deliveryId", customer_id as "customerId" from deliveries
      where delivery_id = any(${[...deliveries]}::uuid[])`);
    const sealers = await vault.customerSealers(db, [...new Set(rows.map((row) => row.customerId))], 'conversation');
    return new Map(rows.map(({ deliveryId, customerId }) => [deliveryId, sealers.get(customerId)]));
  };
  return {
    indexOf,
    keep: async (db, ids) => {
      if (ids.length === 0) return [];
      const sealers = await sealersOf(
        db,
        ids.map((one) => one.deliveryId),
      );
      return ids.map(({ deliveryId, platformId }) => ({
        index: indexOf(platformId),
        sealed: sealers.get(deliveryId)?.seal('deliveries.platform-id', deliveryId, platformId) ?? null,
      }));
    },
    open: async (db, deliveryId, sealed) => {
      const sealer = (await sealersOf(db, [deliveryId])).get(deliveryId);
      try {
        return sealer?.open<string>('deliveries.platform-id', deliveryId, sealed).use((platformId) => platformId);
      } catch (error) {
        if (!isTellerlineError(error, 'sealed_unreadable')) throw error;
        return undefined;
      }
    },
  };
}
