import { hash } from 'node:crypto';
import { isTellerlineError, TellerlineError } from '#base';
import { carrierEventSchema, shopEventSchema, type BatchAnswer } from '#contract';
import {
  carrierSourceId,
  readBody,
  readCarrierEvent,
  readShopEvent,
  shopSourceId,
  type Dialect,
  type ReadParcel,
  type Understood,
} from '#orders';
import { answerOf, countFates } from '../fate.ts';
import { countOf } from '../counts.ts';
import { parseEvents } from '../parse.ts';
import type { IntakeParts } from '../parts.ts';
import type { CarrierSettings, ShopSettings } from './senders.ts';
import { verifyEasyPost, verifyShopify, verifyStandard, verifyWooCommerce, type SentHeaders } from './signatures.ts';
import { storeTellings, type Teller, type Telling, type Thing } from './store.ts';

/** Signed events from shops and carriers: verified, read, deduplicated, stored. */
export interface OrderDoor {
  /**
   * Takes one signed body of a shop, in one of its forms; answers after COMMIT (promise P1).
   *
   * @throws TellerlineError `sender_unknown` 404; those of the signatures 401; BatchRefusal 413, 422, 409
   */
  shop(
    form: 'events' | 'shopify' | 'woocommerce',
    shop: string,
    headers: SentHeaders,
    raw: Buffer,
  ): Promise<BatchAnswer>;
  /** The same of a carrier. */
  carrier(form: 'events' | 'easypost', carrier: string, headers: SentHeaders, raw: Buffer): Promise<BatchAnswer>;
}

/** Makes the door over intake's parts. */
export function createOrderDoor(parts: IntakeParts): OrderDoor {
  const { shops, carriers } = parts.orderSenders;
  return {
    shop: async (form, id, headers, raw) => {
      const shop = shops.find((one) => one.id === id);
      if (!shop) throw unknown();
      verifyShop(parts, form, shop, headers, raw);
      const teller: Teller = { sender: `shop:${id}`, shop: { id: shopSourceId(id), name: shop.name } };
      const tellings =
        form === 'events'
          ? parseEvents(raw, parts.clock.nowMs(), shopEventSchema).map((key): Telling => ({
              key,
              things: thingsOf([readShopEvent(key.event)]),
            }))
          : [bodyTelling(form, raw)];
      return store(parts, 'shop', teller, tellings);
    },
    carrier: async (form, id, headers, raw) => {
      const carrier = carriers.find((one) => one.id === id);
      if (!carrier) throw unknown();
      verifyCarrier(parts, form, carrier, headers, raw);
      const tellings =
        form === 'events'
          ? parseEvents(raw, parts.clock.nowMs(), carrierEventSchema).map((key): Telling => ({
              key,
              things: thingsOf([readCarrierEvent(key.event)]),
            }))
          : [bodyTelling(form, raw)];
      return store(parts, 'carrier', { sender: `carrier:${id}`, carrier: carrierSourceId(id) }, tellings);
    },
  };
}

function unknown(): TellerlineError {
  return new TellerlineError('sender_unknown', 404, 'There is no such sender here.');
}

function verifyShop(
  { clock }: IntakeParts,
  form: 'events' | 'shopify' | 'woocommerce',
  { shopify = [], woocommerce = [], signing = [] }: ShopSettings,
  headers: SentHeaders,
  raw: Buffer,
): void {
  if (form === 'shopify') verifyShopify(headers, raw, shopify);
  else if (form === 'woocommerce') verifyWooCommerce(headers, raw, woocommerce);
  else verifyStandard(headers, raw, signing, clock.nowMs());
}

function verifyCarrier(
  { clock }: IntakeParts,
  form: 'events' | 'easypost',
  { easypost = [], signing = [] }: CarrierSettings,
  headers: SentHeaders,
  raw: Buffer,
): void {
  if (form === 'easypost') verifyEasyPost(headers, raw, easypost);
  else verifyStandard(headers, raw, signing, clock.nowMs());
}

/**
 * A body of a platform is one event, and its content alone is its key: a delivery's id stands in a header that nobody
 * signed, so that a body which was recorded could be sent again under any other.
 */
function bodyTelling(form: Dialect, raw: Buffer): Telling {
  const contentHash = hash('sha256', raw, 'buffer');
  const id = contentHash.toString('base64url');
  return { key: { index: 0, event: { id }, contentHash }, things: thingsOf(readBody(form, raw)) };
}

function thingsOf(understood: readonly Understood[]): Thing[] {
  return understood.flatMap((one): Thing[] => {
    if (one.kind === 'ignored') return [];
    if (one.kind === 'receipt') return [one];
    return isKnown(one.parcel) ? [one] : [];
  });
}

const isKnown = ({ trackingNumber, shipmentId }: ReadParcel): boolean =>
  trackingNumber !== undefined || shipmentId !== undefined;

async function store(
  parts: IntakeParts,
  kind: 'shop' | 'carrier',
  teller: Teller,
  tellings: readonly Telling[],
): Promise<BatchAnswer> {
  const { clock, database, meter } = parts;
  if (teller.shop) await parts.vault.askAhead({ bankId: teller.shop.id });
  try {
    const fates = await database.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      const stored = await storeTellings(tx, parts, teller, tellings, nowMs);
      const { accepted, duplicate, unlinked, notAllowed } = countFates(stored);
      await countOf(tx, teller.sender, { accepted, duplicates: duplicate, dropped: notAllowed, unlinked }, nowMs);
      return stored;
    });
    const answer = answerOf(fates);
    meter.events(kind, 'accepted', answer.accepted);
    meter.events(kind, 'duplicate', answer.duplicates);
    meter.events(kind, 'dropped', answer.dropped);
    return answer;
  } catch (error) {
    meter.events(kind, 'refused', tellings.length);
    if (isTellerlineError(error, 'event_contradicts'))
      parts.log.error(
        { sender: teller.sender, alarm: 'event_contradicts' },
        'a sender contradicted an event that was acknowledged',
      );
    throw error;
  }
}
