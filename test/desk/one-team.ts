import { foreseeWaits, type Learned, type QueueNow } from '../../src/desk/queue/foresee.ts';
import { drawn, drawnRest, overWithin, type Draw, type Spread } from '../../src/desk/queue/lognormal.ts';
import { foreseenOf, inQuarter, wasWithin } from '../../src/desk/queue/telling-time.ts';

/**
 * The smallest desk: one team, so many staff with one case each, answers of one known spread, nobody who comes back, goes,
 * or overtakes. Whatever is not foreseen here is chance.
 */
export interface OneTeam {
  readonly staff: number;
  /** Who waits before the one that is asked about. */
  readonly ahead: number;
  readonly hold: Spread;
}

/** How the desk stands: since when each of the staff has had their case, in seconds. */
function standingOf({ staff, hold }: OneTeam, draw: Draw): number[] {
  const since = (): number => {
    // A case that is found being answered at some moment is a long one more often than not.
    const longOne = drawn({ mu: hold.mu + hold.sigma ** 2, sigma: hold.sigma }, draw);
    return longOne * draw();
  };
  return Array.from({ length: staff }, since);
}

/** Until somebody is free for the one who is asked about. */
function waitOnce({ ahead, hold }: OneTeam, since: readonly number[], draw: Draw): number {
  const ends = since.map((elapsed) => drawnRest(hold, elapsed, overWithin(hold, elapsed), draw));
  let now = 0;
  for (let n = 0; n <= ahead; n += 1) {
    now = Math.min(...ends);
    ends[ends.indexOf(now)] = now + drawn(hold, draw);
  }
  return now;
}

const queueOf = ({ staff, ahead }: OneTeam, since: readonly number[]): QueueNow => ({
  nowMs: 0,
  waiting: Array.from({ length: ahead + 1 }, (_, n) => ({
    team: 'cards',
    locale: 'en',
    priority: 2,
    dueMs: 3_600_000 + n,
  })),
  staff: Array.from({ length: staff }, (_, n) => ({
    staffId: String(n),
    teams: ['cards'],
    locales: ['en'],
    capacity: 1,
    held: [{ team: 'cards', isReturn: false, sinceMs: -(since[n] ?? 0) * 1000 }],
    answered: [],
  })),
});

const learnedOf = ({ hold }: OneTeam): Learned => ({
  hold: () => hold,
  back: { share: 0, gap: { mu: 4, sigma: 1 } },
  arrivals: [],
  passedOnShare: 0,
  longer: 1,
  wider: 0,
  leavePerSecond: 0,
  pauseSeconds: 0.001,
  usual: { share: () => undefined, lastSeenMs: () => undefined, breaks: { mu: 7, sigma: 0.5 } },
});

/** How often the number came true within a quarter, and the span held: the hub's, and that of whoever draws each case anew. */
export interface OneTeamFigures {
  readonly quarter: number;
  readonly knownQuarter: number;
  readonly span: number;
  readonly knownSpan: number;
}

/** Asks so many times how long it will be, each time of another moment. */
export function askOneTeam(team: OneTeam, moments: number, draw: Draw): OneTeamFigures {
  const count = { quarter: 0, knownQuarter: 0, span: 0, knownSpan: 0 };
  const learned = learnedOf(team);
  for (let n = 0; n < moments; n += 1) {
    const since = standingOf(team, draw);
    const came = waitOnce(team, since, draw);
    const known = foreseenOf(
      Array.from({ length: 100 }, () => waitOnce(team, since, draw)),
      learned,
    );
    const told = foreseenOf(foreseeWaits(queueOf(team, since), learned, [team.ahead], draw)[0] ?? [], learned);
    if (inQuarter(told.seconds, came)) count.quarter += 1;
    if (inQuarter(known.seconds, came)) count.knownQuarter += 1;
    if (wasWithin(told, came)) count.span += 1;
    if (wasWithin(known, came)) count.knownSpan += 1;
  }
  const share = (of: number): number => Math.round((of / moments) * 1000) / 1000;
  return {
    quarter: share(count.quarter),
    knownQuarter: share(count.knownQuarter),
    span: share(count.span),
    knownSpan: share(count.knownSpan),
  };
}
