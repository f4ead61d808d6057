import type { Clock } from '#base';
import { GraphError, type GraphErrorName } from './graph-error.ts';
import type { PlatformName } from './phone-api.ts';

/** A rate as a platform keeps it: so many at once, and so many more each second. */
interface Rate {
  readonly burst: number;
  readonly eachSecond: number;
  readonly refusal: GraphErrorName;
}

/** Meta: in 24 hours 200 sends of a page for each person who is engaged with it. */
const dayMs = 24 * 3_600_000;
const sendsOfEngaged = 200;

/**
 * Meta: 300 sends a second of a page; 80 a second of a number; WhatsApp besides one message every 6 seconds to the
 * same person, 45 of them in advance.
 */
const rates: Readonly<Record<PlatformName, { account: Rate; person?: Rate }>> = {
  messenger: { account: { burst: 300, eachSecond: 300, refusal: 'messengerRate' } },
  whatsapp: {
    account: { burst: 80, eachSecond: 80, refusal: 'numberRate' },
    person: { burst: 45, eachSecond: 1 / 6, refusal: 'pairRate' },
  },
};

/** The rates of one platform. */
export interface Rates {
  /** @throws GraphError when there were too many of this account, or to this person */
  spend(accountId: string, personKey: string): void;
  /**
   * Counts one of a day's sends of a page with so many engaged people. Answers how much of them is used up, in
   * percent.
   *
   * @throws GraphError when there were too many
   */
  spendOfDay(accountId: string, engaged: number): number;
}

/** Begins counting. */
export function createRates(platform: PlatformName, clock: Clock): Rates {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const days = new Map<string, { fromMs: number; sent: number }>();
  const spend = (name: string, { burst, eachSecond, refusal }: Rate): void => {
    const atMs = clock.monotonicMs();
    const bucket = buckets.get(name) ?? { left: burst, atMs };
    const left = Math.min(burst, bucket.left + ((atMs - bucket.atMs) / 1000) * eachSecond);
    buckets.set(name, { left: left >= 1 ? left - 1 : left, atMs });
    if (left < 1) throw new GraphError(refusal);
  };
  return {
    spend: (accountId, personKey) => {
      const { account, person } = rates[platform];
      spend(`account ${accountId}`, account);
      if (person) spend(`person ${accountId} ${personKey}`, person);
    },
    spendOfDay: (accountId, engaged) => {
      const nowMs = clock.monotonicMs();
      const kept = days.get(accountId);
      const day = kept && nowMs - kept.fromMs < dayMs ? kept : { fromMs: nowMs, sent: 0 };
      days.set(accountId, day);
      const most = sendsOfEngaged * Math.max(1, engaged);
      if (day.sent >= most) throw new GraphError('pageDay');
      day.sent += 1;
      return Math.floor((day.sent / most) * 100);
    },
  };
}
