import type { CaseBrief } from '#contract';

/** How a case stands by its clock. Minutes are whole, and change once a minute: nothing blinks. */
export type Standing =
  | { readonly stands: 'due'; readonly answerBy: string; readonly minutes: number }
  | { readonly stands: 'late'; readonly answerBy: string; readonly minutes: number }
  | { readonly stands: 'with-customer' | 'closed' };

const minuteMs = 60_000;

/** How a case stands at an instant. */
export function standingOf({ state, answerBy }: Pick<CaseBrief, 'state' | 'answerBy'>, nowMs: number): Standing {
  if (state === 'closed') return { stands: 'closed' };
  if (answerBy === undefined) return { stands: 'with-customer' };
  const dueMs = Date.parse(answerBy);
  // A started minute is still left; a minute is late once it is whole.
  if (dueMs > nowMs) return { stands: 'due', answerBy, minutes: Math.ceil((dueMs - nowMs) / minuteMs) };
  return { stands: 'late', answerBy, minutes: Math.floor((nowMs - dueMs) / minuteMs) };
}

/** A stretch of time in the two largest units that it has: hours and minutes, or minutes alone. */
export function hoursAndMinutes(minutes: number): { readonly hours: number; readonly minutes: number } {
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

/** When the minute changes next, in milliseconds from now. */
export function untilNextMinute(nowMs: number): number {
  return minuteMs - (nowMs % minuteMs);
}

const rank = { fraud: 0, high: 1, normal: 2 } as const;

/** Fraud first, then whatever is due first; what waits for the customer and what is closed come after. */
export function byUrgency(a: CaseBrief, b: CaseBrief): number {
  return (
    Number(a.state === 'closed') - Number(b.state === 'closed') ||
    Number(a.answerBy === undefined) - Number(b.answerBy === undefined) ||
    rank[a.priority] - rank[b.priority] ||
    (a.answerBy ?? '').localeCompare(b.answerBy ?? '') ||
    a.number - b.number
  );
}
