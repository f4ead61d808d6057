import { firstLocale } from '#web/words';
import { createRoot } from 'react-dom/client';
import { ConsolePage } from './console-page.tsx';

const screen = document.getElementById('screen');
if (screen) createRoot(screen).render(<ConsolePage firstLocale={firstLocale(undefined)} />);
