import type { BatchAnswer } from '#contract';

/** What became of one event: `unlinked`, of an account or grant that nobody linked; `notAllowed`, for a purpose that nobody consents to. */
export type Fate = 'accepted' | 'duplicate' | 'unlinked' | 'notAllowed';

/** How many events met each fate. */
export function countFates(fates: readonly Fate[]): Readonly<Record<Fate, number>> {
  const counts = { accepted: 0, duplicate: 0, unlinked: 0, notAllowed: 0 };
  for (const fate of fates) counts[fate] += 1;
  return counts;
}

/** What the sender of a batch is answered. */
export function answerOf(fates: readonly Fate[]): BatchAnswer {
  const { accepted, duplicate, unlinked, notAllowed } = countFates(fates);
  return { accepted, duplicates: duplicate, dropped: unlinked + notAllowed };
}
