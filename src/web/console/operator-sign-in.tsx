import { HubProblem } from '#web/hub';
import { Button, classes, ErrorLine } from '#web/kit';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { consoleHub } from './console.ts';
import styles from './console.module.css';
import type { ConsoleWord, ConsoleWords } from './words.ts';

interface OperatorSignInProps {
  readonly words: ConsoleWords;
  /** The address of a start was used before, or its hour is over. */
  readonly isOver: boolean;
  readonly done: () => void;
}

/** The word for why a sign-in was refused. */
export function refusalOf(error: HubProblem): ConsoleWord {
  if (error.code === 'operator_secret_wrong' || error.code === 'request_malformed') return 'secretWrong';
  return error.code === 'too_many_requests' ? 'tooMany' : 'stopNoAnswer';
}

/** Asks for the operator's secret; it is kept nowhere here. */
export function OperatorSignIn({ words, isOver, done }: OperatorSignInProps): ReactNode {
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ConsoleWord | undefined>(isOver ? 'secretWrong' : undefined);
  const field = useId();

  const signIn = async (): Promise<void> => {
    setBusy(true);
    try {
      await consoleHub.signIn(secret);
      done();
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      setRefused(refusalOf(error));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void signIn();
  };
  return (
    <>
      <h1 className={styles.title}>{words.say('signIn')}</h1>
      <div className={classes(styles.column, styles.signIn)}>
        <p className={styles.lead}>{words.say('signInLead')}</p>
        <form className={styles.card} onSubmit={submit}>
          <label className={styles.label} htmlFor={field}>
            {words.say('secret')}
          </label>
          <div className={styles.confirm}>
            <input
              id={field}
              className={styles.field}
              type="password"
              value={secret}
              autoComplete="current-password"
              spellCheck={false}
              maxLength={200}
              onInput={(event) => setSecret(event.currentTarget.value)}
            />
            <Button type="submit" weight="main" disabled={busy || secret.trim() === ''}>
              {words.say('signInNow')}
            </Button>
          </div>
          {refused ? <ErrorLine>{words.say(refused)}</ErrorLine> : null}
        </form>
      </div>
    </>
  );
}
