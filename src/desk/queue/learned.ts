import { limits } from '#base';
import type { Team } from '#contract';
import type { Arrivals, Held, Learned } from './foresee.ts';
import type { Spread } from './lognormal.ts';
import type { Queued } from './order.ts';
import { createPresence } from './presence.ts';
import { spanShare, wasWithin, type ForeseenWait } from './telling-time.ts';

/** What a desk has seen, one thing after the other; what was learned of it is asked at any time. */
export interface Learning {
  /** A case came. */
  came(of: Pick<Queued, 'team' | 'locale' | 'priority'>, atMs: number): void;
  /** An answer was given; `gapSeconds`: of a customer who had come back, after how long. */
  answered(
    of: Pick<Held, 'team' | 'topic' | 'isReturn'> & { readonly seconds: number; readonly gapSeconds?: number },
    atMs: number,
  ): void;
  /** Instead of an answer a case was passed on, to wait again for another team. */
  passedOn(atMs: number): void;
  /** Somebody stopped waiting: taken, or gone of their own will. */
  waited(seconds: number, hasLeft: boolean, atMs: number): void;
  /**
   * What was told of a wait, and what came: the next ones are told longer or shorter, and more or less narrowly, by what
   * the last ones were off. A span of 0 was not told.
   */
  cameTo(told: ForeseenWait, cameSeconds: number): void;
  /** Somebody took a case that was there when they had room, after so many seconds. */
  paused(seconds: number, atMs: number): void;
  /** These of the staff were here. */
  here(staffIds: readonly string[], atMs: number): void;
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

/** What is known before anything was seen weighs as much as so many cases; and what is known of a team, for one of its topics. */
const firstWeighs = 5;
const teamWeighs = 10;
/** What is usual, beside what was seen of late. */
const usualWeighs = 15;

const logOf = (seconds: number): number => Math.log(Math.max(1, seconds));

/** A spread from what was seen, and from what was believed before. */
function spreadOf({ count, sum, squares }: Fading, before: Spread, weighs: number): Spread {
  const mu = (sum + weighs * before.mu) / (count + weighs);
  const ofBefore = weighs * (before.sigma ** 2 + before.mu ** 2);
  return { mu, sigma: Math.sqrt(Math.max(0.05, (squares + ofBefore) / (count + weighs) - mu ** 2)) };
}

const firstHold: Spread = { mu: Math.log(180), sigma: 0.8 };
const firstReturn: Spread = { mu: Math.log(90), sigma: 0.8 };
const firstGap: Spread = { mu: Math.log(90), sigma: 1 };

/** Of waits shorter than this seconds of chance say nothing; the newest weighs a fiftieth, and twice as long is too much to believe. */
const shortestSeconds = 60;
const offWeighs = 0.02;
const offMax = Math.log(2);
/** A wait outside of its span makes the next ones so much wider that four within make them as narrow again. */
const widerWeighs = 0.04;
const widerMax = 1;
/** What is learned is off by a fifth itself, or more, before it was ever held against what came. */
const widerAtFirst = 0.2;

/** How long answers take: by team, by topic within it, and how much longer of late. */
function createHolds(): {
  enter(of: Pick<Held, 'team' | 'topic' | 'isReturn'>, seconds: number, atMs: number): void;
  at(nowMs: number): Learned['hold'];
} {
  type Of = Parameters<Learned['hold']>[0];
  const [seen, late] = [new Map<string, Fading>(), new Map<string, Fading>()];
  const within = (map: Map<string, Fading>, key: string): Fading => {
    const of = map.get(key) ?? newFading();
    map.set(key, of);
    return of;
  };
  const keyOf = ({ team, isReturn }: Of): string => `${team} ${isReturn}`;
  const usual = (of: Of): Spread => {
    const ofTeam = spreadOf(within(seen, keyOf(of)), of.isReturn ? firstReturn : firstHold, firstWeighs);
    const ofTopic = of.topic === undefined ? undefined : seen.get(`${keyOf(of)} ${of.topic}`);
    return ofTopic ? spreadOf(ofTopic, ofTeam, teamWeighs) : ofTeam;
  };
  return {
    enter: (of, seconds, atMs) => {
      const value = logOf(seconds);
      // What it was longer than usual for its topic: a day of other topics is no slow day.
      add(within(late, keyOf(of)), value - usual(of).mu, shortMs, atMs);
      add(within(seen, keyOf(of)), value, longMs, atMs);
      if (of.topic !== undefined) add(within(seen, `${keyOf(of)} ${of.topic}`), value, longMs, atMs);
    },
    at: (nowMs) => {
      const known = new Map<string, Spread>();
      return (of) => {
        const key = `${keyOf(of)} ${of.topic ?? ''}`;
        const spread = known.get(key);
        if (spread) return spread;
        const { count, sum } = fade(within(late, keyOf(of)), shortMs, nowMs);
        const { mu, sigma } = usual(of);
        const now = { mu: mu + sum / (count + usualWeighs), sigma };
        known.set(key, now);
        return now;
      };
    },
  };
}

/** Makes it, of a desk that was never seen. `hourOf`: the hour of the day at the bank, and whether it is a working day. */
export function createLearning(
  hourOf: (ms: number) => { readonly hour: number; readonly isWorkday: boolean },
): Learning {
  const holds = createHolds();
  const gaps = newFading();
  const ends = newFading();
  const returns = newFading();
  const passed = newFading();
  const [waits, leaves, pauses] = [newFading(), newFading(), newFading()];
  const arrivals = createArrivals(hourOf);
  const presence = createPresence(hourOf);
  let offLog = 0;
  let wider = widerAtFirst;
  return {
    came: arrivals.came,
    answered: ({ seconds, gapSeconds, ...of }, atMs) => {
      holds.enter(of, seconds, atMs);
      add(of.isReturn ? returns : ends, 1, longMs, atMs);
      if (gapSeconds !== undefined) add(gaps, logOf(gapSeconds), longMs, atMs);
    },
    passedOn: (atMs) => add(passed, 1, longMs, atMs),
    waited: (seconds, hasLeft, atMs) => {
      add(waits, seconds, longMs, atMs);
      add(leaves, hasLeft ? 1 : 0, longMs, atMs);
    },
    cameTo: (told, came) => {
      if (told.toSeconds > shortestSeconds) {
        const step = wasWithin(told, came) ? spanShare - 1 : spanShare;
        wider = Math.max(-widerMax, Math.min(widerMax, wider + step * widerWeighs));
      }
      if (came < shortestSeconds || told.seconds < shortestSeconds) return;
      const off = Math.max(-1, Math.min(1, Math.log(came / told.seconds)));
      offLog = Math.max(-offMax, Math.min(offMax, offLog + off * offWeighs));
    },
    paused: (seconds, atMs) => add(pauses, seconds, longMs, atMs),
    here: presence.here,
    now: (nowMs) => {
      // Each answer is followed by a return or not: of all answers, so many were answers to a return.
      const share = (returns.count + 2) / (returns.count + ends.count + 4);
      return {
        hold: holds.at(nowMs),
        longer: Math.exp(offLog),
        wider,
        passedOnShare: passed.count / (ends.count + 20),
        back: { share, gap: spreadOf(gaps, firstGap, firstWeighs) },
        arrivals: arrivals.rates(nowMs),
        leavePerSecond: leaves.sum / (waits.sum + 3600),
        pauseSeconds: (pauses.sum + 5 * 10) / (pauses.count + 5),
        usual: presence.at(nowMs),
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
