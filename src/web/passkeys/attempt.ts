import { useWords } from '#web/words';
import { useState } from 'react';
import { problemWords } from './problem-words.ts';

/** One call at a time, as its screen shows it. */
export interface Attempt {
  readonly busy: boolean;
  /** The sentence of what went wrong last. */
  readonly problem: string | undefined;
  /** Does some work and then what follows on it; it stays busy when that went well, for the screen goes on. */
  readonly attempt: (work: () => Promise<unknown>, then?: () => unknown) => Promise<void>;
}

/**
 * Whether a screen is at work, and what came of it.
 *
 * @param sentence what is said of an error; that of a passkey's dialogue unless said otherwise
 */
export function useAttempt(sentence?: (error: unknown) => string): Attempt {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  return {
    busy,
    problem,
    attempt: async (work, then) => {
      setBusy(true);
      setProblem(undefined);
      try {
        await work();
        await then?.();
      } catch (error) {
        setProblem(sentence ? sentence(error) : problemWords(words, error));
        setBusy(false);
      }
    },
  };
}
