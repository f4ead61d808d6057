import type { Me } from '#contract';
import { Button, ErrorLine, Icon, Mark, Sheet } from '#web/kit';
import { goToBankSignIn, signInByPasskey, useAttempt } from '#web/passkeys';
import { useWords } from '#web/words';
import type { ReactNode } from 'react';
import styles from './sheets.module.css';

/** Into a chat that somebody has on another device: by a passkey, or by the login at a bank that is linked there. */
export function SignInSheet({ me, onClose }: { readonly me: Me; readonly onClose: () => void }): ReactNode {
  const words = useWords();
  const { busy, problem, attempt } = useAttempt();
  return (
    <Sheet title={words.say('signIn.title')} onClose={onClose}>
      <p className={styles.lead}>{words.say('signIn.lead')}</p>
      <Button
        weight="main"
        wide
        disabled={busy}
        onClick={() => void attempt(signInByPasskey, () => location.assign('/'))}
      >
        {words.say('signIn.passkey')}
      </Button>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
      <h3 className={styles.or}>{words.say('signIn.atBank')}</h3>
      <ul className={styles.banks}>
        {me.banks
          .filter(({ kind }) => !kind)
          .map((face) => (
            <li key={face.id}>
              <button
                type="button"
                className={styles.bank}
                disabled={busy}
                onClick={() => void attempt(() => goToBankSignIn(face.id), onClose)}
              >
                <Mark face={face} size="middle" />
                <span>{face.name}</span>
                <Icon name="right" />
              </button>
            </li>
          ))}
      </ul>
    </Sheet>
  );
}
