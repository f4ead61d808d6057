import type { Locale } from '#contract';
import { htmlPage, pageLocale } from './html-page.ts';

const words: Readonly<Record<Locale, Readonly<Record<'ask' | 'text' | 'stop' | 'done' | 'back', string>>>> = {
  en: {
    ask: 'Stop these mails',
    text: 'You will no longer be told by e-mail when there is something new. Your conversation stays as it is.',
    stop: 'Stop the mails',
    done: 'The mails are stopped',
    back: 'To the conversation',
  },
  es: {
    ask: 'Dejar de recibir estos correos',
    text: 'Ya no te avisaremos por correo cuando haya algo nuevo. Tu conversación sigue como está.',
    stop: 'No enviar más correos',
    done: 'No se enviarán más correos',
    back: 'A la conversación',
  },
};

/** The page behind the address in the mails: a button first, and that it is done. Says nothing of anybody. */
export function emailStopPage(step: 'ask' | 'done', acceptLanguage: string | undefined): string {
  const locale = pageLocale(acceptLanguage);
  const { ask, text, stop, done, back } = words[locale];
  const title = step === 'ask' ? ask : done;
  const button = `<form method="post"><button class="button" type="submit">${stop}</button></form>`;
  const body =
    step === 'ask'
      ? `<h1>${ask}</h1>\n<p>${text}</p>\n${button}`
      : `<h1>${done}</h1>\n<p><a class="button" href="/">${back}</a></p>`;
  return htmlPage({ locale, title, body });
}
