import type { Team } from '#contract';
import { foreseeWait, type QueueNow } from '../../src/desk/queue/foresee.ts';
import { createLearning } from '../../src/desk/queue/learned.ts';
import type { Draw } from '../../src/desk/queue/lognormal.ts';
import { isAged, turnOf } from '../../src/desk/queue/order.ts';
import { asTold, foreseenOf, type ForeseenWait } from '../../src/desk/queue/telling-time.ts';
import { atDesk, rushAt, weekBegins, type Case, type Desk, type Onlooker } from './week-desk.ts';
import { isOpen, knownWaits } from './week-oracle.ts';
import type { Rush } from './week-rates.ts';

/** What was told somebody who waits, what somebody who knew all rates would have told, and what came. */
export interface Told {
  readonly team: Team;
  readonly rush: Rush['name'] | undefined;
  /** Whether at joining; else it was told anew while they waited. */
  readonly isFirst: boolean;
  /** Who had come for the same team before, and waited still. */
  readonly ahead: number;
  readonly told: ForeseenWait;
  readonly known: ForeseenWait;
  readonly waitedSeconds: number;
  readonly cameSeconds: number;
}

type Open = Omit<Told, 'cameSeconds' | 'known'> & { readonly known: ForeseenWait | undefined; readonly atMs: number };

/** Of so many it is asked what they would be told, in the days before and in the week: enough to count, and a week in minutes. */
const toldShares = { before: 0.01, week: 0.03 };
/** Told anew so many minutes after joining, to whoever waits still. */
const againMinutes = [3, 10, 30];
/** Futures drawn by the one who knows, for each wait. */
const knownDraws = 40;

/** How the desk looks to its forecaster: what the hub knows too, and nothing else. */
export function seen({ nowMs, waiting, people }: Desk, upTo: Case): QueueNow {
  const before = [...waiting].filter(
    (one) => one !== upTo && (turnOf(one, upTo) < 0 || (one.priority > upTo.priority && isAged(one, nowMs))),
  );
  return {
    nowMs,
    waiting: [...before.toSorted(turnOf), upTo],
    staff: [...people].map(({ staffId, teams, locales, capacity, held, answered, isHere }) => ({
      staffId,
      teams,
      locales,
      capacity,
      ...(!isHere && { isAway: true }),
      held: [...held].map(([{ team, topic }, of]) => ({ team, topic, ...of })),
      answered: [...answered].map(([{ team, topic }, sinceMs]) => ({ team, topic, sinceMs })),
    })),
  };
}

/** Looks on, and tells; `told` is what came of it. Its dice are its own: what is told changes nothing at the desk. */
export function createTelling(draw: Draw): Onlooker & { readonly told: Told[] } {
  const told: Told[] = [];
  const open = new Map<Case, Open[]>();
  const learning = createLearning((ms) => {
    const at = atDesk(ms);
    return { hour: at.hour + at.minute / 60, isWorkday: at.dayOfWeek < 6 };
  });
  const tell = (desk: Desk, one: Case): Open => {
    const now = seen(desk, one);
    return {
      team: one.team,
      rush: one.rush?.name ?? rushAt(one.openedMs)?.name,
      isFirst: !open.has(one),
      ahead: now.waiting.filter(({ team }) => team === one.team).length - 1,
      told: asTold(foreseeWait(now, learning.now(desk.nowMs), draw)),
      known: one.openedMs < weekBegins ? undefined : knownTo(desk, one, draw),
      waitedSeconds: (desk.nowMs - one.openedMs) / 1000,
      atMs: desk.nowMs,
    };
  };
  return {
    told,
    learning,
    opened: (desk, one) => {
      // A large desk has enough of them, and each takes as much longer to be foreseen.
      const share = toldShares[desk.nowMs < weekBegins ? 'before' : 'week'] / desk.times ** 1.5;
      if (isOpen(desk.nowMs) && draw() < share) open.set(one, [tell(desk, one)]);
    },
    minute: (desk) => {
      for (const [one, before] of open) {
        const waited = (desk.nowMs - one.openedMs) / 60_000;
        if (waited >= (againMinutes[before.length - 1] ?? Infinity)) before.push(tell(desk, one));
      }
    },
    taken: (desk, one) => {
      for (const { atMs, known, ...of } of open.get(one) ?? []) {
        const cameSeconds = (desk.nowMs - atMs) / 1000;
        if (of.isFirst) learning.cameTo(of.told, cameSeconds);
        if (known) told.push({ ...of, known, cameSeconds });
      }
      open.delete(one);
    },
    left: (one) => void open.delete(one),
  };
}

/** What the one who knows would tell: the number that comes true most often, and the span of four in five. */
const knownTo = (desk: Desk, one: Case, draw: Draw): ForeseenWait =>
  foreseenOf(knownWaits(desk, one, knownDraws, draw), { longer: 1, wider: 0 });
