import type { Console, Locale, WithdrawalView } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, classes, ErrorLine, Icon, Mark, Tag } from '#web/kit';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { consoleHub } from './console.ts';
import styles from './console.module.css';
import { OperatorSignIn } from './operator-sign-in.tsx';
import { PullOut } from './pull-out.tsx';
import { StopLink } from './stop-link.tsx';
import { consoleWords, type ConsoleWords } from './words.ts';

/** One bank of the console, with its newest withdrawal. */
export type BankRow = Console['banks'][number];

/** What is chosen in the place of a bank. */
const oneLink = ' one link';

/** While a bank is pulled out its progress is asked for at this pace, else at the other. */
const runningMs = 500;
const restingMs = 5000;

const isRunning = (withdrawal: WithdrawalView | null): boolean => withdrawal !== null && withdrawal.step !== 'done';

/** The operator's console: which banks are in use, and pulling one out. */
export function ConsolePage({ firstLocale }: { readonly firstLocale: Locale }): ReactNode {
  const [locale, setLocale] = useState(firstLocale);
  const words = useMemo(() => consoleWords(locale), [locale]);
  const { banks, failed, signedOut, isOver, renew, signOut } = useBanks();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const stopsOne = chosen === oneLink;
  const row = banks?.find(({ face }) => face.id === chosen) ?? banks?.[0];

  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = `${words.say('page')} · Tellerline`;
  }, [locale, words]);

  return (
    <div className={styles.page}>
      <header className={styles.side}>
        <p className={styles.name}>{words.say('page')}</p>
        <nav aria-label={words.say('banks')}>
          <ul className={styles.banks}>
            {banks?.map((bank) => (
              <BankButton
                key={bank.face.id}
                bank={bank}
                words={words}
                current={!stopsOne && bank.face.id === row?.face.id}
                choose={() => setChosen(bank.face.id)}
              />
            ))}
            <li className={styles.stopOne}>
              <button
                type="button"
                className={classes(styles.bank, stopsOne && styles.bankCurrent)}
                aria-current={stopsOne ? 'page' : undefined}
                onClick={() => setChosen(oneLink)}
              >
                <Icon name="close" />
                <span className={styles.bankName}>{words.say('stopLink')}</span>
              </button>
            </li>
          </ul>
        </nav>
        {banks ? (
          <Button weight="bare" onClick={() => void signOut()}>
            {words.say('signOut')}
          </Button>
        ) : null}
        <Button
          weight="bare"
          lang={locale === 'en' ? 'es' : 'en'}
          onClick={() => setLocale(locale === 'en' ? 'es' : 'en')}
        >
          {words.say('language')}
        </Button>
      </header>
      <main className={styles.main}>
        {failed ? <ErrorLine>{words.say('noAnswer')}</ErrorLine> : null}
        {stopsOne ? (
          <StopLink faces={banks?.map(({ face }) => face) ?? []} words={words} />
        ) : signedOut ? (
          <OperatorSignIn key={String(isOver)} words={words} isOver={isOver} done={() => void renew()} />
        ) : row ? (
          <PullOut key={row.face.id} row={row} words={words} renew={renew} />
        ) : (
          <h1 className={styles.title}>{words.say('waiting')}</h1>
        )}
      </main>
    </div>
  );
}

function BankButton({
  bank: { face, withdrawal },
  words,
  current,
  choose,
}: {
  readonly bank: BankRow;
  readonly words: ConsoleWords;
  readonly current: boolean;
  readonly choose: () => void;
}): ReactNode {
  const isOut = withdrawal !== null && withdrawal.returnedAt === null;
  const state = isRunning(withdrawal) ? 'running' : isOut ? 'out' : 'linked';
  return (
    <li>
      <button
        type="button"
        className={classes(styles.bank, current && styles.bankCurrent)}
        aria-current={current ? 'page' : undefined}
        onClick={choose}
      >
        <Mark face={face} size="middle" />
        <span className={styles.bankName}>{face.name}</span>
        {state === 'linked' ? null : <Tag>{words.say(state)}</Tag>}
      </button>
    </li>
  );
}

/** What the address of a start carries; taken out of the address, so that it stands in no history. */
function takeInvitation(): string {
  const invitation = location.hash.slice(1);
  if (invitation !== '') history.replaceState(null, '', location.pathname);
  return invitation;
}

interface Banks {
  readonly banks: readonly BankRow[] | undefined;
  readonly failed: boolean;
  /** The operator has yet to sign in. */
  readonly signedOut: boolean;
  /** What the address carried did not sign in. */
  readonly isOver: boolean;
  readonly renew: () => Promise<void>;
  readonly signOut: () => Promise<void>;
}

/** The banks as they stand, asked for again and again while the operator is signed in. */
function useBanks(): Banks {
  const [banks, setBanks] = useState<readonly BankRow[] | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const [signedOut, setSignedOut] = useState(false);
  const [isOver, setIsOver] = useState(false);
  const renew = useCallback(async () => {
    try {
      const invitation = takeInvitation();
      if (invitation !== '')
        await consoleHub.signIn(invitation).catch((error: unknown) => {
          if (!(error instanceof HubProblem) || error.code !== 'operator_secret_wrong') throw error;
          setIsOver(true);
        });
      setBanks((await consoleHub.banks()).banks);
      setSignedOut(false);
      setFailed(false);
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      const isOut = error.code === 'operator_required';
      setSignedOut(isOut);
      setFailed(!isOut);
      if (isOut) setBanks(undefined);
    }
  }, []);
  const signOut = useCallback(async () => {
    await consoleHub.signOut().catch(() => setFailed(true));
    await renew();
  }, [renew]);
  const pace = banks?.some(({ withdrawal }) => isRunning(withdrawal)) ? runningMs : restingMs;
  useEffect(() => {
    if (signedOut) return undefined;
    const first = setTimeout(() => void renew());
    const timer = setInterval(() => void renew(), pace);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [renew, pace, signedOut]);
  return { banks, failed, signedOut, isOver, renew, signOut };
}
