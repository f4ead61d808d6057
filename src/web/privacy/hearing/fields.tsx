import { classes } from '#web/kit';
import { useId, useState, type InputHTMLAttributes, type ReactNode } from 'react';
import { usePrivacyWords } from '../words.ts';
import { amountIn } from './choice.ts';
import styles from './hearing.module.css';

type TickProps = Pick<InputHTMLAttributes<HTMLInputElement>, 'checked' | 'name'> & {
  readonly type: 'radio' | 'checkbox';
  readonly onTick: (on: boolean) => void;
  /** What is meant, in a sentence of its own. */
  readonly note?: string;
  readonly children: ReactNode;
};

/** One thing to choose: the whole row is its label. */
export function Tick({ onTick, note, children, ...input }: TickProps): ReactNode {
  const noteId = useId();
  return (
    <div className={styles.tick}>
      <label>
        <input
          {...input}
          aria-describedby={note === undefined ? undefined : noteId}
          onChange={(event) => onTick(event.currentTarget.checked)}
        />
        <span>{children}</span>
      </label>
      {note === undefined ? null : (
        <p id={noteId} className={styles.note}>
          {note}
        </p>
      )}
    </div>
  );
}

interface AmountProps {
  readonly label: string;
  /** A decimal string. */
  readonly value: string;
  readonly onAmount: (amount: string) => void;
}

/** An amount in dollars, taken when the field is left or Enter is pressed. */
export function Amount({ label, value, onAmount }: AmountProps): ReactNode {
  const words = usePrivacyWords();
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [isWrong, setWrong] = useState(false);
  const take = (): void => {
    const amount = amountIn(typed);
    setWrong(amount === undefined);
    if (amount === undefined) return;
    setTyped(amount);
    if (amount !== value) onAmount(amount);
  };
  return (
    <div className={styles.amount}>
      <label htmlFor={id}>{label}</label>
      <span className={classes(styles.money, isWrong && styles.wrong)}>
        <span aria-hidden="true">$</span>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          maxLength={16}
          value={typed}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-wrong` : undefined}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={take}
          onKeyDown={(event) => (event.key === 'Enter' ? take() : undefined)}
        />
      </span>
      {isWrong ? (
        <p id={`${id}-wrong`} className={styles.wrongWords} role="alert">
          {words.say('hearing.noAmount')}
        </p>
      ) : null}
    </div>
  );
}
