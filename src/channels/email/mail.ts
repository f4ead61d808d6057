import { catalogue } from '#base';
import { isOfOrders, type Locale, type Purpose } from '#contract';
import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };

const say = catalogue({ en, es });

/** A mail to one address, before it is sent. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * What the mail that says that there is something new says first, and what its way to the conversation is called.
 *
 * @param purpose what it is told for: from whom it is by kind, as every pointer says
 */
export const newsWords = (
  locale: Locale,
  purpose: Purpose | null,
): { readonly subject: string; readonly text: string; readonly open: string } => {
  const of = isOfOrders(purpose) ? 'news.order' : 'news';
  return { subject: say(locale, `${of}.subject`), text: say(locale, `${of}.text`), open: say(locale, 'news.open') };
};

/**
 * The mail that says that there is something new; the same whatever it is, but for whether a bank tells it.
 *
 * @param ways `open`: the conversation; `stop`: where these mails end
 */
export function newsMail(
  locale: Locale,
  purpose: Purpose | null,
  { open, stop }: { readonly open: string; readonly stop: string },
): Mail {
  const { subject, text, open: openWords } = newsWords(locale, purpose);
  const why = say(locale, 'news.why');
  const end = say(locale, 'news.stop');
  return {
    subject,
    text: `${text}\n${open}\n\n${why}\n${end}: ${stop}\n`,
    html: page(locale, [
      `<p>${escape(text)}</p>`,
      `<p><a href="${escape(open)}">${escape(openWords)}</a></p>`,
      `<p style="color:#5d5a54;font-size:13px">${escape(why)} <a href="${escape(stop)}">${escape(end)}</a></p>`,
    ]),
  };
}

/** The mail with a code that confirms the address. */
export function codeMail(locale: Locale, code: string): Mail {
  const text = say(locale, 'code.text', { code });
  const why = say(locale, 'code.why');
  return {
    subject: say(locale, 'code.subject', { code }),
    text: `${text}\n\n${why}\n`,
    html: page(locale, [
      `<p style="font-size:20px">${escape(text)}</p>`,
      `<p style="color:#5d5a54;font-size:13px">${escape(why)}</p>`,
    ]),
  };
}

function page(locale: Locale, parts: readonly string[]): string {
  const style = 'font:16px/23px system-ui,sans-serif;color:#1c1b19;max-width:480px';
  return `<!doctype html><html lang="${locale}"><body><div style="${style}">${parts.join('')}</div></body></html>`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
