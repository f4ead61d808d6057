import type { PushState } from '#contract';
import { centre } from '../centre.ts';

/** What this browser can do and does. `refused`: its person, or their settings, said no; only the browser can undo that. */
export type BrowserStanding = 'unsupported' | 'refused' | 'off' | 'on';

/** Why it was not turned on: nobody answered the browser's question, or its push service did not answer. */
export type NotTurnedOn = 'not-allowed' | 'no-service';

/** Whether this browser shows notifications from here now. Asks nobody anything. */
export async function browserStanding({ browsers }: Pick<PushState, 'browsers'>): Promise<BrowserStanding> {
  if (!canBeTold()) return 'unsupported';
  if (Notification.permission === 'denied') return 'refused';
  const own = await ownEndpoint();
  return browsers.some(({ endpoint }) => endpoint === own) ? 'on' : 'off';
}

/** The address at which this browser is told; undefined: at none. */
export async function ownEndpoint(): Promise<string | undefined> {
  if (!canBeTold()) return undefined;
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager.getSubscription();
  return subscription?.endpoint;
}

/**
 * Asks the browser's person, subscribes under the hub's key and tells the hub. To be called from a press: a browser
 * asks its person after one alone.
 *
 * @throws HubProblem when the hub did not take it; the subscription is then ended again
 */
export async function turnOn(publicKey: string): Promise<NotTurnedOn | undefined> {
  if ((await Notification.requestPermission()) !== 'granted') return 'not-allowed';
  const subscription = await subscribed(publicKey);
  const { endpoint, keys } = subscription?.toJSON() ?? {};
  const p256dh = keys?.['p256dh'];
  const auth = keys?.['auth'];
  if (!subscription || endpoint === undefined || p256dh === undefined || auth === undefined) return 'no-service';
  try {
    await centre.tellBrowser({ endpoint, keys: { p256dh, auth } });
  } catch (error) {
    await end(subscription);
    throw error;
  }
  return undefined;
}

/** The hub is told first: what it was told holds, whatever the browser does then. @throws HubProblem */
export async function turnOff(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return;
  await centre.tellBrowserNoMore(subscription.endpoint);
  await end(subscription);
}

const canBeTold = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

async function subscribed(publicKey: string): Promise<PushSubscription | undefined> {
  try {
    await navigator.serviceWorker.register('/service-worker.js');
    const { pushManager } = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: publicKey } as const;
    // One under another key, as before the hub had to make a new one, can be told nothing.
    const before = await pushManager.getSubscription();
    if (before && keyOf(before) !== publicKey) await end(before);
    return await pushManager.subscribe(options);
  } catch (error) {
    // The browser's push service did not answer, or is switched off in it.
    if (error instanceof DOMException || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Base64url, as the hub writes it. */
function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Where its service does not answer the hub calls it no more all the same. */
async function end(subscription: PushSubscription): Promise<void> {
  await subscription.unsubscribe().catch(() => false);
}
