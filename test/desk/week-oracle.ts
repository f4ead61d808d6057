import { usualHours, openAt } from '../../src/desk/queue/hours.ts';
import { drawnRest, overWithin, type Draw, type Spread } from '../../src/desk/queue/lognormal.ts';
import { createSteps } from '../../src/desk/queue/steps.ts';
import {
  arrive,
  atDesk,
  dayOf,
  gap,
  goOn,
  patience,
  plan,
  type Case,
  type Desk,
  type Person,
  type Step,
} from './week-desk.ts';
import { back } from './week-rates.ts';

/**
 * Somebody who knows everything about the simulated desk but how the dice will fall: every rate to come, rushes included,
 * each case's kind, who comes today and who does not, about when they take their breaks, and how long everything has taken
 * so far. No forecast that is given at the same moment can come true more often than the best number of theirs.
 */

/** After so long a wait is not followed any more. */
const longestMs = 16 * 3_600_000;

/** How long a case will wait, in seconds, drawn so many times from the desk as it is; whoever leaves first is not counted. */
export function knownWaits(desk: Desk, one: Case, draws: number, draw: Draw): number[] {
  const waits: number[] = [];
  for (let n = 0; n < draws; n += 1) {
    const { copy, asked } = copyOf(desk, one, draw);
    const until = desk.nowMs + longestMs;
    while (asked.state === 'waiting' && copy.nowMs < until && goOn(copy));
    if (asked.state !== 'left') waits.push((copy.nowMs - desk.nowMs) / 1000);
  }
  return waits;
}

/** The same desk, from which it goes on by other dice. */
function copyOf(desk: Desk, one: Case, draw: Draw): { readonly copy: Desk; readonly asked: Case } {
  const cases = new Map<Case, Case>();
  const caseOf = (of: Case): Case => {
    const known = cases.get(of) ?? { ...of };
    cases.set(of, known);
    return known;
  };
  const people = new Map<Person, Person>();
  const personOf = (of: Person): Person => {
    const known = people.get(of) ?? {
      ...of,
      held: new Map([...of.held].map(([held, since]) => [caseOf(held), since])),
      answered: new Map([...of.answered].map(([answered, since]) => [caseOf(answered), since])),
    };
    people.set(of, known);
    return known;
  };
  const copy: Desk = {
    draw,
    steps: createSteps(),
    pending: new Set(),
    waiting: new Set([...desk.waiting].map(caseOf)),
    people: new Set([...desk.people].map(personOf)),
    onlooker: undefined,
    times: desk.times,
    nowMs: desk.nowMs,
  };
  for (const step of desk.pending) {
    const again = drawnAgain(step, desk.nowMs, draw);
    if (!again) continue;
    plan(copy, {
      ...again,
      ...('by' in again && { by: personOf(again.by) }),
      ...('one' in again && { one: caseOf(again.one) }),
    });
    if (step.what === 'minute') arrive(copy, desk.nowMs, step.at);
  }
  const today = new Set([...desk.pending].flatMap((step) => (step.what === 'here' ? [step.by] : [])));
  const midnightMs = atDesk(desk.nowMs).startOfDay().epochMilliseconds;
  for (const by of today)
    for (const step of restOfDay(by, midnightMs, desk.nowMs, draw)) plan(copy, { ...step, by: personOf(by) });
  return { copy, asked: caseOf(one) };
}

/** A step to come, drawn anew from what is known by now; undefined: it is not to come. */
function drawnAgain(step: Step, nowMs: number, draw: Draw): Step | undefined {
  const rest = (of: Spread, sinceMs: number): number => {
    const elapsed = (nowMs - sinceMs) / 1000;
    return nowMs + drawnRest(of, elapsed, overWithin(of, elapsed), draw) * 1000;
  };
  switch (step.what) {
    case 'comes':
    case 'count':
    case 'here':
      return undefined;
    case 'day':
    case 'minute':
      return step;
    case 'gives-up':
      if (step.one.state !== 'waiting' || step.one.wasTaken) return undefined;
      return { ...step, at: rest(patience, step.sinceMs) };
    case 'looks':
    case 'answers':
      return { ...step, at: rest(step.of, step.sinceMs) };
    case 'silent': {
      const gone = overWithin(gap, (nowMs - step.sinceMs) / 1000);
      if (draw() >= (back.share * (1 - gone)) / (1 - back.share * gone)) return undefined;
      return { ...step, comesBack: true, at: rest(gap, step.sinceMs) };
    }
  }
}

/** A day is drawn so often at most until it is one in which somebody is here, or is not, as they are now. */
const triesMax = 30;

/** What is left of somebody's day, as far as it can be known now. */
function restOfDay(by: Person, midnightMs: number, nowMs: number, draw: Draw): ReturnType<typeof dayOf> {
  for (let tries = 0; ; tries += 1) {
    const day = dayOf(by, midnightMs, draw).toSorted((a, b) => a.at - b.at);
    const isHere = day.findLast(({ at }) => at <= nowMs)?.isHere ?? false;
    if (isHere === by.isHere || tries === triesMax) return day.filter(({ at }) => at > nowMs);
  }
}

/** Whether the desk is open. */
export const isOpen = (ms: number): boolean => openAt(usualHours, ms).isOpen;
