import { Button } from '#web/kit';
import { useCallback, useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState } from './context.tsx';
import type { Withdrawal } from './hub.ts';
import styles from './pages.module.css';
import { Field, TroubleLine, troubleWords } from './parts.tsx';
import { troubleOf } from './state.ts';
import { useDeskWords } from './words.ts';

/** While the bank is pulled out it is asked how far it is. */
const againMs = 3000;

/** Pulling one's own bank out, and letting it in again: what it does in counts, and confirmed by the bank's name. */
export function WithdrawPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const bank = me?.bank.name ?? '';
  const ask = useCallback(() => hub.withdrawal(), [hub]);
  const { answer: known, trouble, again } = useAsked(ask);
  const inForce = known?.withdrawal && known.withdrawal.returnedAt === null ? known.withdrawal : undefined;
  const isOut = inForce?.step === 'done';
  useEffect(() => {
    if (!inForce || isOut) return undefined;
    const timer = window.setTimeout(again, againMs);
    return () => window.clearTimeout(timer);
  }, [inForce, isOut, again]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{words.say(isOut ? 'withdraw.return' : 'withdraw.title', { bank })}</h1>
      </header>
      <p className={styles.lead}>
        {words.say(isOut ? 'withdraw.out' : inForce ? 'withdraw.running' : 'withdraw.lead', { bank })}
      </p>
      <TroubleLine trouble={trouble} />
      {known && !inForce ? <Counts counts={known.counts} /> : null}
      {known && (!inForce || isOut) ? (
        <Confirm key={String(isOut)} way={isOut ? 'return' : 'out'} bank={bank} done={again} />
      ) : null}
    </div>
  );
}

function Counts({ counts }: { readonly counts: Withdrawal['counts'] }): ReactNode {
  const words = useDeskWords();
  return (
    <section className={styles.card} aria-labelledby="withdraw-what">
      <h2 id="withdraw-what">{words.say('withdraw.what')}</h2>
      <ul>
        {(['links', 'records', 'messages', 'customers'] as const).map((what) => (
          <li key={what}>{words.say(`withdraw.${what}`, { count: counts[what] })}</li>
        ))}
      </ul>
    </section>
  );
}

interface ConfirmProps {
  readonly way: 'out' | 'return';
  readonly bank: string;
  readonly done: () => void;
}

function Confirm({ way, bank, done }: ConfirmProps): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() !== bank) return setWrong(words.say('withdraw.differs', { bank }));
    setBusy(true);
    try {
      await hub.withdraw(way, name.trim());
      done();
    } catch (error) {
      setWrong(troubleWords(troubleOf(error), words));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.card} onSubmit={(event) => void submit(event)} noValidate>
      {way === 'return' ? <p>{words.say('withdraw.returnHint', { bank })}</p> : null}
      <Field label={words.say('withdraw.confirm')} hint={words.say('withdraw.confirmHint', { bank })} wrong={wrong}>
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            aria-invalid={wrong !== undefined}
            value={name}
            maxLength={80}
            autoComplete="off"
            onInput={(event) => {
              setWrong(undefined);
              setName(event.currentTarget.value);
            }}
          />
        )}
      </Field>
      <Button type="submit" weight={way === 'out' ? 'grave' : 'main'} wide disabled={busy || name.trim() === ''}>
        {words.say(way === 'out' ? 'withdraw.do' : 'withdraw.return', { bank })}
      </Button>
    </form>
  );
}
