import { TEAMS, type Locale, type Team } from '#contract';
import { drawn, drawnRest, overWithin, type Draw, type Spread } from './lognormal.ts';
import { fits, isAgedTurn, type Queued, type Skills } from './order.ts';
import { habitOf, isHereAfter, rosterSeconds, type Habit, type UsuallyHere } from './presence.ts';
import { createSteps, type Steps } from './steps.ts';
import { foreseenOf, movedWait, type ForeseenWait } from './telling-time.ts';

/** A case that somebody has, and owes an answer. */
export interface Held {
  readonly team: Team;
  /** What it is about. */
  readonly topic?: string;
  /** Its customer has come back with another word; else it is the first answer. */
  readonly isReturn: boolean;
  readonly sinceMs: number;
}

/** A case that was answered, whose customer may come back. */
export interface Answered extends Pick<Held, 'team' | 'topic'> {
  readonly sinceMs: number;
}

/** Somebody who takes cases. */
export interface Server extends Skills {
  readonly staffId: string;
  /** Not here just now: on a break, or of another shift. */
  readonly isAway?: true;
  /** How many claimed cases at a time. */
  readonly capacity: number;
  readonly held: readonly Held[];
  readonly answered: readonly Answered[];
}

/** Somebody who waits; or nobody yet, for whom it is only asked when they would be taken: they take no one's time. */
export interface Waiting extends Queued {
  readonly topic?: string;
  readonly isNobody?: true;
}

/** The queue at one moment. */
export interface QueueNow {
  readonly nowMs: number;
  /** In the order of their turns, but for whom it is asked: last. Whatever changes nothing for that one is left out. */
  readonly waiting: readonly Waiting[];
  readonly staff: readonly Server[];
}

/** Cases that come alike. */
export interface Arrivals extends Pick<Queued, 'team' | 'locale' | 'priority'> {
  readonly perSecond: number;
  /** From coming to the promised answer. */
  readonly promiseMs: number;
}

/** What was learned of a desk from what it has seen. */
export interface Learned {
  /** From being taken, or from the customer's next word, to the answer. */
  hold(of: Pick<Held, 'team' | 'topic' | 'isReturn'>): Spread;
  /** The share of answers after which the customer comes back, and after how long. */
  readonly back: { readonly share: number; readonly gap: Spread };
  readonly arrivals: readonly Arrivals[];
  /** Of first answers, the share that was none: the case was passed on to another team, and has its turn there by its age. */
  readonly passedOnShare: number;
  /** How much longer waits have come out of late than they were foreseen. */
  readonly longer: number;
  /** By how much what was said they lie between was too narrow, as a logarithm; below 0 it was too wide. */
  readonly wider: number;
  /** Of those who wait, the share that leaves each second. */
  readonly leavePerSecond: number;
  /** Mean seconds between having room and taking the next one. */
  readonly pauseSeconds: number;
  /** Who is here when, as a rule. */
  readonly usual: UsuallyHere;
}

/** Waits beyond this are not told apart: seconds. Over a night it goes on in the morning. */
const longestSeconds = 16 * 3600;

type Matter = Pick<Held, 'team' | 'topic'>;
type Step = { readonly at: number } & (
  | { readonly what: 'free'; readonly by: number }
  | ({ readonly what: 'end'; readonly by: number; readonly isFirst?: boolean } & Matter)
  | ({ readonly what: 'back'; readonly by: number } & Matter)
  | { readonly what: 'come' }
  | { readonly what: 'roster'; readonly step: number }
);

/** Cases alike, in the order of their turns: the ones that wait now (`of`: which), then those that come. */
interface Line extends Pick<Queued, 'team' | 'locale' | 'priority'> {
  readonly of: readonly number[];
  readonly due: readonly number[];
}

/** What does not change from draw to draw. */
interface Plan {
  readonly now: QueueNow;
  readonly learned: Learned;
  /** Which of those who wait it is about. */
  readonly asked: ReadonlySet<number>;
  readonly lines: readonly Line[];
  /** By person: which lines they take from. */
  readonly linesOf: readonly (readonly number[])[];
  readonly arrivals: readonly (Arrivals & { readonly line: number })[];
  readonly perSecond: number;
  /** By person: shares of what they hold, and have answered, that is over by now. */
  readonly over: readonly { readonly held: readonly number[]; readonly answered: readonly number[] }[];
  readonly habits: readonly Habit[];
}

const localeCodes: readonly Locale[] = ['en', 'es'];
const lineOf = ({ team, locale, priority }: Pick<Queued, 'team' | 'locale' | 'priority'>): number =>
  (TEAMS.indexOf(team) * localeCodes.length + localeCodes.indexOf(locale)) * 3 + priority;

function planOf(now: QueueNow, learned: Learned, asked: ReadonlySet<number>): Plan {
  const lines = TEAMS.flatMap((team) =>
    localeCodes.flatMap((locale) =>
      [0, 1, 2].map((priority) => ({ team, locale, priority, of: [] as number[], due: [] as number[] })),
    ),
  );
  for (const [n, one] of now.waiting.entries()) {
    const line = lines[lineOf(one)];
    line?.of.push(n);
    line?.due.push((one.dueMs - now.nowMs) / 1000);
  }
  const elapsed = (sinceMs: number): number => (now.nowMs - sinceMs) / 1000;
  // Whoever comes later and has a later turn than the last one who waits changes nothing for those who do.
  const last = now.waiting.at(-1);
  const overtaking = learned.arrivals.filter(
    ({ priority, promiseMs }) =>
      last && (priority < last.priority || (priority === last.priority && now.nowMs + promiseMs < last.dueMs)),
  );
  return {
    now,
    learned,
    asked,
    lines,
    linesOf: now.staff.map((one) => lines.flatMap((line, n) => (fits(one, line) ? [n] : []))),
    arrivals: overtaking.map((one) => ({ ...one, line: lineOf(one) })),
    perSecond: overtaking.reduce((sum, { perSecond }) => sum + perSecond, 0),
    over: now.staff.map(({ held, answered }) => ({
      held: held.map((one) => overWithin(learned.hold(one), elapsed(one.sinceMs))),
      answered: answered.map(({ sinceMs }) => overWithin(learned.back.gap, elapsed(sinceMs))),
    })),
    habits: now.staff.map(({ staffId, isAway }) => habitOf(learned.usual, staffId, isAway !== true, now.nowMs)),
  };
}

/** Somebody in one draw. */
interface Person {
  held: number;
  isHere: boolean;
  /** Will look for the next case in a moment. */
  isLooking: boolean;
}

/** One way in which it may go on: who is taken when, by chance. */
interface Run {
  readonly steps: Steps<Step>;
  readonly people: Person[];
  /** By line: how many were taken, and what has come since. */
  readonly taken: number[];
  readonly came: number[][];
  /** By line: how many were passed on to it, and go before its others. */
  readonly early: number[];
  /** By case that waits now: after how many seconds it is taken. */
  readonly waits: Float64Array;
  left: number;
}

const exponential = (mean: number, draw: Draw): number => -Math.log(1 - draw()) * mean;

function begin({ now, learned, lines, over, perSecond, asked }: Plan, draw: Draw): Run {
  const run: Run = {
    steps: createSteps(),
    people: now.staff.map(({ held, isAway }) => ({ held: held.length, isHere: isAway !== true, isLooking: false })),
    taken: lines.map(() => 0),
    came: lines.map(() => []),
    early: lines.map(() => 0),
    waits: new Float64Array(now.waiting.length).fill(longestSeconds),
    left: asked.size,
  };
  const elapsed = (sinceMs: number): number => (now.nowMs - sinceMs) / 1000;
  for (const [by, { held, answered }] of now.staff.entries()) {
    for (const [n, one] of held.entries()) {
      const at = drawnRest(learned.hold(one), elapsed(one.sinceMs), over[by]?.held[n] ?? 0, draw);
      run.steps.push({ at, what: 'end', by, team: one.team, topic: one.topic, isFirst: !one.isReturn });
    }
    const { share, gap } = learned.back;
    for (const [n, one] of answered.entries()) {
      const gone = over[by]?.answered[n] ?? 0;
      // The longer nobody has come back, the less likely it is.
      if (draw() >= (share * (1 - gone)) / (1 - share * gone)) continue;
      const at = drawnRest(gap, elapsed(one.sinceMs), gone, draw);
      run.steps.push({ at, what: 'back', by, team: one.team, topic: one.topic });
    }
  }
  for (const by of run.people.keys()) look(run, now, learned, by, 0, draw);
  if (perSecond > 0) run.steps.push({ at: exponential(1 / perSecond, draw), what: 'come' });
  run.steps.push({ at: rosterSeconds, what: 'roster', step: 1 });
  return run;
}

/** Whoever has room looks for the next case in a moment. */
function look(run: Run, { staff }: QueueNow, { pauseSeconds }: Learned, by: number, at: number, draw: Draw): void {
  const person = run.people[by];
  const capacity = staff[by]?.capacity ?? 0;
  if (!person || person.isLooking || !person.isHere || person.held >= capacity) return;
  person.isLooking = true;
  run.steps.push({ at: at + exponential(pauseSeconds, draw), what: 'free', by });
}

/** The line whose first one has its turn with somebody; undefined: none waits. */
function turn({ lines, linesOf }: Plan, run: Run, by: number, at: number, draw: Draw): number | undefined {
  const wantsAged = isAgedTurn(draw());
  let [first, aged]: [number | undefined, number | undefined] = [undefined, undefined];
  let [firstRank, agedDue] = [Infinity, at];
  for (const n of linesOf[by] ?? []) {
    const line = lines[n];
    const place = run.taken[n] ?? 0;
    const later = line?.due[place] ?? run.came[n]?.[place - (line?.of.length ?? 0)];
    const due = (run.early[n] ?? 0) > 0 ? Math.min(0, later ?? 0) : later;
    if (!line || due === undefined) continue;
    const rank = line.priority * 1e9 + due;
    if (rank < firstRank) [first, firstRank] = [n, rank];
    if (wantsAged && line.priority > 0 && due < agedDue) [aged, agedDue] = [n, due];
  }
  return aged ?? first;
}

/** Somebody takes whoever has the turn; whoever has left by then is passed over. */
function take(plan: Plan, run: Run, by: number, at: number, draw: Draw): void {
  const { now, learned, lines } = plan;
  const person = run.people[by];
  if (!person) return;
  person.isLooking = false;
  if (!person.isHere || person.held >= (now.staff[by]?.capacity ?? 0)) return;
  for (;;) {
    const n = turn(plan, run, by, at, draw);
    const line = n === undefined ? undefined : lines[n];
    if (n === undefined || !line) return;
    const early = run.early[n] ?? 0;
    const place = run.taken[n] ?? 0;
    if (early > 0) run.early[n] = early - 1;
    else run.taken[n] = place + 1;
    const which = early > 0 ? undefined : line.of[place];
    if (which !== undefined) {
      run.waits[which] = at;
      if (plan.asked.has(which)) run.left -= 1;
    }
    const waited = which === undefined ? 0 : at;
    if (which !== undefined && now.waiting[which]?.isNobody) continue;
    if (draw() < -Math.expm1(-learned.leavePerSecond * waited)) continue;
    person.held += 1;
    const of = { team: line.team, topic: which === undefined ? undefined : now.waiting[which]?.topic };
    const ends = at + drawn(learned.hold({ ...of, isReturn: false }), draw);
    run.steps.push({ at: ends, what: 'end', by, ...of, isFirst: true });
    look(run, now, learned, by, at, draw);
    return;
  }
}

function go(plan: Plan, run: Run, step: Step, draw: Draw): void {
  const { now, learned } = plan;
  switch (step.what) {
    case 'free':
      take(plan, run, step.by, step.at, draw);
      return;
    case 'end': {
      const person = run.people[step.by];
      if (person) person.held -= 1;
      if (step.isFirst === true && draw() < learned.passedOnShare) passOn(plan, run, step, draw);
      else if (draw() < learned.back.share)
        run.steps.push({ ...step, at: step.at + drawn(learned.back.gap, draw), what: 'back' });
      look(run, now, learned, step.by, step.at, draw);
      return;
    }
    case 'back': {
      const person = run.people[step.by];
      if (person) person.held += 1;
      const { team, topic } = step;
      const at = step.at + drawn(learned.hold({ team, topic, isReturn: true }), draw);
      run.steps.push({ at, what: 'end', by: step.by, team, topic });
      return;
    }
    case 'come':
      come(plan, run, step.at, draw);
      return;
    case 'roster':
      comeAndGo(plan, run, step, draw);
  }
}

/** One more comes. */
function come(plan: Plan, run: Run, at: number, draw: Draw): void {
  const { arrivals, perSecond } = plan;
  run.steps.push({ at: at + exponential(1 / perSecond, draw), what: 'come' });
  let drawnRate = draw() * perSecond;
  const one = arrivals.find((some) => (drawnRate -= some.perSecond) <= 0);
  if (!one) return;
  run.came[one.line]?.push(at + one.promiseMs / 1000);
  wake(plan, run, one.line, at, draw);
}

/** Somebody who has nothing to do sees what has come. */
function wake({ now, learned, linesOf }: Plan, run: Run, line: number, at: number, draw: Draw): void {
  const idle = run.people.findIndex(
    ({ isLooking, isHere, held }, by) =>
      !isLooking && isHere && held < (now.staff[by]?.capacity ?? 0) && linesOf[by]?.includes(line) === true,
  );
  if (idle !== -1) look(run, now, learned, idle, at, draw);
}

/** Into the queue of another team, before whoever came since: its promise was given long ago. */
function passOn(plan: Plan, run: Run, { team, at }: { readonly team: Team; readonly at: number }, draw: Draw): void {
  const others = plan.lines.flatMap((line, n) =>
    line.team !== team && line.locale === 'en' && line.priority === 2 ? [n] : [],
  );
  const n = others[Math.floor(draw() * others.length)];
  if (n === undefined) return;
  run.early[n] = (run.early[n] ?? 0) + 1;
  wake(plan, run, n, at, draw);
}

/** Shifts begin and end, and people go for a meal and come back, as they do on other days. */
function comeAndGo(
  { now, learned, habits }: Plan,
  run: Run,
  { at, step }: { readonly at: number; readonly step: number },
  draw: Draw,
): void {
  run.steps.push({ at: at + rosterSeconds, what: 'roster', step: step + 1 });
  for (const [by, person] of run.people.entries()) {
    const habit = habits[by];
    if (!habit) continue;
    const wasHere = person.isHere;
    person.isHere = isHereAfter(habit, step, wasHere, draw);
    if (person.isHere && !wasHere) look(run, now, learned, by, at, draw);
  }
}

/** Work for one forecast: cases taken, over all draws. More draws say little more, and hold up everybody else. */
const takesMax = 10_000;
const drawsMax = 100;
const drawsMin = 40;
/** Of one draw: where no end of a wait is seen, because whoever could take it has gone, it is the longest. */
const stepsMax = 20_000;
/** Steps between two pauses: a millisecond or so. */
const stepsAtOnce = 200;

/**
 * How long some of those who wait will wait, in seconds, drawn many times: what is being answered goes on by how long it
 * has taken so far, others come and overtake, some leave, people come and go. Of nobody here: nothing is known.
 *
 * @param asked - which of `now.waiting`
 * @returns by each of `asked`, its waits; each list as long as there were draws. It may be left for a while wherever it
 *   yields: all of it at once would hold up everybody else
 */
export function* drawWaits(
  now: QueueNow,
  learned: Learned,
  asked: readonly number[],
  draw: Draw,
): Generator<undefined, readonly (readonly number[])[]> {
  const plan = planOf(now, learned, new Set(asked));
  const draws = Math.max(drawsMin, Math.min(drawsMax, Math.floor(takesMax / (now.waiting.length + now.staff.length))));
  const waits = asked.map(() => Array.from({ length: draws }, () => longestSeconds));
  if (now.staff.length === 0) return waits;
  for (let n = 0; n < draws; n += 1) {
    const run = begin(plan, draw);
    for (let steps = 0; run.left > 0 && steps < stepsMax; steps += 1) {
      const step = run.steps.pop();
      if (!step || step.at > longestSeconds) break;
      go(plan, run, step, draw);
      if (steps % stepsAtOnce === 0) yield undefined;
    }
    for (const [which, list] of waits.entries()) list[n] = run.waits[asked[which] ?? 0] ?? longestSeconds;
  }
  return waits;
}

/** The same without a pause. */
export function foreseeWaits(...of: Parameters<typeof drawWaits>): readonly (readonly number[])[] {
  const drawing = drawWaits(...of);
  for (;;) {
    const step = drawing.next();
    if (step.done) return step.value;
  }
}

/** Beyond so many before somebody, the wait goes on as it does up to there. */
const aheadMax = 400;

/** What to tell the last one of those who wait. */
export function foreseeWait(now: QueueNow, learned: Learned, draw: Draw): ForeseenWait {
  const near = { ...now, waiting: now.waiting.slice(0, aheadMax) };
  const waits = foreseeWaits(near, learned, [near.waiting.length - 1], draw)[0] ?? [];
  const times = now.waiting.length / Math.max(1, near.waiting.length);
  return movedWait(foreseenOf(waits, learned), { times, least: 0 });
}
