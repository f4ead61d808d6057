import type { BankFace } from '#contract';
import { Button, ErrorLine, Icon, Mark, TellerlineMark } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useDesk } from './context.tsx';
import { signInAddress } from './hub.ts';
import styles from './sign-in.module.css';
import { useDeskWords } from './words.ts';

interface SignInProps {
  /** A session was there and has ended. */
  readonly ended: boolean;
  readonly switchLanguage: () => void;
}

/** The way in: one's bank, then its own identity provider. */
export function SignIn({ ended, switchLanguage }: SignInProps): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const [banks, setBanks] = useState<readonly BankFace[] | 'failed' | undefined>(undefined);
  useEffect(() => {
    let stale = false;
    hub.banks().then(
      (all) => {
        if (!stale) setBanks(all);
      },
      () => {
        if (!stale) setBanks('failed');
      },
    );
    return () => {
      stale = true;
    };
  }, [hub]);
  return (
    <main className={styles.page}>
      <div className={styles.top}>
        <TellerlineMark size={36} />
        <Button weight="bare" lang={words.locale === 'en' ? 'es' : 'en'} onClick={switchLanguage}>
          {words.say('language')}
        </Button>
      </div>
      <h1>{words.say('signIn.title')}</h1>
      {ended ? <output className={styles.ended}>{words.say('signIn.ended')}</output> : null}
      <p className={styles.lead}>{words.say('signIn.lead')}</p>
      {banks === 'failed' ? <ErrorLine>{words.say('noAnswer')}</ErrorLine> : null}
      {Array.isArray(banks) && banks.length === 0 ? <p>{words.say('signIn.none')}</p> : null}
      {Array.isArray(banks) ? (
        <ul className={styles.banks}>
          {banks.map((face: BankFace) => (
            <li key={face.id}>
              <a href={signInAddress(face.id)} aria-label={words.say('signIn.with', { bank: face.name })}>
                <Mark face={face} size="middle" />
                <span>{face.name}</span>
                <Icon name="right" />
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </main>
  );
}
