import { browserSurroundings } from '#web/hub';
import { firstLocale, loadWords } from '#web/words';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createHub } from './hub.ts';
import { browserStorage } from './storage.ts';
import { Sync } from './sync.ts';

const storage = browserStorage();
const hub = createHub();
const locale = firstLocale(storage.get('locale'));
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const sync = new Sync(hub, { ...browserSurroundings, storage }, { locale, timeZone });
sync.start();

window.addEventListener('online', () => sync.wake());
window.addEventListener('offline', () => sync.networkGone());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') sync.wake();
  else sync.hidden();
});

const firstWords = await loadWords(locale, timeZone);
document.documentElement.lang = locale;
const screen = document.getElementById('screen');
if (screen) createRoot(screen).render(<App hub={hub} sync={sync} storage={storage} firstWords={firstWords} />);

/** Without it the messenger works the same, only not without a network. */
function keepShell(): void {
  navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
}

if ('serviceWorker' in navigator && window.parent === window) {
  if (document.readyState === 'complete') keepShell();
  else window.addEventListener('load', keepShell);
}
