import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, type SandboxContext } from '../context.ts';
import { easyPostBody, shopifyBody, type ShopOrder, type ShopParcel } from './orders.ts';

/** Shops and carriers as a hub is set up for them; the form of `TELLERLINE_SHOPS`. */
export interface SenderSettings {
  readonly shops: readonly { id: string; name: string; mark: string; shopify: string[]; signing: string[] }[];
  readonly carriers: readonly {
    id: string;
    name: string;
    easypost: string[];
    signing: string[];
    api: { url: string; key: string };
  }[];
}

const secret = (): string => randomBytes(24).toString('base64url');
const signing = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The stand-in shop and carrier, with fresh secrets. */
export function newSenders(sandboxUrl: string): SenderSettings {
  const api = { url: `${sandboxUrl}/easypost/v2`, key: secret() };
  return {
    shops: [{ id: 'northwind-books', name: 'Northwind Books', mark: 'NB', shopify: [secret()], signing: [signing()] }],
    carriers: [{ id: 'easypost', name: 'EasyPost', easypost: [secret()], signing: [signing()], api }],
  };
}

/** How the shop and its carrier tell the hub. */
export interface Telling {
  tellOrder(topic: string, order: ShopOrder): Promise<void>;
  tellParcel(parcel: ShopParcel): Promise<void>;
}

/** Signs as Shopify and EasyPost do. */
export function openTelling(context: SandboxContext, settings: SenderSettings, closing: AbortSignal): Telling {
  const [shop] = settings.shops;
  const [carrier] = settings.carriers;
  const hmac = (keys: readonly string[] | undefined, body: string): Buffer =>
    createHmac('sha256', keys?.[0] ?? '')
      .update(body)
      .digest();
  return {
    tellOrder: async (topic, order) => {
      const body = JSON.stringify(shopifyBody(order));
      const headers = {
        'x-shopify-topic': topic,
        'x-shopify-webhook-id': randomUUID(),
        'x-shopify-hmac-sha256': hmac(shop?.shopify, body).toString('base64'),
      };
      await deliver(context, closing, { path: `/v1/shops/${shop?.id}/shopify`, headers, body });
    },
    tellParcel: async (parcel) => {
      const body = JSON.stringify(easyPostBody(parcel, `evt_${randomUUID()}`, now(context)));
      const headers = { 'x-hmac-signature': `hmac-sha256-hex=${hmac(carrier?.easypost, body).toString('hex')}` };
      await deliver(context, closing, { path: `/v1/carriers/${carrier?.id}/easypost`, headers, body });
    },
  };
}

const attemptsMax = 6;
const firstWaitMs = 250;

/** Sends one body until it is taken, a few times. */
async function deliver(
  context: SandboxContext,
  closing: AbortSignal,
  { path, headers, body }: { readonly path: string; readonly headers: Record<string, string>; readonly body: string },
): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax && !closing.aborted; attempt += 1) {
    const answer = await fetch(new URL(path, context.hubUrl()), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.any([closing, AbortSignal.timeout(10_000)]),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (answer && answer.status < 500 && answer.status !== 429) break;
    await sleep(firstWaitMs * 2 ** attempt, undefined, { signal: closing }).catch(() => undefined);
  }
  context.log.warn({ path }, 'a shop’s or carrier’s webhook was not taken');
}
