import type { SandboxContext } from '../context.ts';
import type { Accounts } from './accounts.ts';
import type { PlatformName } from './phone-api.ts';
import type { PlatformFaults } from './platform-faults.ts';
import { createWebhookAttempts, type SentBody } from './webhook-attempts.ts';
import { openWebhookDoor } from './webhook-door.ts';

/** Events in one body. */
const EVENTS_PER_BODY_MAX = 10;

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
  /** Events and bodies that are still to be sent. */
  waiting(): number;
  close(): Promise<void>;
}

interface Waiting {
  readonly event: WebhookEvent;
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
  const door = openWebhookDoor(context, platform, accounts, closing.signal);
  const attempts = createWebhookAttempts(context, platform, door, faults, closing.signal);
  const later = new Map<NodeJS.Timeout, Waiting>();
  let ready: Waiting[] = [];
  let running: Promise<void> | undefined;

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const body = escapeBody(bodyOf(platform, batch, context.clock.nowMs()));
    const fields = batch.map(({ event }) => event.field);
    await attempts.begin(body, fields);
    for (const { sent } of batch) sent();
    if (faults.draws.fraction() < faults.settings.webhooksDoubled) await door.post(body);
  };
  const isIdle = (): boolean => closing.signal.aborted || faults.settings.webhooksHeld || ready.length === 0;
  const run = async (): Promise<void> => {
    // Begun in a later turn, so that what happens together is told together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (!isIdle()) {
      if (faults.settings.webhooksShuffled) ready = shuffle(ready, faults);
      await send(ready.splice(0, EVENTS_PER_BODY_MAX));
    }
  };
  const wake = (): void => {
    if (running || isIdle()) return;
    running = run()
      .catch((error: unknown) => context.log.error({ err: error, platform }, 'a webhook of the stand-in failed'))
      .finally(() => {
        running = undefined;
        wake();
      });
  };
  const enter = (waiting: Waiting): void => {
    ready.push(waiting);
    wake();
  };
  const enterLater = (waiting: Waiting, delayMs: number): void => {
    const timer = setTimeout(() => {
      later.delete(timer);
      enter(waiting);
    }, delayMs);
    later.set(timer, waiting);
  };
  return {
    emit: (event, delayMs = 0) => {
      const account = accounts.byId(platform, event.accountId);
      if (closing.signal.aborted || account?.fields.includes(event.field) !== true) return Promise.resolve();
      const dueMs = delayMs + lateness(faults);
      return new Promise((sent) => (dueMs === 0 ? enter({ event, sent }) : enterLater({ event, sent }, dueMs)));
    },
    sendRaw: (body) => door.post(body),
    shakeHands: () => door.shakeHands(),
    wake,
    recent: () => attempts.recent(),
    waiting: () => ready.length + later.size + attempts.waiting(),
    close: async () => {
      closing.abort();
      for (const timer of later.keys()) clearTimeout(timer);
      for (const { sent } of [...later.values(), ...ready]) sent();
      await running;
      await attempts.close();
    },
  };
}

function lateness({ draws, settings }: PlatformFaults): number {
  return draws.fraction() < settings.webhooksLate ? draws.fraction() * settings.webhooksLateMs : 0;
}

function shuffle(ready: readonly Waiting[], faults: PlatformFaults): Waiting[] {
  return ready
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
function escapeBody(body: unknown): string {
  return JSON.stringify(body)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
