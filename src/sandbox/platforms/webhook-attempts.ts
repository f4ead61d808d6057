import type { SandboxContext } from '../context.ts';
import type { PlatformName } from './phone-api.ts';
import type { PlatformFaults } from './platform-faults.ts';
import type { WebhookDoor } from './webhook-door.ts';

const PAUSE_MS_MAX = 60_000;
/** Attempts of one body; about fifteen minutes with the pauses that are usual. */
const ATTEMPTS_MAX = 20;
/** Bodies that are remembered to be shown. */
const RECENT_MAX = 200;

/** One body as it was sent, without what stood in it. */
export interface SentBody {
  readonly atMs: number;
  readonly fields: readonly string[];
  readonly bytes: number;
  attempts: number;
  /** What the hub answered last; absent: not reached, or not in time. */
  status: number | undefined;
}

/** Sends bodies until they are taken, each after growing pauses of its own. */
export interface WebhookAttempts {
  /** @returns after the first attempt, however it went */
  begin(body: string, fields: readonly string[]): Promise<void>;
  recent(): readonly SentBody[];
  /** Bodies that wait for their next attempt. */
  waiting(): number;
  close(): Promise<void>;
}

/** Begins with nothing to send. */
export function createWebhookAttempts(
  context: SandboxContext,
  platform: PlatformName,
  door: WebhookDoor,
  faults: PlatformFaults,
  closing: AbortSignal,
): WebhookAttempts {
  const recent: SentBody[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();

  const attempt = async (body: string, sent: SentBody): Promise<void> => {
    sent.attempts += 1;
    sent.status = (await door.isVerified()) ? await door.post(body) : undefined;
    if (sent.status === 200 || closing.aborted) return;
    if (sent.attempts >= ATTEMPTS_MAX) {
      context.log.warn({ platform, attempts: sent.attempts }, 'the hub did not take a webhook, and it is given up');
      return;
    }
    const pauseMs = Math.min(PAUSE_MS_MAX, faults.settings.redeliverAfterMs * 2 ** (sent.attempts - 1));
    const again = setTimeout(() => {
      timers.delete(again);
      const trying = attempt(body, sent)
        .catch((error: unknown) => context.log.error({ err: error, platform }, 'a webhook of the stand-in failed'))
        .finally(() => underWay.delete(trying));
      underWay.add(trying);
    }, pauseMs);
    timers.add(again);
  };
  return {
    begin: (body, fields) => {
      const bytes = Buffer.byteLength(body);
      const sent: SentBody = { atMs: context.clock.nowMs(), fields, bytes, attempts: 0, status: undefined };
      recent.unshift(sent);
      recent.length = Math.min(recent.length, RECENT_MAX);
      return attempt(body, sent);
    },
    recent: () => recent,
    waiting: () => timers.size,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(underWay);
    },
  };
}
