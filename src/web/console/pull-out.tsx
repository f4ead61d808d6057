import type { WithdrawalCounts, WithdrawalView } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, ErrorLine } from '#web/kit';
import { useEffect, useId, useState, type FormEvent, type ReactNode } from 'react';
import type { BankRow } from './console-page.tsx';
import { consoleHub } from './console.ts';
import styles from './console.module.css';
import type { ConsoleWord, ConsoleWords } from './words.ts';

interface PullOutProps {
  readonly row: BankRow;
  readonly words: ConsoleWords;
  /** Asks how the banks stand now. */
  readonly renew: () => Promise<void>;
}

/** Pulling one bank out: what it will do, the confirmation, how far it has come, the receipt. */
export function PullOut({ row: { face, withdrawal }, words, renew }: PullOutProps): ReactNode {
  const bank = face.name;
  const inForce = withdrawal?.returnedAt === null ? withdrawal : undefined;
  const isOut = inForce?.step === 'done';
  const heads = isOut
    ? (['titleOut', 'leadOut'] as const)
    : inForce
      ? (['titleRunning', 'leadRunning'] as const)
      : (['title', 'lead'] as const);
  const act = (name: string): Promise<WithdrawalView> =>
    isOut ? consoleHub.giveBack(face.id, name) : consoleHub.withdraw(face.id, name);
  return (
    <>
      <h1 className={styles.title}>{words.say(heads[0], { bank })}</h1>
      <div className={styles.columns}>
        <div className={styles.column}>
          <p className={styles.lead}>{words.say(heads[1], { bank })}</p>
          {inForce ? null : <WhatItDoes bankId={face.id} bank={bank} words={words} />}
          {inForce && !isOut ? null : (
            <Confirmation
              key={isOut ? 'return' : 'withdraw'}
              bank={bank}
              words={words}
              isOut={isOut}
              act={act}
              renew={renew}
            />
          )}
        </div>
        <div className={styles.column}>
          <Progress withdrawal={inForce} words={words} />
          <Receipt bankId={face.id} withdrawal={withdrawal?.step === 'done' ? withdrawal : undefined} words={words} />
        </div>
      </div>
    </>
  );
}

function WhatItDoes({
  bankId,
  bank,
  words,
}: {
  readonly bankId: string;
  readonly bank: string;
  readonly words: ConsoleWords;
}): ReactNode {
  const [counted, setCounted] = useState<{ counts: WithdrawalCounts; at: Date } | undefined>(undefined);
  const [problem, setProblem] = useState<HubProblem | undefined>(undefined);
  useEffect(() => {
    let stale = false;
    consoleHub.counts(bankId).then(
      (counts) => {
        if (!stale) setCounted({ counts, at: new Date() });
      },
      (error: unknown) => {
        if (!(error instanceof HubProblem)) throw error;
        if (!stale) setProblem(error);
      },
    );
    return () => {
      stale = true;
    };
  }, [bankId]);
  const head = useId();
  return (
    <section className={styles.card} aria-labelledby={head}>
      <div className={styles.cardHead}>
        <h2 id={head}>{words.say('whatItDoes')}</h2>
        {counted ? <p>{words.say('counted', { time: words.time(counted.at) })}</p> : null}
      </div>
      {problem ? <ErrorLine>{problem.sentence ?? words.say('noAnswer')}</ErrorLine> : null}
      <ul className={styles.counts}>
        {(['links', 'records', 'messages', 'customers'] as const).map((what) => (
          <li key={what}>
            <b>{counted ? words.figure(counted.counts[what]) : '…'}</b>
            <span>
              {words.say(counted?.counts[what] === 1 ? `${what}One` : what)}
              <small>{words.say(`${what}More` satisfies ConsoleWord, { bank })}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Confirmation({
  bank,
  words,
  isOut,
  act,
  renew,
}: {
  readonly bank: string;
  readonly words: ConsoleWords;
  readonly isOut: boolean;
  readonly act: (name: string) => Promise<WithdrawalView>;
  readonly renew: () => Promise<void>;
}): ReactNode {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<string | undefined>(undefined);
  const field = useId();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setSentence(undefined);
    try {
      await act(name);
      await renew();
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      const differs = error.code === 'bank_name_differs';
      setSentence(differs ? words.say('nameDiffers', { bank }) : (error.sentence ?? words.say('noAnswer')));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.card} onSubmit={(event) => void submit(event)}>
      <label className={styles.label} htmlFor={field}>
        {words.say('confirm')}
      </label>
      <div className={styles.confirm}>
        <input
          id={field}
          className={styles.field}
          value={name}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${field}-hint`}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" weight="main" disabled={busy || name.trim() === ''}>
          {words.say(isOut ? 'letIn' : 'pull', { bank })}
        </Button>
      </div>
      {sentence ? <ErrorLine>{sentence}</ErrorLine> : null}
      <p id={`${field}-hint`} className={styles.hint}>
        {words.say(isOut ? 'letInHint' : 'confirmHint', { bank })}
      </p>
    </form>
  );
}

function Progress({
  withdrawal,
  words,
}: {
  readonly withdrawal: WithdrawalView | undefined;
  readonly words: ConsoleWords;
}): ReactNode {
  const head = useId();
  if (!withdrawal) {
    return (
      <section className={styles.card} aria-labelledby={head}>
        <h2 id={head}>{words.say('whileItRuns')}</h2>
        <p className={styles.hint}>{words.say('never')}</p>
      </section>
    );
  }
  const { closedAt, rootGoneAt, keys, links, ended } = withdrawal;
  const at = (instant: string | null): string => (instant ? words.time(instant) : words.say('notYet'));
  return (
    <section className={styles.card} aria-labelledby={head}>
      <h2 id={head}>{words.say('whileItRuns')}</h2>
      <dl className={styles.steps}>
        <Step name={words.say('unreadable')} value={at(closedAt)} />
        <Step name={words.say('keys')} value={words.figure(keys)} done={keys} all={links} />
        <Step name={words.say('root')} value={at(rootGoneAt)} />
        <Step
          name={words.say('ended')}
          value={words.say('of', { done: words.figure(ended), all: words.figure(links) })}
          done={ended}
          all={links}
        />
      </dl>
    </section>
  );
}

function Step({
  name,
  value,
  done,
  all,
}: {
  readonly name: string;
  readonly value: string;
  readonly done?: number;
  readonly all?: number;
}): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {done === undefined || all === undefined ? null : (
          <progress aria-label={name} max={Math.max(all, 1)} value={all === 0 ? 1 : Math.min(done, all)} />
        )}
      </dd>
    </div>
  );
}

function Receipt({
  bankId,
  withdrawal,
  words,
}: {
  readonly bankId: string;
  readonly withdrawal: WithdrawalView | undefined;
  readonly words: ConsoleWords;
}): ReactNode {
  const head = useId();
  return (
    <section className={styles.card} aria-labelledby={head}>
      <h2 id={head}>{words.say('receipt')}</h2>
      {withdrawal ? (
        <>
          <p>
            {words.say('receiptSays', {
              keys: words.figure(withdrawal.keys),
              records: words.figure(withdrawal.records),
              messages: words.figure(withdrawal.messages),
            })}
          </p>
          <a className={styles.load} href={consoleHub.receiptAddress(bankId)} download>
            {words.say('receiptLoad')}
          </a>
        </>
      ) : (
        <p className={styles.hint}>{words.say('noReceipt')}</p>
      )}
    </section>
  );
}
