import type { LedgerEntry } from '#contract';
import { classes, Icon, Tile, useFace } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import type { Mark } from './checks.ts';
import type { Listed } from './ledger.ts';
import styles from './privacy.module.css';
import { toBase64, canonical, stepsOf, type Steps, openCheckpoint } from '#web/proof';
import { sentenceOf } from './sentences.ts';
import { usePrivacyWords } from './words.ts';

interface EntryRowProps {
  readonly listed: Listed;
  readonly bank: string;
  readonly mark: Mark;
}

/** One entry: what was done and why, when, the browser's own mark, and all of it one tap away. */
export function EntryRow({ listed, bank, mark }: EntryRowProps): ReactNode {
  const words = usePrivacyWords();
  const [open, setOpen] = useState(false);
  const { entry } = listed;
  const sentence = sentenceOf(entry.record, useBankName(bank), words);
  const [now] = useState(() => Date.now());
  const at = String(entry.record['at']);
  return (
    <li className={styles.entry}>
      <Tile icon={sentence.icon} />
      <div className={styles.entryWords}>
        <p>{sentence.what}</p>
        <p className={styles.quiet}>{sentence.why}</p>
      </div>
      <div className={styles.entryEnd}>
        <time dateTime={at}>{words.moment(at, now)}</time>
        <MarkWords mark={mark} />
      </div>
      <details className={styles.detail} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{words.say('detail.technical')}</summary>
        {mark === 'failed' ? <p className={styles.failed}>{words.say('check.failedLong')}</p> : null}
        {open ? <Detail listed={listed} sentence={sentence} /> : null}
      </details>
    </li>
  );
}

/** An entry whose leaf no checkpoint covers yet. */
export function WaitingRow({
  record,
  bank,
}: {
  readonly record: LedgerEntry['record'];
  readonly bank: string;
}): ReactNode {
  const words = usePrivacyWords();
  const sentence = sentenceOf(record, useBankName(bank), words);
  const [now] = useState(() => Date.now());
  const at = String(record['at']);
  return (
    <li className={styles.entry}>
      <Tile icon={sentence.icon} />
      <div className={styles.entryWords}>
        <p>{sentence.what}</p>
        <p className={styles.quiet}>{sentence.why}</p>
      </div>
      <div className={styles.entryEnd}>
        <time dateTime={at}>{words.moment(at, now)}</time>
        <span className={styles.mark}>
          <Icon name="wait" size={16} />
          {words.say('check.waiting')}
        </span>
      </div>
    </li>
  );
}

function MarkWords({ mark }: { readonly mark: Mark }): ReactNode {
  const words = usePrivacyWords();
  const icon = ({ checking: 'wait', checked: 'check', failed: 'error', unsupported: 'info' } as const)[mark];
  const said = {
    checking: 'check.running',
    checked: 'check.ok',
    failed: 'check.failed',
    unsupported: 'check.unsupported',
  };
  return (
    <span className={classes(styles.mark, mark === 'checked' && styles.markOk, mark === 'failed' && styles.markFailed)}>
      <Icon name={icon} size={16} />
      {words.say(said[mark] as 'check.ok')}
    </span>
  );
}

function Detail({
  listed,
  sentence,
}: {
  readonly listed: Listed;
  readonly sentence: ReturnType<typeof sentenceOf>;
}): ReactNode {
  const words = usePrivacyWords();
  const { entry, checkpoint, key } = listed;
  const [steps, setSteps] = useState<Steps>();
  useEffect(() => {
    let stale = false;
    void openCheckpoint(checkpoint, key).then(async (tree) => {
      const computed = typeof tree === 'string' ? undefined : await stepsOf(entry, tree.size);
      if (!stale) setSteps(computed);
    });
    return () => {
      stale = true;
    };
  }, [entry, checkpoint, key]);
  const { leaf, path, salt, record } = entry;
  const facts: readonly (readonly [string, string])[] = [
    [words.say('detail.actor'), sentence.who],
    [words.say('detail.purpose'), sentence.purpose],
    [words.say('detail.fields'), sentence.fields],
    [
      words.say('detail.log'),
      words.say('detail.logEntry', {
        index: words.number(leaf.index),
        position: leaf.position + 1,
        entries: words.number(leaf.entries),
      }),
    ],
  ];
  const hashes: readonly (readonly [string, string])[] = [
    [words.say('detail.record'), canonical(record)],
    [words.say('detail.salt'), salt],
    [words.say('detail.commitment'), steps ? toBase64(steps.commitment) : '…'],
    [words.say('detail.leaf'), steps ? toBase64(steps.leaf) : '…'],
    [words.say('detail.path'), [...leaf.path, ...path].join('\n')],
    [words.say('detail.root'), steps ? toBase64(steps.root) : '…'],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([term, value]) =>
        value === '' ? null : (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
      {hashes.map(([term, value]) => (
        <div key={term} className={styles.hash}>
          <dt>{term}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A bank's name; undefined for what is of no bank. */
function useBankName(bank: string): string | undefined {
  const { name } = useFace(bank);
  return bank === '' ? undefined : name;
}
