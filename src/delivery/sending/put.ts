import type { Purpose } from '#contract';
import type { Change, Written } from '../change.ts';

/** Whether a change is brought to any messenger: none can speak in the customer's name. */
export function isTold({ change }: Written): boolean {
  return change.to !== 'browsers' && (change.entry === 'removal' || change.author !== 'customer');
}

/** What a change is told for; null of a removal, and of what derives from no link. */
export function purposeOf(change: Change): Purpose | null {
  return change.entry === 'removal' || change.body.from === 'customer' ? null : change.body.purpose;
}

/** Whether a change is told at a messenger that cannot change what it has shown. */
export function isWorthSaying(change: Change): boolean {
  return change.entry !== 'edit' || change.worthSaying === true;
}
