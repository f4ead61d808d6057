import { firstLocale, loadWords } from '#web/words';
import { createRoot } from 'react-dom/client';
import { PrivacyPage } from './privacy-page.tsx';
import { loadPrivacyWords } from './words.ts';

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const locale = firstLocale(undefined);
const [words, own] = await Promise.all([loadWords(locale, timeZone), loadPrivacyWords(locale, timeZone)]);
const screen = document.getElementById('screen');
if (screen) createRoot(screen).render(<PrivacyPage first={{ words, own }} />);
