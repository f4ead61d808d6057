import webpush from 'web-push';
import { isTellerlineError, outgoing, type Clock, type CustomerId } from '#base';
import { pointerWords, type PushNotice, type PushSubscription } from '#contract';
import type { Dispatch, Outcome, Sender, Thread } from '#delivery';
import { isPushService } from './push-services.ts';
import { webPush, type Subscriptions } from './subscriptions.ts';

/** The key by which push services know us (VAPID, RFC 8292): base64url, P-256. */
export interface PushKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** What pushing works with. */
export interface PushSenderParts {
  readonly subscriptions: Subscriptions;
  readonly key: PushKey;
  /** Where the services may reach the operator: `mailto:` or https. */
  readonly contact: string;
  readonly threadOf: (customerId: CustomerId) => Promise<Thread | undefined>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly loopback: boolean;
}

/** What is older than this when the browser comes back is not told any more. */
const keptSeconds = 24 * 60 * 60;
/** Several that wait become one: they all say the same. */
const topic = 'new';

/**
 * Web push (RFC 8030, encrypted by RFC 8291): says that there is something new, whatever that is. Nothing of the
 * message goes in.
 */
export function pushSender(parts: PushSenderParts): Sender {
  return {
    channel: webPush,
    removes: false,
    edits: false,
    concurrencyMax: 8,
    timeoutMs: 10_000,
    // No echo will come; what was told twice is one notification with the same tag.
    settleMs: 1_000,
    send: async (dispatch, signal) => {
      const { message } = dispatch;
      if (!message || message.author === 'customer') return { outcome: 'skipped', code: 'nothing_to_tell' };
      if (message.quiet) return { outcome: 'skipped', code: 'quiet_hours' };
      const subscription = await parts.subscriptions.of(dispatch.identityId);
      if (!subscription) return { outcome: 'refused', code: 'unsubscribed' };
      return push(parts, dispatch, subscription, signal);
    },
  };
}

async function push(
  parts: PushSenderParts,
  { customerId, identityId, manner, message, purpose, reference }: Dispatch,
  subscription: PushSubscription,
  signal: AbortSignal,
): Promise<Outcome> {
  const { endpoint } = subscription;
  const notice: PushNotice = { text: pointerWords(manner.locale, purpose), locale: manner.locale };
  const { headers, body, method } = webpush.generateRequestDetails(subscription, JSON.stringify(notice), {
    vapidDetails: { subject: parts.contact, ...parts.key },
    TTL: keptSeconds,
    topic,
    urgency: message?.urgent ? 'high' : 'normal',
  });
  const allowed = isPushService(endpoint, parts.loopback) ? [new URL(endpoint).origin] : [];
  const sent = await call(outgoing('push', allowed), endpoint, { method, headers: textOf(headers), body, signal });
  if ('outcome' in sent) return sent;
  await sent.body?.cancel();
  const outcome = outcomeOf(sent, reference, parts.clock.nowMs());
  if (outcome.outcome === 'refused' && outcome.code === 'subscription_gone') {
    const thread = await parts.threadOf(customerId);
    if (thread) await parts.subscriptions.forget(thread, identityId);
  }
  return outcome;
}

async function call(
  through: ReturnType<typeof outgoing>,
  endpoint: string,
  request: { method: string; headers: Record<string, string>; body: Buffer; signal: AbortSignal },
): Promise<Response | Outcome> {
  try {
    return await through(endpoint, { ...request, body: new Uint8Array(request.body) });
  } catch (error) {
    if (isTellerlineError(error)) return { outcome: 'refused', code: error.code };
    return { outcome: 'unknown', code: 'no_answer' };
  }
}

/** What a push service's answer means (RFC 8030, sections 5 and 8). */
function outcomeOf({ status, ok, headers }: Response, reference: string, nowMs: number): Outcome {
  if (ok) return { outcome: 'sent', platformId: reference };
  if (status === 404 || status === 410) return { outcome: 'refused', code: 'subscription_gone' };
  if (status === 429 || status >= 500) {
    const afterMs = pauseOf(headers.get('retry-after'), nowMs);
    const pause = afterMs === undefined ? {} : { afterMs };
    return { outcome: 'later', code: `push_${status}`, ...pause, whole: status >= 500 };
  }
  return { outcome: 'refused', code: `push_${status}` };
}

const pauseMsMax = 60 * 60 * 1000;

/** Retry-After: seconds, or a date; cut to an hour. */
function pauseOf(written: string | null, nowMs: number): number | undefined {
  if (written === null) return undefined;
  const ms = /^\d+$/.test(written) ? Number(written) * 1000 : Date.parse(written) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, pauseMsMax) : undefined;
}

/** `Content-Length` is the client's own to write. */
function textOf(headers: Readonly<Record<string, string | number>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
