import type { Console, Locale, WithdrawalView } from '#contract';
import { Button, classes, ErrorLine, Icon, Mark, Tag } from '#web/kit';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { consoleHub, ConsoleProblem } from './console.ts';
import styles from './console.module.css';
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
  const { banks, failed, renew } = useBanks();
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
            <li>
              <button
                type="button"
                className={classes(styles.bank, stopsOne && styles.bankCurrent)}
                aria-current={stopsOne ? 'page' : undefined}
                onClick={() => setChosen(oneLink)}
              >
                <Icon name="hand" />
                <span className={styles.bankName}>{words.say('stopLink')}</span>
              </button>
            </li>
          </ul>
        </nav>
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

/** The banks as they stand, asked for again and again. */
function useBanks(): { banks: readonly BankRow[] | undefined; failed: boolean; renew: () => Promise<void> } {
  const [banks, setBanks] = useState<readonly BankRow[] | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const renew = useCallback(async () => {
    try {
      setBanks((await consoleHub.banks()).banks);
      setFailed(false);
    } catch (error) {
      if (!(error instanceof ConsoleProblem)) throw error;
      setFailed(true);
    }
  }, []);
  const pace = banks?.some(({ withdrawal }) => isRunning(withdrawal)) ? runningMs : restingMs;
  useEffect(() => {
    const first = setTimeout(() => void renew());
    const timer = setInterval(() => void renew(), pace);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [renew, pace]);
  return { banks, failed, renew };
}
