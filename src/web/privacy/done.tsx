import type { Privacy } from '#contract';
import { Button, ErrorLine } from '#web/kit';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useChecks, idOf, type Checks } from './checks.ts';
import { EntryRow, WaitingRow } from './entry-row.tsx';
import { Filters } from './filters.tsx';
import { useLedger, type Ledger, type Listed } from './ledger.ts';
import { LogLine } from './log-line.tsx';
import styles from './privacy.module.css';
import { bankOf, everything, passes, type Filter } from './sentences.ts';
import { Weeks } from './weeks.tsx';
import { usePrivacyWords } from './words.ts';

const shownAtOnce = 100;
const pageWhenFiltered = 500;

/** Everything that was done with the customer's data, newest first, each entry with a mark of this browser's own. */
export function Done({ privacy }: { readonly privacy: Privacy }): ReactNode {
  const words = usePrivacyWords();
  const ledger = useLedger();
  const checks = useChecks();
  const [filter, setFilter] = useState<Filter>(everything);
  const [shown, setShown] = useState(shownAtOnce);
  const bankOfLink = useMemo(
    () => new Map([...privacy.links, ...privacy.ended].map(({ id, bank }) => [id, bank])),
    [privacy],
  );
  const matching = useMemo(
    () => ledger.entries.filter(({ entry }) => passes(entry.record, filter, bankOfLink)),
    [ledger.entries, filter, bankOfLink],
  );
  const visible = useMemo(() => matching.slice(0, shown), [matching, shown]);
  const lacks = matching.length < shown && ledger.hasMore && ledger.state === 'ready';
  /** Grows with what is loaded for as long as the list is not full. */
  const reading = lacks ? ledger.entries.length : undefined;
  const { more } = ledger;
  const { check } = checks;

  useEffect(() => {
    if (reading !== undefined) void more(filter === everything ? shownAtOnce : pageWhenFiltered);
  }, [reading, more, filter]);
  useEffect(() => {
    void check(visible);
  }, [check, visible]);

  const empty = ledger.state === 'ready' && !lacks && visible.length === 0 && ledger.waiting.length === 0;
  return (
    <section className={styles.section} aria-labelledby="done">
      <h2 id="done" className={styles.large}>
        {words.say('done.title')}
      </h2>
      <p className={styles.lead}>{words.say('done.lead')}</p>
      <Weeks />
      <LogLine newest={ledger.entries[0]} />
      <Filters
        filter={filter}
        banks={[...new Set(bankOfLink.values())]}
        onChange={(to) => {
          setFilter(to);
          setShown(shownAtOnce);
        }}
      />
      <Checking ledger={ledger} checks={checks} visible={visible} />
      {ledger.state === 'failed' ? <ErrorLine>{words.say('problem')}</ErrorLine> : null}
      {empty ? (
        <p className={styles.quiet}>{words.say(filter === everything ? 'done.empty' : 'done.emptyFilter')}</p>
      ) : (
        <ol className={styles.card} aria-busy={ledger.state === 'loading'}>
          {ledger.waiting.map((record) => (
            <WaitingRow key={String(record['id'])} record={record} bank={bankOf(record, bankOfLink)} />
          ))}
          {visible.map((listed) => (
            <EntryRow
              key={idOf(listed.entry)}
              listed={listed}
              bank={bankOf(listed.entry.record, bankOfLink)}
              mark={checks.marks.get(idOf(listed.entry)) ?? 'checking'}
            />
          ))}
        </ol>
      )}
      {matching.length > shown || (ledger.hasMore && ledger.state === 'ready') ? (
        <Button wide onClick={() => setShown(shown + shownAtOnce)}>
          {words.say('done.more')}
        </Button>
      ) : null}
    </section>
  );
}

interface CheckingProps {
  readonly ledger: Ledger;
  readonly checks: Checks;
  readonly visible: readonly Listed[];
}

/** How much of what is shown is checked, and the check of everything, with its progress. */
function Checking({ ledger, checks, visible }: CheckingProps): ReactNode {
  const words = usePrivacyWords();
  const [progress, setProgress] = useState<{ done: number; failed: number; over: boolean }>();
  const stopped = useRef(false);
  const checked = visible.filter(({ entry }) => checks.marks.get(idOf(entry)) === 'checked').length;

  const checkAll = async (): Promise<void> => {
    stopped.current = false;
    setProgress({ done: 0, failed: 0, over: false });
    for (let from = 0; ;) {
      const { entries, hasMore } = from < ledger.entries.length ? ledger : await ledger.more(pageWhenFiltered);
      const some = entries.slice(from, from + pageWhenFiltered);
      const failed = await checks.check(some);
      from += some.length;
      const over = stopped.current || (!hasMore && from >= entries.length);
      setProgress((before) => ({ done: from, failed: (before?.failed ?? 0) + failed, over }));
      if (over) return;
    }
  };
  const running = progress !== undefined && !progress.over;
  return (
    <div className={styles.checking}>
      <output>
        {progress
          ? words.say('check.allDone', { count: progress.done, failed: progress.failed })
          : words.say('check.view', { checked, shown: visible.length, total: ledger.entries.length })}
      </output>
      <Button
        onClick={() => {
          if (running) stopped.current = true;
          else void checkAll();
        }}
      >
        {words.say(running ? 'check.stop' : 'check.all')}
      </Button>
    </div>
  );
}
