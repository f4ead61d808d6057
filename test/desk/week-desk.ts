import { limits } from '#base';
import { TEAMS, type Locale, type Team } from '#contract';
import type { Server } from '../../src/desk/queue/foresee.ts';
import { afterBusiness, openAt, usualHours } from '../../src/desk/queue/hours.ts';
import type { Learning } from '../../src/desk/queue/learned.ts';
import { drawn, type Draw, type Spread } from '../../src/desk/queue/lognormal.ts';
import { nextOf, type Queued } from '../../src/desk/queue/order.ts';
import { createSteps } from '../../src/desk/queue/steps.ts';
import { priorityOf, teamOf } from '../../src/desk/topics.ts';
import * as rates from './week-rates.ts';

/** A desk in its simulated days: everything that happens to it is a step, drawn from one seed. */

/** A case of the simulated week. */
export interface Case extends Queued {
  readonly topic: string;
  readonly kind: rates.Kind;
  readonly rush: rates.Rush | undefined;
  readonly openedMs: number;
  team: Team;
  state: 'waiting' | 'taken' | 'left';
  wasTaken: boolean;
}

/** Somebody who works at the desk. */
export interface Person extends Omit<Server, 'held' | 'answered' | 'isAway'> {
  readonly shift: rates.Shift;
  readonly days: 'workday' | 'weekend';
  isHere: boolean;
  isLooking: boolean;
  roomMs: number;
  readonly held: Map<Case, { readonly isReturn: boolean; readonly sinceMs: number }>;
  readonly answered: Map<Case, number>;
}

/** Something that will happen at an instant; what was drawn for it is kept, so that it can be drawn anew. */
export type Step = { readonly at: number } & (
  | { readonly what: 'day' | 'minute' | 'count' }
  | { readonly what: 'comes'; readonly kind: rates.Kind; readonly rush: rates.Rush | undefined }
  | { readonly what: 'gives-up'; readonly one: Case; readonly sinceMs: number }
  | { readonly what: 'looks'; readonly by: Person; readonly of: Spread; readonly sinceMs: number }
  | {
      readonly what: 'answers';
      readonly by: Person;
      readonly one: Case;
      readonly isReturn: boolean;
      readonly gapSeconds: number | undefined;
      readonly of: Spread;
      readonly sinceMs: number;
    }
  | {
      readonly what: 'silent';
      readonly by: Person;
      readonly one: Case;
      readonly comesBack: boolean;
      readonly sinceMs: number;
    }
  | { readonly what: 'here'; readonly by: Person; readonly isHere: boolean }
);

/** Who looks on: told of what a hub would see, and changes nothing. */
export interface Onlooker {
  readonly learning: Learning;
  opened(desk: Desk, one: Case): void;
  taken(desk: Desk, one: Case): void;
  left(one: Case): void;
  minute(desk: Desk): void;
}

/** The desk at one moment. */
export interface Desk {
  readonly draw: Draw;
  readonly steps: ReturnType<typeof createSteps<Step>>;
  /** What is still to come, in no order. */
  readonly pending: Set<Step>;
  readonly waiting: Set<Case>;
  readonly people: Set<Person>;
  readonly onlooker: Onlooker | undefined;
  /** As many people and cases as `week-rates.ts` says, times this. */
  readonly times: number;
  nowMs: number;
}

const zone = usualHours.timeZone;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;
const spread = ([median, sigma]: readonly [number, number], times = 1): Spread => ({
  mu: Math.log(median * times),
  sigma,
});
/** How long somebody waits before they give up, and how long a customer is away. */
export const patience: Spread = spread([rates.patience.medianSeconds, rates.patience.sigma]);
export const gap: Spread = spread([rates.back.medianSeconds, rates.back.sigma]);

/** The first day of the week that counts: a Monday, without a change of clocks. The days before it are for learning. */
export const weekBegins = Temporal.ZonedDateTime.from('2026-11-09T00:00[America/New_York]').epochMilliseconds;

/** Something will happen. */
export function plan(desk: Desk, step: Step): void {
  desk.steps.push(step);
  desk.pending.add(step);
}

/** The next thing happens; false: nothing is left. */
export function goOn(desk: Desk): boolean {
  const step = desk.steps.pop();
  if (!step) return false;
  desk.pending.delete(step);
  desk.nowMs = Math.floor(step.at);
  happen(desk, step);
  return true;
}

function happen(desk: Desk, step: Step): void {
  switch (step.what) {
    case 'day':
      rosterOf(desk, step.at);
      plan(desk, { ...step, at: step.at + dayMs });
      return;
    case 'minute':
      arrive(desk, step.at, step.at + minuteMs);
      plan(desk, { ...step, at: step.at + minuteMs });
      desk.onlooker?.minute(desk);
      return;
    case 'count':
      desk.onlooker?.learning.here(
        [...desk.people].flatMap(({ isHere, staffId }) => (isHere ? [staffId] : [])),
        desk.nowMs,
      );
      plan(desk, { ...step, at: step.at + 5 * minuteMs });
      return;
    case 'comes':
      open(desk, step.kind, step.rush);
      return;
    case 'gives-up':
      giveUp(desk, step.one);
      return;
    case 'looks':
      step.by.isLooking = false;
      if (mayLook(step.by)) take(desk, step.by);
      return;
    case 'answers':
      answer(desk, step);
      return;
    case 'silent':
      step.by.answered.delete(step.one);
      if (step.comesBack) hold(desk, step.by, step.one, true, (desk.nowMs - step.sinceMs) / 1000);
      return;
    case 'here':
      setHere(desk, step.by, step.isHere);
  }
}

function open(desk: Desk, kind: rates.Kind, rush: rates.Rush | undefined): void {
  const { nowMs, draw, onlooker } = desk;
  const team = teamOf(kind.topic);
  const locale: Locale = draw() < rates.spanishShare ? 'es' : 'en';
  const priority = ['fraud', 'high', 'normal'].indexOf(priorityOf(kind.topic));
  const dueMs = afterBusiness(usualHours, nowMs, limits.answerMinutes[team]);
  const of = { topic: kind.topic, kind, rush, team, locale, priority, dueMs, openedMs: nowMs };
  const one: Case = { ...of, state: 'waiting', wasTaken: false };
  onlooker?.learning.came(one, nowMs);
  wait(desk, one);
  plan(desk, { at: nowMs + drawn(patience, draw) * 1000, what: 'gives-up', one, sinceMs: nowMs });
  onlooker?.opened(desk, one);
}

function giveUp(desk: Desk, one: Case): void {
  // Whoever came at night has gone to bed.
  if (one.state !== 'waiting' || one.wasTaken || !openAt(usualHours, desk.nowMs).isOpen) return;
  one.state = 'left';
  desk.waiting.delete(one);
  desk.onlooker?.learning.waited((desk.nowMs - one.openedMs) / 1000, true, desk.nowMs);
  desk.onlooker?.left(one);
}

/** Into the queue; somebody who has nothing to do sees it. */
function wait(desk: Desk, one: Case): void {
  one.state = 'waiting';
  desk.waiting.add(one);
  const idle = [...desk.people].filter((person) => mayLook(person) && nextOf([one], person, desk.nowMs, 1));
  const [person] = idle.toSorted((a, b) => a.roomMs - b.roomMs);
  if (person) look(desk, person);
}

const mayLook = ({ isHere, isLooking, held, capacity }: Person): boolean =>
  isHere && !isLooking && held.size < capacity;

function look(desk: Desk, by: Person): void {
  if (!mayLook(by)) return;
  by.isLooking = true;
  const { medianSeconds, sigma, longShare, longSeconds } = rates.pause;
  const of = spread([desk.draw() < longShare ? longSeconds : medianSeconds, sigma]);
  plan(desk, { at: desk.nowMs + drawn(of, desk.draw) * 1000, what: 'looks', by, of, sinceMs: desk.nowMs });
}

function take(desk: Desk, by: Person): void {
  const { nowMs, waiting, draw, onlooker } = desk;
  const one = nextOf([...waiting], by, nowMs, draw());
  if (!one) return;
  waiting.delete(one);
  one.state = 'taken';
  if (one.openedMs < by.roomMs) onlooker?.learning.paused((nowMs - by.roomMs) / 1000, nowMs);
  if (!one.wasTaken) {
    onlooker?.learning.waited((nowMs - one.openedMs) / 1000, false, nowMs);
    onlooker?.taken(desk, one);
  }
  one.wasTaken = true;
  by.roomMs = nowMs;
  hold(desk, by, one, false, undefined);
  look(desk, by);
}

function hold(desk: Desk, by: Person, one: Case, isReturn: boolean, gapSeconds: number | undefined): void {
  const sinceMs = desk.nowMs;
  const slowed = 1 + rates.slowedByEach * by.held.size;
  by.held.set(one, { isReturn, sinceMs });
  const of = spread(isReturn ? one.kind.next : one.kind.first, slowed * (one.rush?.lasts ?? 1));
  const at = sinceMs + drawn(of, desk.draw) * 1000;
  plan(desk, { at, what: 'answers', by, one, isReturn, gapSeconds, of, sinceMs });
}

function answer(desk: Desk, { by, one, isReturn, gapSeconds, sinceMs }: Step & { readonly what: 'answers' }): void {
  const { draw, nowMs, onlooker } = desk;
  by.held.delete(one);
  by.roomMs = nowMs;
  const seconds = (nowMs - sinceMs) / 1000;
  onlooker?.learning.answered(
    { team: one.team, topic: one.topic, isReturn, seconds, ...(gapSeconds !== undefined && { gapSeconds }) },
    nowMs,
  );
  if (!isReturn && draw() < rates.transferShare) {
    one.team = pick(draw, TEAMS, (team) => (team === one.team ? 0 : 1));
    onlooker?.learning.passedOn(nowMs);
    wait(desk, one);
  } else {
    by.answered.set(one, nowMs);
    const comesBack = draw() < rates.back.share;
    const after = comesBack ? drawn(gap, draw) : 1200;
    plan(desk, { at: nowMs + after * 1000, what: 'silent', by, one, comesBack, sinceMs: nowMs });
  }
  look(desk, by);
}

function pick<One>(draw: Draw, some: readonly One[], weight: (one: One) => number): One {
  let left = draw() * some.reduce((sum, one) => sum + weight(one), 0);
  for (const one of some) {
    left -= weight(one);
    if (left <= 0) return one;
  }
  throw new RangeError('nothing to pick from');
}

/** The instant's day and hour at the desk. */
export const atDesk = (ms: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);

/** The rush that an instant is in. */
export function rushAt(ms: number): rates.Rush | undefined {
  const day = Math.floor((ms - weekBegins) / dayMs);
  const hour = ((ms - weekBegins) / hourMs) % 24;
  return rates.rushes.find((rush) => rush.day === day && hour >= rush.from && hour < rush.to);
}

/** Cases come within a minute, or what is left of it, at the rate of that minute. */
export function arrive(desk: Desk, fromMs: number, toMs: number): void {
  const { dayOfWeek, hour } = atDesk(fromMs);
  const ofHour = rates.shareByHour[hour - 8] ?? rates.shareAtNight;
  const perMinute = (desk.times * rates.busiestHour * ofHour * (rates.shareByDay[dayOfWeek - 1] ?? 1)) / 100 / 60;
  const rush = rushAt(fromMs);
  for (const kind of rates.kinds) {
    const ofRush = rush?.teams.includes(teamOf(kind.topic)) ? rush : undefined;
    const rate = perMinute * kind.weight * (ofRush?.times ?? 1);
    const next = (): number => (-Math.log(1 - desk.draw()) / rate) * minuteMs;
    for (let at = fromMs + next(); at < toMs; at += next()) plan(desk, { at, what: 'comes', kind, rush: ofRush });
  }
}

/** The bank's own staff: the same people every week, of one shift each, on working days or at weekends. */
function staffOf(draw: Draw, times: number): Person[] {
  return rates.shifts.flatMap((shift) =>
    (['workday', 'weekend'] as const).flatMap((days) =>
      Array.from({ length: Math.round(shift[days] * times) }, (_, n) => ({
        staffId: `${days}-${shift.from}-${n}`,
        shift,
        days,
        teams: pick(draw, rates.trained, ({ share }) => share).teams,
        locales: draw() < rates.bilingualShare ? (['en', 'es'] as const) : (['en'] as const),
        capacity: pick(draw, rates.capacityEach, () => 1),
        isHere: false,
        isLooking: false,
        roomMs: 0,
        held: new Map(),
        answered: new Map(),
      })),
    ),
  );
}

/** Who comes today, and when they are away: nobody outside is told. */
function rosterOf(desk: Desk, midnightMs: number): void {
  const { draw } = desk;
  const days = atDesk(midnightMs).dayOfWeek > 5 ? 'weekend' : 'workday';
  for (const by of desk.people) {
    if (by.days !== days || draw() < rates.absentShare) continue;
    for (const step of dayOf(by, midnightMs, draw)) plan(desk, step);
  }
}

/** One person's day, by chance: when they come and go, and are away in between. */
export function dayOf(by: Person, midnightMs: number, draw: Draw): (Step & { readonly what: 'here' })[] {
  const off = (): number => ((draw() - 0.5) * 2 * rates.offMinutes) / 60;
  const step = (hour: number, isHere: boolean) =>
    ({ at: midnightMs + hour * hourMs, what: 'here', by, isHere }) as const;
  const breaks = rates.breaks.flatMap(({ after: begins, minutes }) => {
    const from = by.shift.from + begins + (draw() - 0.5) * 2 * rates.breakSpreadHours;
    return [step(from, false), step(from + minutes / 60, true)];
  });
  return [step(by.shift.from + Math.max(0, off()), true), ...breaks, step(by.shift.to + Math.min(0, off()), false)];
}

function setHere(desk: Desk, by: Person, isHere: boolean): void {
  by.isHere = isHere;
  if (!isHere) return;
  by.roomMs = desk.nowMs;
  look(desk, by);
}

/** Runs a week with its rushes, after so many days without that the onlooker can learn from. */
export function runWeek(draw: Draw, onlooker: Onlooker, learningDays: number, times: number): void {
  const begins = weekBegins - learningDays * dayMs;
  const desk: Desk = {
    draw,
    steps: createSteps(),
    pending: new Set(),
    waiting: new Set(),
    people: new Set(staffOf(draw, times)),
    times,
    onlooker,
    nowMs: begins,
  };
  for (const what of ['day', 'minute', 'count'] as const) plan(desk, { at: begins, what });
  while (desk.nowMs < weekBegins + 7 * dayMs && goOn(desk));
}
