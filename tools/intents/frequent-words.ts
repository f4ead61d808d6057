import type { Lesson } from './training.ts';

/** Enough for 97 of 100 words that are typed; each costs some 2 KB of memory and a file of its letters. */
const most = 1_000;

/** The words that are most frequent in questions, the most frequent first, of equals the earlier in the alphabet. */
export function commonWordsOf(lessons: readonly Lesson[]): string[] {
  const counts = new Map<string, number>();
  for (const word of lessons.flatMap(({ words }) => words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, timesA], [b, timesB]) => timesB - timesA || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
