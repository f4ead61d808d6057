import { limits } from '#base';
import { TEAMS, type Team } from '#contract';
import type { Arrivals, Held, Learned } from './foresee.ts';
import type { Spread } from './lognormal.ts';
import type { Queued } from './order.ts';

/** What a desk has seen, one thing after the other; what was learned of it is asked at any time. */
export interface Learning {
  /** A case came. */
  came(of: Pick<Queued, 'team' | 'locale' | 'priority'>, atMs: number): void;
  /** An answer was given; `gapSeconds`: of a customer who had come back, after how long. */
  answered(
    of: Pick<Held, 'team' | 'isReturn'> & { readonly seconds: number; readonly gapSeconds?: number },
    atMs: number,
  ): void;
  /** Instead of an answer a case was passed on, to wait again for another team. */
  passedOn(atMs: number): void;
  /** Somebody stopped waiting: taken, or gone of their own will. */
  waited(seconds: number, hasLeft: boolean, atMs: number): void;
  /** What was told of a wait, and what came: the next ones are told longer or shorter by what the last ones were off. */
  cameTo(toldSeconds: number, cameSeconds: number): void;
  /** Somebody took a case that was there when they had room, after so many seconds. */
  paused(seconds: number, atMs: number): void;
  /** So many people were here. */
  here(people: number, atMs: number): void;
  now(nowMs: number): Learned;
}

/** A sum whose parts fade. */
interface Fading {
  count: number;
  sum: number;
  squares: number;
  atMs: number;
}

const newFading = (): Fading => ({ count: 0, sum: 0, squares: 0, atMs: 0 });

function fade(of: Fading, halfLifeMs: number, nowMs: number): Fading {
  const left = nowMs > of.atMs ? 0.5 ** ((nowMs - of.atMs) / halfLifeMs) : 1;
  return { count: of.count * left, sum: of.sum * left, squares: of.squares * left, atMs: Math.max(nowMs, of.atMs) };
}

function add(of: Fading, value: number, halfLifeMs: number, nowMs: number): void {
  const { count, sum, squares, atMs } = fade(of, halfLifeMs, nowMs);
  Object.assign(of, { count: count + 1, sum: sum + value, squares: squares + value * value, atMs });
}

const minuteMs = 60_000;
/** What a desk is like changes over weeks; what today is like, over half an hour. */
const longMs = 7 * 24 * 60 * minuteMs;
const shortMs = 20 * minuteMs;

/** Times of one kind: as ever, and as of late. */
interface Times {
  readonly long: Fading;
  readonly short: Fading;
}
const newTimes = (): Times => ({ long: newFading(), short: newFading() });

function enter({ long, short }: Times, seconds: number, atMs: number): void {
  const value = Math.log(Math.max(1, seconds));
  add(long, value, longMs, atMs);
  add(short, value, shortMs, atMs);
}

/** What is known before anything was seen weighs as much as so many cases. */
const firstWeighs = 5;
/** And what is usual, beside what was seen of late. */
const usualWeighs = 15;

function spreadOf({ long, short }: Times, first: Spread, nowMs: number): Spread {
  const count = long.count + firstWeighs;
  const usual = (long.sum + firstWeighs * first.mu) / count;
  const ofFirst = firstWeighs * (first.sigma ** 2 + first.mu ** 2);
  const sigma = Math.sqrt(Math.max(0.05, (long.squares + ofFirst) / count - usual ** 2));
  const late = fade(short, shortMs, nowMs);
  return { mu: (late.sum + usualWeighs * usual) / (late.count + usualWeighs), sigma };
}

const firstHold: Spread = { mu: Math.log(180), sigma: 0.8 };
const firstReturn: Spread = { mu: Math.log(90), sigma: 0.8 };
const firstGap: Spread = { mu: Math.log(90), sigma: 1 };

/** Of waits shorter than this seconds of chance say nothing; the newest weighs a fiftieth, and twice as long is too much to believe. */
const shortestSeconds = 60;
const offWeighs = 0.02;
const offMax = Math.log(2);

/** Makes it, of a desk that was never seen. `hourOf`: the hour of the day at the bank, and whether it is a working day. */
export function createLearning(
  hourOf: (ms: number) => { readonly hour: number; readonly isWorkday: boolean },
): Learning {
  const holds = new Map<string, Times>();
  const gaps = newTimes();
  const ends = newFading();
  const returns = newFading();
  const passed = newFading();
  const [waits, leaves, pauses] = [newFading(), newFading(), newFading()];
  const arrivals = createArrivals(hourOf);
  const roster = createRoster(hourOf);
  let offLog = 0;
  const timesOf = ({ team, isReturn }: Pick<Held, 'team' | 'isReturn'>): Times => {
    const key = `${team} ${isReturn}`;
    const times = holds.get(key) ?? newTimes();
    holds.set(key, times);
    return times;
  };
  return {
    came: arrivals.came,
    answered: ({ seconds, gapSeconds, ...of }, atMs) => {
      enter(timesOf(of), seconds, atMs);
      add(of.isReturn ? returns : ends, 1, longMs, atMs);
      if (gapSeconds !== undefined) enter(gaps, gapSeconds, atMs);
    },
    passedOn: (atMs) => add(passed, 1, longMs, atMs),
    waited: (seconds, hasLeft, atMs) => {
      add(waits, seconds, longMs, atMs);
      add(leaves, hasLeft ? 1 : 0, longMs, atMs);
    },
    cameTo: (told, came) => {
      if (came < shortestSeconds || told < shortestSeconds) return;
      const off = Math.max(-1, Math.min(1, Math.log(came / told)));
      offLog = Math.max(-offMax, Math.min(offMax, offLog + off * offWeighs));
    },
    paused: (seconds, atMs) => add(pauses, seconds, longMs, atMs),
    here: roster.here,
    now: (nowMs) => {
      const spreads = new Map(
        TEAMS.flatMap((team) =>
          [false, true].map((isReturn) => {
            const first = isReturn ? firstReturn : firstHold;
            return [`${team} ${isReturn}`, spreadOf(timesOf({ team, isReturn }), first, nowMs)] as const;
          }),
        ),
      );
      // Each answer is followed by a return or not: of all answers, so many were answers to a return.
      const share = (returns.count + 2) / (returns.count + ends.count + 4);
      return {
        hold: ({ team, isReturn }) => spreads.get(`${team} ${isReturn}`) ?? (isReturn ? firstReturn : firstHold),
        longer: Math.exp(offLog),
        passedOnShare: passed.count / (ends.count + 20),
        back: { share, gap: spreadOf(gaps, firstGap, nowMs) },
        arrivals: arrivals.rates(nowMs),
        leavePerSecond: leaves.sum / (waits.sum + 3600),
        pauseSeconds: (pauses.sum + 5 * 10) / (pauses.count + 5),
        staffAt: (ms) => roster.share(nowMs, ms),
      };
    },
  };
}

type HourOf = Parameters<typeof createLearning>[0];
const slotOf = (hourOf: HourOf, ms: number): string => {
  const { hour, isWorkday } = hourOf(ms);
  return `${isWorkday} ${Math.floor(hour)}`;
};

/** Minutes that count as "just now" for arrivals, and as how many such minutes the usual rate of the hour counts. */
const lateMinutes = 10;
const usualMinutes = 5;

function createArrivals(hourOf: HourOf): {
  came: Learning['came'];
  rates(nowMs: number): readonly Arrivals[];
} {
  const kinds = new Map<string, { of: Parameters<Learning['came']>[0]; byHour: Map<string, number>; late: number[] }>();
  const hoursSeen = new Map<string, Set<number>>();
  const hourMs = 60 * minuteMs;
  return {
    came: (of, atMs) => {
      const key = `${of.team} ${of.locale} ${of.priority}`;
      const kind = kinds.get(key) ?? { of, byHour: new Map<string, number>(), late: [] };
      kinds.set(key, kind);
      const slot = slotOf(hourOf, atMs);
      hoursSeen.set(slot, (hoursSeen.get(slot) ?? new Set()).add(Math.floor(atMs / hourMs)));
      kind.byHour.set(slot, (kind.byHour.get(slot) ?? 0) + 1);
      kind.late.push(atMs);
      while ((kind.late[0] ?? atMs) < atMs - lateMinutes * minuteMs) kind.late.shift();
    },
    rates: (nowMs) => {
      const slot = slotOf(hourOf, nowMs);
      const hours = Math.max(1, hoursSeen.get(slot)?.size ?? 1);
      return [...kinds.values()].map(({ of, byHour, late }) => {
        const usual = (byHour.get(slot) ?? 0) / hours / 60;
        const now = late.filter((ms) => ms >= nowMs - lateMinutes * minuteMs).length;
        const perMinute = (now + usual * usualMinutes) / (lateMinutes + usualMinutes);
        const { team, locale, priority } = of;
        return { team, locale, priority, perSecond: perMinute / 60, promiseMs: promiseOf(team) };
      });
    },
  };
}

const promiseOf = (team: Team): number => limits.answerMinutes[team] * minuteMs;

/** How many are usually here, by quarters of an hour. */
function createRoster(hourOf: HourOf): { here: Learning['here']; share(nowMs: number, ms: number): number } {
  const usual = new Map<string, Fading>();
  const quarterOf = (ms: number): string => {
    const { hour, isWorkday } = hourOf(ms);
    return `${isWorkday} ${Math.floor(hour * 4)}`;
  };
  const meanAt = (ms: number): number | undefined => {
    const seen = usual.get(quarterOf(ms));
    return seen && seen.count > 0.5 ? seen.sum / seen.count : undefined;
  };
  return {
    here: (people, atMs) => {
      const key = quarterOf(atMs);
      const seen = usual.get(key) ?? newFading();
      usual.set(key, seen);
      add(seen, people, longMs, atMs);
    },
    share: (nowMs, ms) => {
      const [now, then] = [meanAt(nowMs), meanAt(ms)];
      // Half of the usual or less is closing time, or a day unlike the others: nothing is foreseen from it.
      return now === undefined || then === undefined || now < 1 || then < 1
        ? 1
        : Math.max(0.25, Math.min(4, then / now));
    },
  };
}
