import type { Disclosure, Locale } from '#contract';
import { sentenceOf } from '#web/hub';
import { accentOf, Button, CardGhost, ErrorLine, FacesProvider, IconButton, Mark, pageStyles } from '#web/kit';
import { loadWords, useWords, WordsProvider, type Words } from '#web/words';
import { useEffect, useState, type ReactNode } from 'react';
import { linkingHub } from './linking.ts';
import styles from './linking.module.css';
import { Previews, Purposes, Sections } from './disclosure.tsx';
import { Levels } from './levels.tsx';
import { Signature } from './signature.tsx';
import { useSigning } from './signing.ts';

interface LinkingPageProps {
  readonly attempt: string;
  readonly firstWords: Words;
}

type Loaded =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly sentence: string | undefined }
  | { readonly state: 'shown'; readonly disclosure: Disclosure; readonly words: Words };

/** The disclosure before a bank is linked: read, switch on, sign, go to the bank. */
export function LinkingPage({ attempt, firstWords }: LinkingPageProps): ReactNode {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });
  /** Grows when the disclosure is asked for again; a language is set first. */
  const [asked, setAsked] = useState<{ readonly locale?: Locale }>({});

  useEffect(() => {
    let stale = false;
    load(attempt, asked.locale, firstWords.timeZone).then(
      (shown) => {
        if (!stale) setLoaded({ state: 'shown', ...shown });
      },
      (error: unknown) => {
        if (!stale) setLoaded({ state: 'failed', sentence: sentenceOf(error) });
      },
    );
    return () => {
      stale = true;
    };
  }, [attempt, asked, firstWords]);

  const words = loaded.state === 'shown' ? loaded.words : firstWords;
  const other = words.locale === 'en' ? 'es' : 'en';
  return (
    <WordsProvider words={words}>
      <div className={pageStyles.page}>
        <nav className={pageStyles.top}>
          {loaded.state === 'shown' && loaded.disclosure.levels ? null : (
            <IconButton icon="arrow-left" name={words.say('linking.back')} onClick={() => location.assign('/')} />
          )}
          <Button weight="bare" lang={other} onClick={() => setAsked({ locale: other })}>
            {words.say('linking.language')}
          </Button>
        </nav>
        {loaded.state === 'shown' ? (
          <FacesProvider value={[loaded.disclosure.bank]}>
            <Form attempt={attempt} disclosure={loaded.disclosure} />
          </FacesProvider>
        ) : (
          <Waiting
            problem={loaded.state === 'failed' ? (loaded.sentence ?? words.say('link.noAnswer')) : undefined}
            again={() => setAsked({})}
          />
        )}
      </div>
    </WordsProvider>
  );
}

async function load(
  attempt: string,
  locale: Locale | undefined,
  timeZone: string,
): Promise<{ disclosure: Disclosure; words: Words }> {
  const disclosure = await linkingHub.disclosure(attempt, locale);
  // A browser that links for another messenger may choose how it reads, and not how its customer is spoken to.
  if (locale && !disclosure.levels) await linkingHub.setLocale(locale);
  const words = await loadWords(disclosure.locale, timeZone);
  document.documentElement.lang = disclosure.locale;
  document.title = `${disclosure.title} · Tellerline`;
  return { disclosure, words };
}

function Waiting({ problem, again }: { readonly problem: string | undefined; readonly again: () => void }): ReactNode {
  const words = useWords();
  return (
    <main className={styles.waiting} aria-busy={problem === undefined}>
      {problem === undefined ? (
        <>
          <CardGhost />
          <CardGhost />
        </>
      ) : (
        <>
          <ErrorLine>{problem}</ErrorLine>
          <Button weight="main" wide onClick={again}>
            {words.say('message.again')}
          </Button>
        </>
      )}
    </main>
  );
}

function Form({ attempt, disclosure }: { readonly attempt: string; readonly disclosure: Disclosure }): ReactNode {
  const words = useWords();
  const { bank } = disclosure;
  const signing = useSigning(attempt, disclosure, words);
  const { problem, busy } = signing;
  return (
    <form
      className={styles.form}
      style={accentOf(bank)}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void signing.sign();
      }}
    >
      <main className={styles.main}>
        <header className={styles.hero}>
          <Mark face={bank} size="large" />
          <h1 className={pageStyles.large}>{disclosure.title}</h1>
          <p>{disclosure.lead}</p>
        </header>
        <Purposes disclosure={disclosure} signing={signing} />
        <Levels disclosure={disclosure} signing={signing} />
        <Previews disclosure={disclosure} />
        <Sections disclosure={disclosure} days={signing.days} setDays={signing.setDays} />
        <Signature disclosure={disclosure} signing={signing} />
      </main>
      <footer className={pageStyles.dock}>
        {problem?.of === 'all' ? <ErrorLine>{problem.text}</ErrorLine> : null}
        <Button type="submit" weight="main" wide disabled={busy}>
          {disclosure.signature.go ?? words.say('linking.continue', { bank: bank.name })}
        </Button>
        <Button weight="bare" wide disabled={busy} onClick={() => void signing.decline()}>
          {words.say('linking.notNow')}
        </Button>
      </footer>
    </form>
  );
}
