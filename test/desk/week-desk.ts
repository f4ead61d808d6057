import { limits } from '#base';
import { TEAMS, type Locale, type Team } from '#contract';
import { foreseeWait, type QueueNow, type Server } from '../../src/desk/queue/foresee.ts';
import { afterBusiness, openAt, usualHours } from '../../src/desk/queue/hours.ts';
import { createLearning, type Learning } from '../../src/desk/queue/learned.ts';
import { drawn, type Draw } from '../../src/desk/queue/lognormal.ts';
import { isAged, nextOf, turnOf, type Queued } from '../../src/desk/queue/order.ts';
import { createSteps } from '../../src/desk/queue/steps.ts';
import { priorityOf, teamOf } from '../../src/desk/topics.ts';
import * as rates from './week-rates.ts';

/** One wait that came to its end, with what was told at its beginning. */
export interface Wait {
  readonly team: Team;
  readonly rush: rates.Rush['name'] | undefined;
  readonly isMeasured: boolean;
  readonly toldSeconds: number;
  readonly cameSeconds: number;
  readonly ahead: number;
}

interface Case extends Queued {
  readonly kind: rates.Kind;
  readonly rush: rates.Rush | undefined;
  readonly openedMs: number;
  team: Team;
  told: { readonly seconds: number; readonly ahead: number } | undefined;
  state: 'waiting' | 'taken' | 'left';
  wasTaken: boolean;
}

interface Person extends Omit<Server, 'held' | 'answered'> {
  isHere: boolean;
  isLooking: boolean;
  roomMs: number;
  readonly held: Map<Case, { readonly isReturn: boolean; readonly sinceMs: number }>;
  readonly answered: Map<Case, number>;
}

/** A desk in its simulated days: everything that happens to it, by chance of one seed. */
interface Desk {
  readonly draw: Draw;
  readonly steps: ReturnType<typeof createSteps<{ at: number; run: () => void }>>;
  readonly waiting: Set<Case>;
  readonly people: Set<Person>;
  readonly learning: Learning;
  readonly waits: Wait[];
  nowMs: number;
}

const zone = usualHours.timeZone;
const hourMs = 3_600_000;
const spread = ([median, sigma]: readonly [number, number], times = 1) => ({ mu: Math.log(median * times), sigma });

function pick<One>(draw: Draw, some: readonly One[], weight: (one: One) => number): One {
  let left = draw() * some.reduce((sum, one) => sum + weight(one), 0);
  for (const one of some) {
    left -= weight(one);
    if (left <= 0) return one;
  }
  throw new RangeError('nothing to pick from');
}

const after = (desk: Desk, seconds: number, run: () => void): void =>
  desk.steps.push({ at: desk.nowMs + seconds * 1000, run });

/** How the desk looks to its forecaster: what the hub knows too, and nothing else. */
function seen({ nowMs, waiting, people }: Desk, upTo: Case): QueueNow {
  const before = [...waiting].filter(
    (one) => one !== upTo && (turnOf(one, upTo) < 0 || (one.priority > upTo.priority && isAged(one, nowMs))),
  );
  return {
    nowMs,
    waiting: [...before.toSorted(turnOf), upTo],
    staff: [...people]
      .filter(({ isHere }) => isHere)
      .map(({ held, answered, ...one }) => ({
        ...one,
        held: [...held].map(([{ team }, of]) => ({ team, ...of })),
        answered: [...answered].map(([{ team }, sinceMs]) => ({ team, sinceMs })),
      })),
  };
}

/** Of so many it is asked what they would be told: enough to count, and a week in a minute. */
const toldShare = 0.08;

function open(desk: Desk, kind: rates.Kind, rush: rates.Rush | undefined): void {
  const { nowMs, draw } = desk;
  const team = teamOf(kind.topic);
  const locale: Locale = draw() < rates.spanishShare ? 'es' : 'en';
  const priority = ['fraud', 'high', 'normal'].indexOf(priorityOf(kind.topic));
  const dueMs = afterBusiness(usualHours, nowMs, limits.answerMinutes[team]);
  const one: Case = {
    kind,
    rush,
    team,
    locale,
    priority,
    dueMs,
    openedMs: nowMs,
    told: undefined,
    state: 'waiting',
    wasTaken: false,
  };
  desk.learning.came(one, nowMs);
  desk.waiting.add(one);
  if (openAt(usualHours, nowMs).isOpen && draw() < toldShare) {
    const now = seen(desk, one);
    one.told = { seconds: foreseeWait(now, desk.learning.now(nowMs), draw), ahead: now.waiting.length - 1 };
  }
  wait(desk, one);
  after(desk, drawn({ mu: Math.log(rates.patience.medianSeconds), sigma: rates.patience.sigma }, draw), () => {
    // Whoever came at night has gone to bed.
    if (one.state !== 'waiting' || one.wasTaken || !openAt(usualHours, desk.nowMs).isOpen) return;
    one.state = 'left';
    desk.waiting.delete(one);
    desk.learning.waited((desk.nowMs - nowMs) / 1000, true, desk.nowMs);
  });
}

/** Into the queue; somebody who has nothing to do sees it. */
function wait(desk: Desk, one: Case): void {
  one.state = 'waiting';
  desk.waiting.add(one);
  const idle = [...desk.people].filter((person) => nextOf([one], person, desk.nowMs, 1) && mayLook(person));
  const [person] = idle.toSorted((a, b) => a.roomMs - b.roomMs);
  if (person) look(desk, person);
}

const mayLook = ({ isHere, isLooking, held, capacity }: Person): boolean =>
  isHere && !isLooking && held.size < capacity;

function look(desk: Desk, person: Person): void {
  if (!mayLook(person)) return;
  person.isLooking = true;
  const { medianSeconds, sigma, longShare, longSeconds } = rates.pause;
  const median = desk.draw() < longShare ? longSeconds : medianSeconds;
  after(desk, drawn({ mu: Math.log(median), sigma }, desk.draw), () => {
    person.isLooking = false;
    if (mayLook(person)) take(desk, person);
  });
}

function take(desk: Desk, person: Person): void {
  const { nowMs, waiting, draw, learning } = desk;
  const one = nextOf([...waiting], person, nowMs, draw());
  if (!one) return;
  waiting.delete(one);
  one.state = 'taken';
  if (one.openedMs < person.roomMs) learning.paused((nowMs - person.roomMs) / 1000, nowMs);
  if (!one.wasTaken) {
    const cameSeconds = (nowMs - one.openedMs) / 1000;
    learning.waited(cameSeconds, false, nowMs);
    if (one.told) {
      const { seconds, ahead } = one.told;
      learning.cameTo(seconds, cameSeconds);
      const rush = one.rush?.name ?? rushAt(one.openedMs)?.name;
      desk.waits.push({
        team: one.team,
        rush,
        isMeasured: one.openedMs >= weekBegins,
        toldSeconds: seconds,
        cameSeconds,
        ahead,
      });
    }
  }
  one.wasTaken = true;
  person.roomMs = nowMs;
  hold(desk, person, one, false, undefined);
  look(desk, person);
}

function hold(desk: Desk, person: Person, one: Case, isReturn: boolean, gapSeconds: number | undefined): void {
  const { draw, learning } = desk;
  const sinceMs = desk.nowMs;
  const slowed = 1 + rates.slowedByEach * person.held.size;
  person.held.set(one, { isReturn, sinceMs });
  const of = isReturn ? one.kind.next : one.kind.first;
  after(desk, drawn(spread(of, slowed * (one.rush?.lasts ?? 1)), draw), () => {
    person.held.delete(one);
    person.roomMs = desk.nowMs;
    const seconds = (desk.nowMs - sinceMs) / 1000;
    learning.answered(
      { team: one.team, isReturn, seconds, ...(gapSeconds !== undefined && { gapSeconds }) },
      desk.nowMs,
    );
    if (!isReturn && draw() < rates.transferShare) {
      one.team = pick(draw, TEAMS, (team) => (team === one.team ? 0 : 1));
      learning.passedOn(desk.nowMs);
      wait(desk, one);
    } else answered(desk, person, one);
    look(desk, person);
  });
}

function answered(desk: Desk, person: Person, one: Case): void {
  const { draw } = desk;
  const answeredMs = desk.nowMs;
  person.answered.set(one, answeredMs);
  const comesBack = draw() < rates.back.share;
  const seconds = comesBack ? drawn(spread([rates.back.medianSeconds, rates.back.sigma]), draw) : 1200;
  after(desk, seconds, () => {
    person.answered.delete(one);
    if (comesBack) hold(desk, person, one, true, seconds);
  });
}

const dayOf = (ms: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);

/** The first day of the week that counts: a Monday, without a change of clocks. The one before it is for learning. */
export const weekBegins = Temporal.ZonedDateTime.from('2026-11-09T00:00[America/New_York]').epochMilliseconds;

function rushAt(ms: number): rates.Rush | undefined {
  const day = Math.floor((ms - weekBegins) / (24 * hourMs));
  const hour = ((ms - weekBegins) / hourMs) % 24;
  return rates.rushes.find((rush) => rush.day === day && hour >= rush.from && hour < rush.to);
}

/** So many cases of a kind come in an hour around this time. */
function perHour(kind: rates.Kind, ms: number, { dayOfWeek, hour }: Temporal.ZonedDateTime): number {
  const ofHour = rates.shareByHour[hour - 8] ?? rates.shareAtNight;
  const rush = rushAt(ms);
  const times = rush?.teams.includes(teamOf(kind.topic)) ? rush.times : 1;
  return (rates.busiestHour * ofHour * (rates.shareByDay[dayOfWeek - 1] ?? 1) * kind.weight * times) / 100;
}

/** Cases come, minute by minute, at the rate of that minute. */
function comeAll(desk: Desk, fromMs: number, toMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += 60_000) {
    const minute = dayOf(ms);
    for (const kind of rates.kinds) {
      const rate = perHour(kind, ms, minute) / 60;
      const rush = rushAt(ms);
      const ofRush = rush?.teams.includes(teamOf(kind.topic)) ? rush : undefined;
      for (let at = -Math.log(1 - desk.draw()) / rate; at < 1; at += -Math.log(1 - desk.draw()) / rate)
        desk.steps.push({ at: ms + at * 60_000, run: () => open(desk, kind, ofRush) });
    }
  }
}

function rosterOf(desk: Desk, dayMs: number): void {
  const { draw } = desk;
  const isWeekend = dayOf(dayMs).dayOfWeek > 5;
  for (const shift of rates.shifts) {
    for (let n = 0; n < (isWeekend ? shift.weekend : shift.workday); n += 1) {
      if (draw() < rates.absentShare) continue;
      const { teams } = pick(draw, rates.trained, ({ share }) => share);
      const person: Person = {
        teams,
        locales: draw() < rates.bilingualShare ? ['en', 'es'] : ['en'],
        capacity: pick(draw, rates.capacityEach, () => 1),
        isHere: false,
        isLooking: false,
        roomMs: 0,
        held: new Map(),
        answered: new Map(),
      };
      const off = (): number => ((draw() - 0.5) * 2 * rates.offMinutes) / 60;
      const at = (hour: number, isHere: boolean): void =>
        desk.steps.push({ at: dayMs + hour * hourMs, run: () => setHere(desk, person, isHere) });
      at(shift.from + Math.max(0, off()), true);
      for (const { after: begins, minutes } of rates.breaks) {
        const from = shift.from + begins + (draw() - 0.5) * 2 * rates.breakSpreadHours;
        at(from, false);
        at(from + minutes / 60, true);
      }
      at(shift.to + Math.min(0, off()), false);
    }
  }
}

function setHere(desk: Desk, person: Person, isHere: boolean): void {
  person.isHere = isHere;
  if (!isHere) return;
  desk.people.add(person);
  person.roomMs = desk.nowMs;
  look(desk, person);
}

/** Runs a week with its rushes, after so many days without that the forecaster could learn from. */
export function runWeek(draw: Draw, learningDays: number, days = 7): readonly Wait[] {
  const desk: Desk = {
    draw,
    steps: createSteps(),
    waiting: new Set(),
    people: new Set(),
    learning: createLearning((ms) => {
      const at = dayOf(ms);
      return { hour: at.hour + at.minute / 60, isWorkday: at.dayOfWeek < 6 };
    }),
    waits: [],
    nowMs: weekBegins - learningDays * 24 * hourMs,
  };
  const [from, to] = [desk.nowMs, weekBegins + days * 24 * hourMs];
  comeAll(desk, from, to);
  for (let dayMs = from; dayMs < to; dayMs += 24 * hourMs) rosterOf(desk, dayMs);
  for (let ms = from; ms < to; ms += 300_000)
    desk.steps.push({
      at: ms,
      run: () => desk.learning.here([...desk.people].filter(({ isHere }) => isHere).length, desk.nowMs),
    });
  for (let step = desk.steps.pop(); step && step.at < to; step = desk.steps.pop()) {
    desk.nowMs = Math.floor(step.at);
    step.run();
  }
  return desk.waits.filter(({ isMeasured }) => isMeasured);
}
