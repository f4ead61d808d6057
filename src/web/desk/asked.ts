import { useCallback, useEffect, useState } from 'react';
import { troubleOf, type Trouble } from './state.ts';

/** What a page has asked the hub: nothing yet, that it failed, or the answer. */
export interface Asked<Answer> {
  readonly answer: Answer | undefined;
  /** Why there is no answer; what was answered before is not shown beside it. */
  readonly trouble: Trouble | undefined;
  /** Asks anew; what is shown stays until then. */
  readonly again: () => void;
  /** Something that the page did has failed. */
  readonly fail: (error: unknown) => void;
}

/**
 * Asks the hub while a page is shown, and ignores what is answered after that.
 *
 * @param ask kept by `useCallback`: another function is another question; undefined asks nothing
 * @param everyMs asks again so often; without it, once
 */
export function useAsked<Answer>(ask: (() => Promise<Answer>) | undefined, everyMs?: number): Asked<Answer> {
  const [came, setCame] = useState<Pick<Asked<Answer>, 'answer' | 'trouble'>>({
    answer: undefined,
    trouble: undefined,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!ask) return undefined;
    const asked = { round, stale: false };
    const askNow = (): void =>
      void ask().then(
        (answer) => (asked.stale ? undefined : setCame({ answer, trouble: undefined })),
        (error: unknown) => (asked.stale ? undefined : setCame({ answer: undefined, trouble: troubleOf(error) })),
      );
    askNow();
    const timer = everyMs === undefined ? undefined : window.setInterval(askNow, everyMs);
    return () => {
      asked.stale = true;
      window.clearInterval(timer);
    };
  }, [ask, everyMs, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const fail = useCallback((error: unknown) => setCame({ answer: undefined, trouble: troubleOf(error) }), []);
  return { ...came, again, fail };
}
