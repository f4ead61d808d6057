import type { BankFace } from '#contract';
import { Button, ErrorLine, Icon, Mark } from '#web/kit';
import { goToBankSignIn, signInByPasskey, useAttempt } from '#web/passkeys';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './view.module.css';
import type { ViewWords } from './words.ts';

/** This browser's first opening: by a passkey, or by the login at a bank that is linked. */
export function SignIn({
  own,
  banks,
  signedIn,
}: {
  readonly own: ViewWords;
  readonly banks: readonly BankFace[];
  /** It is who they are: open it. */
  readonly signedIn: () => void;
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const { busy, problem, attempt } = useAttempt();
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles.card}>
      <h1 ref={heading} tabIndex={-1}>
        {own.say('sign.title')}
      </h1>
      <p>{own.say('sign.lead')}</p>
      <Button weight="main" wide disabled={busy} onClick={() => void attempt(signInByPasskey, signedIn)}>
        {own.say('sign.passkey')}
      </Button>
      {problem === undefined ? null : <ErrorLine>{problem}</ErrorLine>}
      <h2>{own.say('sign.bank')}</h2>
      <ul className={styles.banks}>
        {banks.map((face) => (
          <li key={face.id}>
            <button type="button" disabled={busy} onClick={() => void attempt(() => goToBankSignIn(face.id, 'view'))}>
              <Mark face={face} size="middle" />
              <span>{face.name}</span>
              <Icon name="right" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
