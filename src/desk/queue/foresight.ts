import { setTimeout as rest } from 'node:timers/promises';
import { TEAMS, type Locale, type Team } from '#contract';
import type { CaseRow } from '../cases/case-row.ts';
import { drawWaits, type Learned, type Server, type Waiting } from './foresee.ts';
import type { Draw } from './lognormal.ts';
import { fits, turnOf, type Queued } from './order.ts';
import type { BankQueue, Placed } from './queue-now.ts';
import { foreseenOf, movedWait, type ForeseenWait } from './telling-time.ts';

/** A wait at a place. */
export interface PlacedWait extends ForeseenWait {
  readonly team: Team;
  readonly place: number;
}

/** What one run foresaw of a bank: every case that waits, and who comes now to each team. */
export interface Foresight {
  readonly atMs: number;
  /** Who is here. */
  readonly people: readonly Server[];
  readonly pauseSeconds: number;
  readonly ofCases: ReadonlyMap<string, PlacedWait>;
  /** Of a team that nobody here answers for there is none. */
  readonly next: ReadonlyMap<Team, PlacedWait>;
}

type Asked = Waiting & { readonly place: number; readonly caseId?: string };

/** So long others are held up at a time; then they have three times as long: what a message needs is many short turns. */
const holdUpMs = 4;
const restShare = 3;

/** Foresees all at once: the draws are the work, whoever is asked about, and they are the same for everybody. */
export async function foreseeBank(
  queue: BankQueue,
  learned: Learned,
  draw: Draw,
  clock: { nowMs(): number; monotonicMs(): number },
): Promise<Foresight> {
  const atMs = clock.nowMs();
  const people = queue.people.filter(({ isAway }) => isAway !== true);
  const waiting: Asked[] = [...queue.waiting, ...nextOnes({ ...queue, people }, atMs)].toSorted(turnOf);
  // A case that nobody here could take has no end to be foreseen.
  const asked = waiting.flatMap((one, n) => (people.some((some) => fits(some, one)) ? [n] : []));
  const drawing = drawWaits({ nowMs: atMs, waiting, staff: queue.people }, learned, asked, draw);
  let sinceMs = clock.monotonicMs();
  const breathe = async (): Promise<void> => {
    const tookMs = clock.monotonicMs() - sinceMs;
    if (tookMs < holdUpMs) return;
    await rest(tookMs * restShare);
    sinceMs = clock.monotonicMs();
  };
  let step = drawing.next();
  for (; asked.length > 0 && !step.done; step = drawing.next()) await breathe();
  const waits = step.done ? step.value : [];
  const ofCases = new Map<string, PlacedWait>();
  const next = new Map<Team, PlacedWait>();
  for (const [at, n] of asked.entries()) {
    await breathe();
    const one = waiting[n];
    if (!one) continue;
    const { team, place, caseId } = one;
    const wait = { team, place, ...foreseenOf(waits[at] ?? [], learned) };
    if (caseId === undefined) next.set(team, wait);
    else ofCases.set(caseId, wait);
  }
  for (const [team, wait] of beyond(queue, ofCases)) next.set(team, wait);
  return { atMs, people, pauseSeconds: learned.pauseSeconds, ofCases, next };
}

/** Whoever would come to each team just now: behind all others of it. */
function nextOnes({ waiting, ofTeam, people }: BankQueue, nowMs: number): Asked[] {
  const byTeam = Map.groupBy(waiting, ({ team }) => team);
  return TEAMS.flatMap((team) => {
    const own = byTeam.get(team) ?? [];
    const all = ofTeam.get(team) ?? 0;
    const locale = (['en', 'es'] as const).find((some) => people.some((one) => fits(one, { team, locale: some })));
    if (locale === undefined || all > own.length) return [];
    const dueMs = Math.max(nowMs, ...own.map((one) => one.dueMs));
    return [{ team, locale, priority: team === 'fraud' ? 0 : 2, dueMs, place: all + 1, isNobody: true } as const];
  });
}

/** Of teams with more cases than were foreseen one by one: as it goes on up to there. */
function* beyond(
  { waiting, ofTeam }: BankQueue,
  ofCases: ReadonlyMap<string, PlacedWait>,
): Generator<[Team, PlacedWait]> {
  for (const [team, own] of Map.groupBy(waiting, ({ team: of }: Placed) => of)) {
    const all = ofTeam.get(team) ?? 0;
    const last = own.map(({ caseId }) => ofCases.get(caseId)).findLast((one) => one !== undefined);
    if (last && all > own.length)
      yield [team, { team, place: all + 1, ...movedWait(last, { times: (all + 1) / last.place, least: 0 }) }];
  }
}

/** What a run says of a case by now. Undefined: of nobody who is here, or nothing is known. */
export function waitBy(
  { atMs, people, pauseSeconds, ofCases, next }: Foresight,
  row: Pick<CaseRow, 'caseId' | 'team' | 'locale'>,
  place: number,
  nowMs: number,
): ForeseenWait | undefined {
  if (!people.some((one) => fits(one, row))) return undefined;
  const own = ofCases.get(row.caseId);
  if (own?.team === row.team && own.place === place)
    return movedWait(own, { lessSeconds: (nowMs - atMs) / 1000, least: pauseSeconds });
  // It has moved since, or come: by its place, as the last one of its team.
  const like = own?.team === row.team ? own : next.get(row.team);
  return like && movedWait(like, { times: place / like.place, least: pauseSeconds });
}

/** While no run is there yet: whoever is before one, at the pace that was learned, by who is here with room. */
export function roughWait(
  people: readonly Server[],
  learned: Learned,
  of: Pick<Queued, 'team'> & { readonly locale: Locale },
  place: number,
): ForeseenWait | undefined {
  const able = people.filter((one) => fits(one, of));
  if (able.length === 0) return undefined;
  const { mu, sigma } = learned.hold({ team: of.team, isReturn: false });
  const pace = Math.exp(mu + sigma ** 2 / 2);
  const free = able.filter(({ held, capacity }) => held.length < capacity).length;
  const wait = free > 0 ? ((place - 1) * pace) / free : (place * pace) / able.length;
  const seconds = Math.max(learned.pauseSeconds, wait);
  // Nothing was drawn: it may as well be half as long, or twice.
  return { seconds, fromSeconds: seconds / 2, toSeconds: seconds * 2 };
}
