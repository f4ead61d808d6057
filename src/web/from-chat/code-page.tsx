import { FORMATS, type LinkingStanding, type Locale } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, CardGhost, ErrorLine } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { CopyButton, Sheet } from './frame.tsx';
import styles from './from-chat.module.css';
import { enter, standing } from './hub.ts';
import type { Say } from './words.ts';

const lookAgainMs = 2000;

interface PageProps {
  readonly attempt: string;
  readonly say: Say;
  readonly locale: Locale;
}

/** After the bank's login: the code to say in the chat, and what came of it. */
export function CodePage({ attempt, say, locale }: PageProps): ReactNode {
  const [shown, setShown] = useState<LinkingStanding | 'problem' | undefined>(undefined);
  const waiting =
    shown === undefined || (shown !== 'problem' && (shown.state === 'confirming' || shown.state === 'storing'));

  useEffect(() => {
    if (!waiting) return undefined;
    let stale = false;
    const look = async (): Promise<void> => {
      try {
        const found = await standing(attempt);
        if (!stale) setShown(found);
      } catch (error) {
        if (!(error instanceof HubProblem)) throw error;
        // A code that is on the screen stays there while the line is down.
        if (!stale) setShown((before) => before ?? 'problem');
      }
    };
    void look();
    const timer = setInterval(() => void look(), lookAgainMs);
    return () => {
      stale = true;
      clearInterval(timer);
    };
  }, [attempt, waiting]);

  if (shown === undefined) {
    return (
      <main className={styles.main} aria-busy="true">
        <CardGhost />
      </main>
    );
  }
  if (shown === 'problem') {
    return (
      <Sheet
        title={say('page')}
        foot={
          <Button weight="main" wide onClick={() => setShown(undefined)}>
            {say('again')}
          </Button>
        }
      >
        <ErrorLine>{say('problem')}</ErrorLine>
      </Sheet>
    );
  }
  return <Standing shown={shown} attempt={attempt} say={say} locale={locale} />;
}

function Standing({ shown, attempt, say, locale }: PageProps & { readonly shown: LinkingStanding }): ReactNode {
  const of = { bank: shown.bank, chat: shown.chat };
  switch (shown.state) {
    case 'open':
      location.replace(`/link/${attempt}`);
      return null;
    case 'confirming':
      return (
        <Code code={shown.code} until={shown.until} isShop={shown.shop === true} of={of} say={say} locale={locale} />
      );
    case 'storing':
      return (
        <Sheet title={say('storing', of)}>
          <CardGhost />
        </Sheet>
      );
    case 'linked':
      return <Linked attempt={attempt} mayEnter={shown.mayEnter} of={of} say={say} />;
    case 'ended':
      return (
        <Sheet title={say('endedTitle')}>
          <p>{say(endWord(shown.why, shown.shop === true), of)}</p>
        </Sheet>
      );
  }
}

/** At a shop there is no login that could come to nothing. */
function endWord(why: Extract<LinkingStanding, { state: 'ended' }>['why'], isShop: boolean): Parameters<Say>[0] {
  return isShop && (why === 'late' || why === 'wrong-code' || why === 'foreign-chat') ? `${why}Shop` : why;
}

interface Of {
  readonly of: { readonly bank: string; readonly chat: string };
  readonly say: Say;
}

interface CodeProps extends Of, Pick<PageProps, 'locale'> {
  readonly code: string;
  readonly until: string;
  readonly isShop: boolean;
}

function Code({ code, until, isShop, of, say, locale }: CodeProps): ReactNode {
  const time = new Intl.DateTimeFormat(FORMATS[locale], { timeStyle: 'short' }).format(new Date(until));
  const halves = `${code.slice(0, 3)} ${code.slice(3)}`;
  return (
    <Sheet title={say('codeTitle')} foot={<CopyButton text={code} label={say('codeCopy')} done={say('copied')} />}>
      <p>{say('codeLead', of)}</p>
      <p className={styles.code} aria-label={code.split('').join(' ')}>
        {halves}
      </p>
      <p className={styles.quiet}>{say('codeUntil', { time })}</p>
      <p className={styles.care}>{say(isShop ? 'codeWarningShop' : 'codeWarning', of)}</p>
    </Sheet>
  );
}

function Linked({
  attempt,
  mayEnter,
  of,
  say,
}: Of & { readonly attempt: string; readonly mayEnter: boolean }): ReactNode {
  const [state, setState] = useState<'ready' | 'busy' | 'in-use' | 'problem'>('ready');
  const open = async (): Promise<void> => {
    setState('busy');
    try {
      await enter(attempt);
      location.assign('/');
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      setState(error.code === 'chat_in_use' ? 'in-use' : 'problem');
    }
  };
  const foot =
    mayEnter && state !== 'in-use' ? (
      <>
        {state === 'problem' ? <ErrorLine>{say('problem')}</ErrorLine> : null}
        <Button weight="plain" wide disabled={state === 'busy'} onClick={() => void open()}>
          {say('enter')}
        </Button>
      </>
    ) : undefined;
  return (
    <Sheet title={say('linked', of)} foot={foot}>
      <output className={styles.said}>{say('linkedText', of)}</output>
      {mayEnter ? <p className={styles.quiet}>{say(state === 'in-use' ? 'inUse' : 'enterText')}</p> : null}
    </Sheet>
  );
}
