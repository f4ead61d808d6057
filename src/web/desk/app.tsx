import { WordsProvider, loadWords, type Words } from '#web/words';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { DeskProvider, useDeskState, type Desk } from './context.tsx';
import { DeskScreen } from './desk-screen.tsx';
import { SignIn } from './sign-in.tsx';
import { DeskWordsProvider, loadDeskWords, useDeskWords, type DeskWords } from './words.ts';

interface Texts {
  readonly words: Words;
  readonly own: DeskWords;
}

/** The desk: its words, and either the way in or everything behind it. */
export function App({ desk, first }: { readonly desk: Desk; readonly first: Texts }): ReactNode {
  const [texts, setTexts] = useState(first);
  const { own } = texts;
  useEffect(() => {
    document.documentElement.lang = own.locale;
    document.title = `${own.say('title')} · Tellerline`;
  }, [own]);
  const switchLanguage = useMemo(
    () => async (): Promise<void> => {
      const locale = own.locale === 'en' ? 'es' : 'en';
      const [words, next] = await Promise.all([loadWords(locale, own.timeZone), loadDeskWords(locale, own.timeZone)]);
      setTexts({ words, own: next });
    },
    [own],
  );
  return (
    <WordsProvider words={texts.words}>
      <DeskWordsProvider value={own}>
        <DeskProvider value={desk}>
          <Screen switchLanguage={() => void switchLanguage()} />
        </DeskProvider>
      </DeskWordsProvider>
    </WordsProvider>
  );
}

function Screen({ switchLanguage }: { readonly switchLanguage: () => void }): ReactNode {
  const words = useDeskWords();
  const { phase, offline } = useDeskState();
  if (phase === 'open') return <DeskScreen switchLanguage={switchLanguage} />;
  if (phase === 'opening')
    return (
      <main>
        <h1 hidden>{words.say('title')}</h1>
        <output>{offline ? words.say('offline') : words.say('loading')}</output>
      </main>
    );
  return <SignIn ended={phase === 'ended'} switchLanguage={switchLanguage} />;
}
