import type { Locale, Team } from '#contract';

/** A case in the queue, as far as its turn depends on it. */
export interface Queued {
  readonly team: Team;
  readonly locale: Locale;
  /** 0 fraud, 1 high, 2 normal. */
  readonly priority: number;
  /** By when an answer was promised. */
  readonly dueMs: number;
}

/** Who answers which cases. */
export interface Skills {
  readonly teams: readonly Team[];
  readonly locales: readonly Locale[];
}

/** Whether somebody may take a case. */
export const fits = ({ teams, locales }: Skills, { team, locale }: Pick<Queued, 'team' | 'locale'>): boolean =>
  teams.includes(team) && locales.includes(locale);

/**
 * One take in so many goes, before fraud, to whatever else is past its promised time: a wave of fraud slows the others
 * and never stops them, and they never take more than this from it.
 */
export const agedTakes = 5;

/** Whether the turn of a take is one for what has waited too long; `draw` is from 0 up to 1. */
export const isAgedTurn = (draw: number): boolean => draw < 1 / agedTakes;

/** Whether a case is one that such a turn is for. */
export const isAged = ({ priority, dueMs }: Queued, nowMs: number): boolean => priority > 0 && dueMs < nowMs;

/** Which of two has its turn first: fraud before all, then what was promised first. */
export function turnOf(a: Queued, b: Queued): number {
  return a.priority - b.priority || a.dueMs - b.dueMs;
}

/** The one whose turn it is of those that fit; undefined: none. What `nextFor` of cases/claiming.ts says in SQL. */
export function nextOf<Case extends Queued>(
  waiting: readonly Case[],
  skills: Skills,
  nowMs: number,
  draw: number,
): Case | undefined {
  const fitting = waiting.filter((one) => fits(skills, one));
  const first = (some: readonly Case[], order: (a: Case, b: Case) => number): Case | undefined =>
    some.reduce<Case | undefined>((best, one) => (best === undefined || order(one, best) < 0 ? one : best), undefined);
  const aged = isAgedTurn(draw)
    ? first(
        fitting.filter((one) => isAged(one, nowMs)),
        (a, b) => a.dueMs - b.dueMs,
      )
    : undefined;
  return aged ?? first(fitting, turnOf);
}
