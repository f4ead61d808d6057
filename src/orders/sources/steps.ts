import type { ParcelState } from '#contract';
import type { ReadStep } from './understood.ts';

/** How far each state is on the way. What is the matter at some point is no place on the way. */
const rank: Readonly<Record<ParcelState, number>> = {
  announced: 0,
  accepted: 1,
  'in-transit': 2,
  exception: 3,
  'out-for-delivery': 4,
  'ready-for-pickup': 5,
  returned: 6,
  delivered: 7,
};

/** Whether the first is further on the way than the second. */
export const isFurther = (one: ParcelState, other: ParcelState): boolean => rank[one] > rank[other];

/** Whether nothing comes after it. */
export const isOver = (state: ParcelState): boolean => state === 'delivered' || state === 'returned';

/**
 * Steps oldest first, each once. One without a time keeps its place behind the one that it was told after; of two
 * at one time the one that is further on the way is later.
 */
export function inOrder(steps: readonly ReadStep[]): ReadStep[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  const placed = steps.map((step, index) => {
    if (step.at !== undefined) lastMs = Date.parse(step.at);
    return { step, index, ms: lastMs };
  });
  placed.sort((a, b) => compare(a.ms, b.ms) || rank[a.step.state] - rank[b.step.state] || a.index - b.index);
  const seen = new Set<string>();
  return placed.flatMap(({ step }) => {
    const key = JSON.stringify([step.at, step.state, step.trouble, step.place?.name]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [step];
  });
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
