import { createHmac, randomBytes } from 'node:crypto';
import type { SandboxContext } from '../context.ts';
import type { Accounts } from './accounts.ts';
import type { PlatformName } from './phone-api.ts';
import type { PlatformFaults } from './platform-faults.ts';

/** Meta: answer within five seconds, or it comes again. */
const ANSWER_MS_MAX = 5_000;
const PAUSE_MS_MAX = 60_000;
/** Attempts of one body; about fifteen minutes with the pauses that are usual. */
const ATTEMPTS_MAX = 20;
/** Events in one body. */
const EVENTS_PER_BODY_MAX = 10;
/** Bodies that are remembered to be shown. */
const RECENT_MAX = 200;

/** Something that the platform tells the business. */
export interface WebhookEvent {
  /** The entry's id: the page's, or that of the WhatsApp business account. */
  readonly entry: string;
  /** Whose subscription decides: the page or the number. */
  readonly accountId: string;
  /** The field that the app must have subscribed. */
  readonly field: string;
  readonly within: 'messaging' | 'standby' | 'changes';
  readonly item: unknown;
}

/** One body as it was sent, without what stood in it. */
export interface SentBody {
  readonly atMs: number;
  readonly fields: readonly string[];
  readonly bytes: number;
  attempts: number;
  /** What the hub answered last; absent: not reached, or not in time. */
  status: number | undefined;
}

/** Tells the hub's webhook of one platform. */
export interface Webhooks {
  /** @returns when the hub answered the first attempt, whatever it said, or when the event is not subscribed */
  emit(event: WebhookEvent, delayMs?: number): Promise<void>;
  /** Sends any bytes, signed: what a platform might send one day. */
  sendRaw(body: string): Promise<number | undefined>;
  /** Asks the hub whether the address is its own, as at subscribing. */
  shakeHands(): Promise<boolean>;
  /** Something was changed that decides about sending. */
  wake(): void;
  recent(): readonly SentBody[];
  waiting(): number;
  close(): Promise<void>;
}

interface Waiting {
  readonly event: WebhookEvent;
  readonly dueMs: number;
  readonly sent: () => void;
}

/** Starts telling. Bodies are kept in memory alone: what waits when the sandbox ends is lost. */
export function startWebhooks(
  context: SandboxContext,
  platform: PlatformName,
  accounts: Accounts,
  faults: PlatformFaults,
): Webhooks {
  const closing = new AbortController();
  const recent: SentBody[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<unknown>>();
  let queue: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  /** The address that answered the handshake. */
  let verified: string | undefined;

  const address = (): string => `${context.hubUrl()}/channels/${platform}/webhook`;
  const post = (body: string): Promise<number | undefined> => postSigned(body, address(), closing.signal);
  const postSigned = async (body: string, to: string, signal: AbortSignal): Promise<number | undefined> => {
    const { appSecret } = accounts.app(platform);
    const sign = (hash: string): string => createHmac(hash, appSecret).update(body).digest('hex');
    return call(to, signal, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature': `sha1=${sign('sha1')}`,
        'x-hub-signature-256': `sha256=${sign('sha256')}`,
      },
      body,
    }).then((answer) => answer?.status);
  };
  const shakeHands = async (): Promise<boolean> => {
    const challenge = randomBytes(8).readBigUInt64LE().toString();
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.challenge': challenge,
      'hub.verify_token': accounts.app(platform).verifyToken,
    });
    const to = address();
    const answer = await call(`${to}?${query}`, closing.signal, { method: 'GET' });
    const holds = answer?.status === 200 && answer.text === challenge;
    if (holds) verified = to;
    return holds;
  };

  const attempt = async (body: string, sent: SentBody): Promise<void> => {
    sent.attempts += 1;
    const mayBeSent = verified === address() || (await shakeHands());
    sent.status = mayBeSent ? await post(body) : undefined;
    if (sent.status === 200 || closing.signal.aborted) return;
    if (sent.attempts >= ATTEMPTS_MAX) {
      context.log.warn({ platform, attempts: sent.attempts }, 'the hub did not take a webhook, and it is given up');
      return;
    }
    const pauseMs = Math.min(PAUSE_MS_MAX, faults.settings.redeliverAfterMs * 2 ** (sent.attempts - 1));
    const again = setTimeout(() => {
      timers.delete(again);
      keep(attempt(body, sent));
    }, pauseMs);
    timers.add(again);
  };
  const keep = (work: Promise<unknown>): void => {
    const noted = work
      .catch((error: unknown) => context.log.error({ err: error, platform }, 'a webhook of the stand-in failed'))
      .finally(() => underWay.delete(noted));
    underWay.add(noted);
  };
  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const body = escapeBody(bodyOf(platform, batch, context.clock.nowMs()));
    const fields = batch.map(({ event }) => event.field);
    const sent: SentBody = {
      atMs: context.clock.nowMs(),
      fields,
      bytes: Buffer.byteLength(body),
      attempts: 0,
      status: undefined,
    };
    recent.unshift(sent);
    recent.length = Math.min(recent.length, RECENT_MAX);
    await attempt(body, sent);
    for (const { sent: tell } of batch) tell();
    if (faults.draws.fraction() < faults.settings.webhooksDoubled) await post(body);
  };
  const run = async (): Promise<void> => {
    running = true;
    while (!closing.signal.aborted && !faults.settings.webhooksHeld) {
      const now = context.clock.monotonicMs();
      const due = queue.filter(({ dueMs }) => dueMs <= now);
      if (due.length === 0) break;
      const ordered = faults.settings.webhooksShuffled ? shuffle(due, faults) : due.toSorted(byDue);
      const batch = ordered.slice(0, EVENTS_PER_BODY_MAX);
      queue = queue.filter((waiting) => !batch.includes(waiting));
      await send(batch);
    }
    running = false;
    wake();
  };
  const wake = (): void => {
    clearTimeout(timer);
    if (running || closing.signal.aborted || faults.settings.webhooksHeld || queue.length === 0) return;
    const first = Math.min(...queue.map(({ dueMs }) => dueMs));
    timer = setTimeout(() => keep(run()), Math.max(0, first - context.clock.monotonicMs()));
  };

  return {
    emit: (event, delayMs = 0) => {
      const account = accounts.byId(platform, event.accountId);
      if (closing.signal.aborted || account?.fields.includes(event.field) !== true) return Promise.resolve();
      const { webhooksLate, webhooksLateMs } = faults.settings;
      const late = faults.draws.fraction() < webhooksLate ? faults.draws.fraction() * webhooksLateMs : 0;
      return new Promise((sent) => {
        queue.push({ event, dueMs: context.clock.monotonicMs() + delayMs + late, sent });
        wake();
      });
    },
    sendRaw: post,
    shakeHands,
    wake,
    recent: () => recent,
    waiting: () => queue.length + timers.size,
    close: async () => {
      closing.abort();
      clearTimeout(timer);
      for (const one of timers) clearTimeout(one);
      for (const { sent } of queue) sent();
      await Promise.all(underWay);
    },
  };
}

const byDue = (one: Waiting, other: Waiting): number => one.dueMs - other.dueMs;

function shuffle(due: readonly Waiting[], faults: PlatformFaults): Waiting[] {
  return due
    .map((waiting) => ({ waiting, place: faults.draws.fraction() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ waiting }) => waiting);
}

/** Entries of one body: neighbours of the same account and list share one. */
function bodyOf(platform: PlatformName, batch: readonly Waiting[], nowMs: number): object {
  const entries: { id: string; time: number; [list: string]: unknown }[] = [];
  for (const { event } of batch) {
    const last = entries.at(-1);
    const list = last?.id === event.entry ? last[event.within] : undefined;
    if (Array.isArray(list)) list.push(event.item);
    else {
      const time = platform === 'messenger' ? nowMs : Math.floor(nowMs / 1000);
      entries.push({ id: event.entry, time, [event.within]: [event.item] });
    }
  }
  return { object: platform === 'messenger' ? 'page' : 'whatsapp_business_account', entry: entries };
}

/** Meta writes everything outside of ASCII as \uXXXX, and a slash as \/: a signature holds over these bytes alone. */
export function escapeBody(body: unknown): string {
  return JSON.stringify(body)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function call(
  to: string,
  closing: AbortSignal,
  init: { method: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; text: string } | undefined> {
  if (!URL.canParse(to)) return undefined;
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const response = await fetch(to, { ...init, redirect: 'manual', signal });
    return { status: response.status, text: await response.text() };
  } catch {
    // Not reached, or not in time: whoever called tries again.
    return undefined;
  }
}
