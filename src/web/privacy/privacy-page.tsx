import type { Privacy } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, ErrorLine, FacesProvider, Icon, TellerlineMark } from '#web/kit';
import { loadWords, WordsProvider, type Words } from '#web/words';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { centre } from './centre.ts';
import { ChannelsSection } from './channels/index.ts';
import { Done } from './done.tsx';
import { Ended } from './ended.tsx';
import { ExportSheet } from './export-sheet.tsx';
import { HearingSection } from './hearing/index.ts';
import { Linked } from './linked.tsx';
import styles from './privacy.module.css';
import { Receipts } from './receipts.tsx';
import { SignInSections } from './sign-in/index.ts';
import { loadPrivacyWords, PrivacyWordsProvider, usePrivacyWords, type PrivacyWords } from './words.ts';

/** The words of the chat's parts and the page's own, in one language. */
interface Spoken {
  readonly words: Words;
  readonly own: PrivacyWords;
}

type Loaded =
  | { readonly state: 'loading' }
  /** `code`: the hub's, undefined when it did not answer. */
  | { readonly state: 'failed'; readonly code: string | undefined; readonly sentence: string | undefined }
  | { readonly state: 'shown'; readonly privacy: Privacy };

interface Read {
  readonly loaded: Loaded;
  readonly spoken?: Spoken;
}

async function read(): Promise<Read> {
  try {
    const privacy = await centre.privacy();
    const { locale, timeZone } = privacy;
    const [words, own] = await Promise.all([loadWords(locale, timeZone), loadPrivacyWords(locale, timeZone)]);
    return { loaded: { state: 'shown', privacy }, spoken: { words, own } };
  } catch (error) {
    if (!(error instanceof HubProblem)) throw error;
    return { loaded: { state: 'failed', code: error.code, sentence: error.sentence } };
  }
}

/** What is shared, everything that was done with it, and how to take it back. */
export function PrivacyPage({ first }: { readonly first: Spoken }): ReactNode {
  const [spoken, setSpoken] = useState(first);
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });

  const show = useCallback((read: Read): void => {
    setLoaded(read.loaded);
    if (read.spoken) setSpoken(read.spoken);
  }, []);
  const load = useCallback(async (): Promise<void> => show(await read()), [show]);
  useEffect(() => {
    let stale = false;
    void read().then((found) => {
      if (!stale) show(found);
    });
    return () => {
      stale = true;
    };
  }, [show]);
  const { own } = spoken;
  useEffect(() => {
    document.documentElement.lang = own.locale;
    document.title = `${own.say('title')} · Tellerline`;
  }, [own]);

  const banks = loaded.state === 'shown' ? loaded.privacy.banks : [];
  return (
    <WordsProvider words={spoken.words}>
      <PrivacyWordsProvider value={spoken.own}>
        <FacesProvider value={banks}>
          <div className={styles.page}>
            <Top exports={loaded.state === 'shown'} />
            {loaded.state === 'shown' ? (
              <main className={styles.columns}>
                <div className={styles.side}>
                  <Linked privacy={loaded.privacy} reload={load} />
                  <HearingSection privacy={loaded.privacy} />
                  <ChannelsSection />
                  <Ended ended={loaded.privacy.ended} reload={load} />
                  <Receipts receipts={loaded.privacy.receipts} />
                  <SignInSections />
                </div>
                <Done privacy={loaded.privacy} />
              </main>
            ) : (
              <Waiting loaded={loaded} again={() => void load()} />
            )}
          </div>
        </FacesProvider>
      </PrivacyWordsProvider>
    </WordsProvider>
  );
}

function Top({ exports }: { readonly exports: boolean }): ReactNode {
  const words = usePrivacyWords();
  const [open, setOpen] = useState(false);
  return (
    <header className={styles.top}>
      <TellerlineMark />
      <span className={styles.name}>{words.say('title')}</span>
      {exports ? (
        <Button weight="bare" onClick={() => setOpen(true)}>
          <Icon name="arrow-down" />
          {words.say('export')}
        </Button>
      ) : null}
      <a className={styles.back} href="/">
        <Icon name="arrow-left" />
        {words.say('back')}
      </a>
      {open ? <ExportSheet onClose={() => setOpen(false)} /> : null}
    </header>
  );
}

function Waiting({ loaded, again }: { readonly loaded: Loaded; readonly again: () => void }): ReactNode {
  const words = usePrivacyWords();
  return (
    <main className={styles.waiting} aria-busy={loaded.state === 'loading'}>
      <h1>{words.say('title')}</h1>
      {loaded.state === 'failed' ? (
        <>
          <ErrorLine>
            {loaded.code === 'no_session' ? words.say('noSession') : (loaded.sentence ?? words.say('problem'))}
          </ErrorLine>
          <Button weight="main" onClick={again}>
            {words.say('again')}
          </Button>
        </>
      ) : (
        <output>{words.say('loading')}</output>
      )}
    </main>
  );
}
