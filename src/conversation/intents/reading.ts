import { scoresOfWindows, seenIn, type Seen, type WindowNetwork } from './windows.ts';

/** Networks that read words in order, trained apart, and the words that people use most. */
export interface WindowModel {
  /** Whose work this is made of, and under which licence. */
  readonly attribution: string;
  /** Nearly all words of most questions are among these: they are looked at once, when the weights are read. */
  readonly commonWords: readonly string[];
  readonly networks: readonly WindowNetwork[];
}

/** Reads the words of a question in their order: the means of the networks' scores. */
export type Reading = (words: readonly string[]) => Float64Array;

export function readingOf({ networks, commonWords }: WindowModel): Reading {
  const known = networks.map(
    (network): ReadonlyMap<string, Seen> => new Map(commonWords.map((word) => [word, seenIn(word, network)])),
  );
  return (words) => {
    const [first = new Float64Array(), ...others] = networks.map((network, at) =>
      scoresOfWindows(network, words, known[at] ?? new Map()),
    );
    return first.map((score, at) => others.reduce((sum, scores) => sum + (scores[at] ?? 0), score) / networks.length);
  };
}
