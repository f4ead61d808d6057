import { browserSurroundings } from '#web/hub';
import { firstLocale, loadWords } from '#web/words';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createDeskHub } from './hub.ts';
import { DeskSync } from './sync.ts';
import { loadDeskWords } from './words.ts';

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const locale = firstLocale(undefined);
const hub = createDeskHub();
const sync = new DeskSync(hub, browserSurroundings);
sync.start();

window.addEventListener('online', () => sync.wake());
window.addEventListener('offline', () => sync.networkGone());
for (const input of ['keydown', 'pointerdown', 'wheel'])
  window.addEventListener(input, () => sync.here(), { passive: true });
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') sync.wake();
});

const [words, own] = await Promise.all([loadWords(locale, timeZone), loadDeskWords(locale, timeZone)]);
const screen = document.getElementById('screen');
if (screen) createRoot(screen).render(<App desk={{ hub, sync }} first={{ words, own }} />);
