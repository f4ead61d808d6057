import type { Locale } from '#contract';
import { Button, pageStyles } from '#web/kit';
import { firstLocale } from '#web/words';
import { useEffect, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { ClaimPage } from './claim-page.tsx';
import { CodePage } from './code-page.tsx';
import { fromChatWords } from './words.ts';

/** `/m#…` takes an address up; `/m/<attempt>` shows the code when the bank's login is done. */
function Page(): ReactNode {
  const [locale, setLocale] = useState<Locale>(() => firstLocale(undefined));
  const say = fromChatWords(locale);
  const other = locale === 'en' ? 'es' : 'en';
  const attempt = /^\/m\/([\w-]+)$/.exec(location.pathname)?.[1];
  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = `${say('page')} · Tellerline`;
  });
  return (
    <div className={pageStyles.page}>
      <nav className={pageStyles.top}>
        <Button weight="bare" lang={other} onClick={() => setLocale(other)}>
          {say('language')}
        </Button>
      </nav>
      {attempt === undefined ? <ClaimPage say={say} /> : <CodePage attempt={attempt} say={say} locale={locale} />}
    </div>
  );
}

const screen = document.getElementById('screen');
if (screen) createRoot(screen).render(<Page />);
