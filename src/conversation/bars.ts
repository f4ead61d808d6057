import { endOf, startOf, type Calendar, type Unit } from './calendar.ts';

/** A stretch of days that one bar stands for; both ends included. */
export interface Stretch {
  readonly from: string;
  readonly to: string;
}

/** Up to two weeks are told by day, up to ten weeks by week, more by month. */
export function barUnit(days: number): Exclude<Unit, 'quarter' | 'year'> {
  if (days <= 14) return 'day';
  return days <= 70 ? 'week' : 'month';
}

/** Cuts a span into its bars: every day of it is in exactly one; the first and the last may be part of a week or month. */
export function stretches(from: string, to: string, weekStart: Calendar['weekStart']): Stretch[] {
  const last = Temporal.PlainDate.from(to);
  const unit = barUnit(Temporal.PlainDate.from(from).until(last).days + 1);
  const cut: Stretch[] = [];
  let start = Temporal.PlainDate.from(from);
  while (Temporal.PlainDate.compare(start, last) <= 0) {
    const end = endOf(unit, startOf(unit, start, weekStart));
    const until = Temporal.PlainDate.compare(end, last) > 0 ? last : end;
    cut.push({ from: start.toString(), to: until.toString() });
    start = until.add({ days: 1 });
  }
  return cut;
}
