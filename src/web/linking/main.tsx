import { firstLocale, loadWords } from '#web/words';
import { createRoot } from 'react-dom/client';
import { LinkingPage } from './linking-page.tsx';

const name = 'tellerline.locale';

function chosenLocale(): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    // Storage is forbidden: the browser's language decides.
    return undefined;
  }
}

const attempt = location.pathname.split('/').at(-1) ?? '';
const firstWords = await loadWords(firstLocale(chosenLocale()), Intl.DateTimeFormat().resolvedOptions().timeZone);
const screen = document.getElementById('screen');
if (screen) createRoot(screen).render(<LinkingPage attempt={attempt} firstWords={firstWords} />);
