import { overWithin, type Draw, type Spread } from './lognormal.ts';

/** Who is usually here when, each for themselves: forecasts count on whoever comes back from a meal, or takes the next shift. */
export interface Presence {
  /** These are here, and of all that are known nobody else. */
  here(staffIds: readonly string[], atMs: number): void;
  at(nowMs: number): UsuallyHere;
}

/** What is usual, seen from one moment. */
export interface UsuallyHere {
  /** The share of days on which somebody is here so many seconds from now; undefined: nothing is known of them, or of the hour. */
  share(staffId: string, afterSeconds: number): number | undefined;
  /** When they were here last; undefined: never seen. */
  lastSeenMs(staffId: string): number | undefined;
  /** How long people are away who come back the same shift. */
  readonly breaks: Spread;
}

interface Count {
  sum: number;
  atMs: number;
}

const minuteMs = 60_000;
/** Of a person's habits this week says as much as all those before. */
const halfLifeMs = 7 * 24 * 60 * minuteMs;
const quartersOfHour = 4;
/** Between these an absence is a break: shorter ones are looks that were missed, longer ones another shift. */
const breakMinMs = 8 * minuteMs;
const breakMaxMs = 90 * minuteMs;
/** What is believed of breaks at first, as if so many had been seen. */
const firstBreak: Spread = { mu: Math.log(20 * 60), sigma: 0.5 };
const firstBreaks = 10;
const spreadOf = ({ count, sum, squares }: Record<'count' | 'sum' | 'squares', number>): Spread => {
  const mu = sum / count;
  return { mu, sigma: Math.sqrt(Math.max(0.04, squares / count - mu ** 2)) };
};

const fadedTo = ({ sum, atMs }: Count, nowMs: number): number =>
  nowMs > atMs ? sum * 0.5 ** ((nowMs - atMs) / halfLifeMs) : sum;

function count(counts: Map<string, Count>, slot: string, atMs: number): void {
  const of = counts.get(slot);
  counts.set(slot, { sum: (of ? fadedTo(of, atMs) : 0) + 1, atMs });
}

/** Makes it, of a desk at which nobody was seen yet. `hourOf`: the hour of the day at the bank, and whether it is a working day. */
export function createPresence(
  hourOf: (ms: number) => { readonly hour: number; readonly isWorkday: boolean },
): Presence {
  const looks = new Map<string, Count>();
  const away = {
    count: firstBreaks,
    sum: firstBreaks * firstBreak.mu,
    squares: firstBreaks * (firstBreak.mu ** 2 + firstBreak.sigma ** 2),
  };
  const backAfter = (ms: number): void => {
    if (ms < breakMinMs || ms > breakMaxMs) return;
    const value = Math.log(ms / 1000);
    away.count += 1;
    away.sum += value;
    away.squares += value * value;
  };
  const people = new Map<string, { readonly bySlot: Map<string, Count>; seenMs: number }>();
  const slotOf = (ms: number): string => {
    const { hour, isWorkday } = hourOf(ms);
    return `${isWorkday} ${Math.floor(hour * quartersOfHour)}`;
  };
  return {
    here: (staffIds, atMs) => {
      const slot = slotOf(atMs);
      count(looks, slot, atMs);
      for (const staffId of staffIds) {
        const person = people.get(staffId) ?? { bySlot: new Map<string, Count>(), seenMs: atMs };
        people.set(staffId, person);
        backAfter(atMs - person.seenMs);
        person.seenMs = atMs;
        count(person.bySlot, slot, atMs);
      }
    },
    at: (nowMs) => {
      // Reckoning with a calendar costs more than all else here: the same slots are asked of everybody.
      const slots = new Map<number, string>();
      return {
        share: (staffId, afterSeconds) => {
          const slot = slots.get(afterSeconds) ?? slotOf(nowMs + afterSeconds * 1000);
          slots.set(afterSeconds, slot);
          const [all, person] = [looks.get(slot), people.get(staffId)];
          if (!all || !person) return undefined;
          const own = person.bySlot.get(slot);
          return own ? Math.min(1, fadedTo(own, nowMs) / fadedTo(all, nowMs)) : 0;
        },
        lastSeenMs: (staffId) => people.get(staffId)?.seenMs,
        breaks: spreadOf(away),
      };
    },
  };
}

/** People come and go at these steps of a forecast: seconds. */
export const rosterSeconds = 300;
/** Of those whose hour it is, so many are here by the next step: back from a break, or come for their shift. */
const backEach = 0.25;
const beginsEach = 0.6;
/** Who is not here this long after others of their hour is not coming today: seconds. */
const absentAfterSeconds = 2700;

/** What one person will probably do. */
export interface Habit {
  /** By steps of `rosterSeconds` from now on; undefined: nothing is known, they stay as they are. */
  shareAt(step: number): number | undefined;
  /** The share of chances in a step that somebody who could be here comes; 0: not today. */
  comesAt(step: number): number;
}

/** How somebody comes and goes, who is here now or is not. */
export function habitOf(usual: UsuallyHere, staffId: string, isHere: boolean, nowMs: number): Habit {
  const shares: (number | undefined)[] = [];
  const shareAt = (step: number): number | undefined => {
    if (!(step in shares)) shares[step] = usual.share(staffId, step * rosterSeconds);
    return shares[step];
  };
  const unseenSeconds = (nowMs - (usual.lastSeenMs(staffId) ?? -Infinity)) / 1000;
  const isUsual = (share: number | undefined): boolean => (share ?? 0) > 0.5;
  const isAbsent =
    !isHere &&
    unseenSeconds > absentAfterSeconds &&
    isUsual(shareAt(0)) &&
    isUsual(usual.share(staffId, -absentAfterSeconds));
  const isOnBreak = !isAbsent && !isHere && unseenSeconds <= breakMaxMs / 1000 && isUsual(shareAt(0));
  // The longer a break has lasted, the nearer is its end.
  const backAt = (step: number): number => {
    const over = (seconds: number): number => overWithin(usual.breaks, seconds);
    const from = unseenSeconds + (step - 1) * rosterSeconds;
    const left = 1 - over(from);
    return left < 0.05 ? backEach : (over(from + rosterSeconds) - over(from)) / left;
  };
  if (isOnBreak) return { shareAt, comesAt: backAt };
  const each = isAbsent ? 0 : isHere ? backEach : beginsEach;
  return { shareAt, comesAt: () => each };
}

/** Whether somebody is here after a step, by whether they were before it. */
export function isHereAfter({ shareAt, comesAt }: Habit, step: number, isHere: boolean, draw: Draw): boolean {
  const [before, now] = [shareAt(step - 1), shareAt(step)];
  if (before === undefined || now === undefined) return isHere;
  // As few as the change of shift takes, and besides some go for a while and others come back.
  if (isHere) {
    if (now < before && draw() < (before - now) / before) return false;
    return draw() >= backEach * (1 - now);
  }
  const comes = comesAt(step);
  if (comes === 0) return false;
  if (now > before && draw() < (now - before) / (1 - before)) return true;
  return draw() < comes * now;
}
