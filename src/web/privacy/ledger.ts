import type { LedgerEntry, LedgerPage } from '#contract';
import { HubProblem } from '#web/hub';
import { useCallback, useEffect, useRef, useState } from 'react';
import { centre } from './centre.ts';

/** An entry as the list holds it: with the checkpoint and key under which its proof stands. */
export interface Listed {
  readonly entry: LedgerEntry;
  readonly checkpoint: string;
  readonly key: string;
}

/** The ledger as far as it is loaded, newest first. */
export interface Ledger {
  readonly entries: readonly Listed[];
  /** Records that no checkpoint covers yet. */
  readonly waiting: readonly LedgerEntry['record'][];
  readonly state: 'loading' | 'ready' | 'failed';
  readonly hasMore: boolean;
  /** Reads the next page; answers all that is loaded then, and whether there is more. */
  readonly more: (limit?: number) => Promise<{ readonly entries: readonly Listed[]; readonly hasMore: boolean }>;
}

const firstPage = 100;

/** Reads a customer's ledger page by page. */
export function useLedger(): Ledger {
  const [entries, setEntries] = useState<readonly Listed[]>([]);
  const [waiting, setWaiting] = useState<LedgerPage['waiting']>([]);
  const [state, setState] = useState<Ledger['state']>('loading');
  const [hasMore, setHasMore] = useState(true);
  /** What is known outside of drawing, so that two readings do not take the same page. */
  const at = useRef<{ entries: readonly Listed[]; before?: string; over: boolean; reading?: Promise<void> }>({
    entries: [],
    over: false,
  });

  const more = useCallback(async (limit = firstPage) => {
    const known = at.current;
    known.reading ??= readPage(known.before, limit)
      .then((page) => {
        const { key, checkpoint } = page;
        known.entries = [...known.entries, ...page.entries.map((entry) => ({ entry, checkpoint, key }))];
        if (page.next === undefined) known.over = true;
        else known.before = page.next;
        if (page.waiting.length > 0) setWaiting(page.waiting);
        setEntries(known.entries);
        setHasMore(!known.over);
        setState('ready');
      })
      .catch((error: unknown) => {
        if (!(error instanceof HubProblem)) throw error;
        known.over = true;
        setState('failed');
      })
      .finally(() => {
        delete known.reading;
      });
    await known.reading;
    return { entries: known.entries, hasMore: !known.over };
  }, []);

  useEffect(() => {
    void more();
  }, [more]);
  return { entries, waiting, state, hasMore, more };
}

const readPage = (before: string | undefined, limit: number): Promise<LedgerPage> => centre.ledger(before, limit);
