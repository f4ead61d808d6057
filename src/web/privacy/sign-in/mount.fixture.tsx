import type { BankFace, Me } from '#contract';
import { FacesProvider } from '#web/kit';
import { loadWords, WordsProvider } from '#web/words';
import { createRoot } from 'react-dom/client';
import { SignInSections } from './index.ts';

/** A page with nothing but these sections, for the browser's tests. */
const me = (await (await fetch('/api/me')).json()) as Me;
const words = await loadWords(me.locale, me.timeZone);
const banks: readonly BankFace[] = me.banks;
document.documentElement.lang = me.locale;
const screen = document.getElementById('screen');
if (screen)
  createRoot(screen).render(
    <WordsProvider words={words}>
      <FacesProvider value={banks}>
        <main>
          <h1>{words.say('passkeys.title')}</h1>
          <SignInSections />
        </main>
      </FacesProvider>
    </WordsProvider>,
  );
