import { isInAppBrowser } from '#contract';
import { firstLocale, loadWords } from '#web/words';
import { createRoot } from 'react-dom/client';
import { takeToken } from './token.ts';
import { ViewPage } from './view-page.tsx';
import { loadViewWords } from './words.ts';

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const locale = firstLocale(undefined);
const address = location.href;
const inApp = isInAppBrowser(navigator.userAgent);
// In an app's browser the address stays whole, for whoever opens it outside by the app's own menu.
const taken = inApp ? undefined : takeToken();
const [words, own] = await Promise.all([loadWords(locale, timeZone), loadViewWords(locale, timeZone)]);
const screen = document.getElementById('screen');
if (screen)
  createRoot(screen).render(<ViewPage first={{ words, own }} taken={taken} outside={inApp ? address : undefined} />);
