import { useCallback, useRef, useState } from 'react';
import type { Listed } from './ledger.ts';
import { isInLog, openCheckpoint, type Checkpoint, type NoteProblem } from '#web/proof';

/** What this browser found of an entry. */
export type Mark = 'checking' | 'checked' | 'failed' | 'unsupported';

/** The marks of entries, by their ids, and what sets them. */
export interface Checks {
  readonly marks: ReadonlyMap<string, Mark>;
  /** Checks entries that are not checked yet; answers how many of them failed. */
  readonly check: (listed: readonly Listed[]) => Promise<number>;
}

/** Checks entries with this browser's own cryptography; each once. */
export function useChecks(): Checks {
  const [marks, setMarks] = useState<ReadonlyMap<string, Mark>>(new Map());
  const known = useRef(new Map<string, Mark>());
  const opened = useRef(new Map<string, Promise<Checkpoint | NoteProblem>>());

  const check = useCallback(async (listed: readonly Listed[]): Promise<number> => {
    const fresh = listed.filter(({ entry }) => !known.current.has(idOf(entry)));
    for (const { entry } of fresh) known.current.set(idOf(entry), 'checking');
    await Promise.all(
      fresh.map(async ({ entry, checkpoint, key }) => {
        const note = `${key}\n${checkpoint}`;
        const opening = opened.current.get(note) ?? openCheckpoint(checkpoint, key);
        opened.current.set(note, opening);
        const tree = await opening;
        const mark = tree === 'unsupported' ? tree : typeof tree !== 'string' && (await isInLog(entry, tree));
        known.current.set(idOf(entry), mark === true ? 'checked' : mark === false ? 'failed' : mark);
      }),
    );
    if (fresh.length > 0) setMarks(new Map(known.current));
    return listed.filter(({ entry }) => known.current.get(idOf(entry)) === 'failed').length;
  }, []);
  return { marks, check };
}

/** The id of an entry. */
export function idOf(entry: Listed['entry']): string {
  return String(entry.record['id']);
}
