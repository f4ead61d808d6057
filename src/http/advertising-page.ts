import type { Advertising, BankFace, Locale } from '#contract';
import { ownSender } from '#contract';
import { htmlPage, htmlTable, pageLocale } from './html-page.ts';

const words = {
  en: {
    title: '“This is advertising”',
    lead: 'Nothing that comes here may be advertising. Every message carries a way to say that it is. This is how often that was said, of whom.',
    how: 'A customer counts once for each message. Who it was, and which message, is not kept.',
    sender: 'Sender',
    month: 'Month',
    sent: 'Messages sent',
    marked: 'Called advertising',
    share: 'Of a thousand',
    fewer: (than: string) => `fewer than ${than}`,
    none: 'Nothing was sent yet.',
    data: 'The same as JSON',
  },
  es: {
    title: '«Esto es publicidad»',
    lead: 'Nada de lo que llega aquí puede ser publicidad. Cada mensaje ofrece una forma de decir que lo es. Esto es cuántas veces se ha dicho, y de quién.',
    how: 'Cada cliente cuenta una vez por mensaje. No se guarda quién fue ni de qué mensaje.',
    sender: 'Remitente',
    month: 'Mes',
    sent: 'Mensajes enviados',
    marked: 'Llamados publicidad',
    share: 'De cada mil',
    fewer: (than: string) => `menos de ${than}`,
    none: 'Todavía no se ha enviado nada.',
    data: 'Lo mismo en JSON',
  },
} as const satisfies Record<Locale, Record<string, unknown>>;

/** Draws the public count as one page without script. Every text in it is ours, a bank's name or a number. */
export function advertisingPage(
  { sentMin, markedMin, counts }: Advertising,
  faces: readonly BankFace[],
  acceptLanguage: string | undefined,
): string {
  const locale = pageLocale(acceptLanguage);
  const say = words[locale];
  const number = new Intl.NumberFormat(locale);
  const share = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const monthName = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const nameOf = (sender: string): string =>
    sender === ownSender ? 'Tellerline' : (faces.find((face) => face.id === sender)?.name ?? sender);
  const rows = counts.map(({ sender, month, sent, marked }) => [
    monthName.format(new Date(`${month}-01T00:00:00Z`)),
    nameOf(sender),
    sent === null ? say.fewer(number.format(sentMin)) : number.format(sent),
    marked === null ? (sent === null ? '–' : say.fewer(number.format(markedMin))) : number.format(marked),
    sent === null || marked === null ? '–' : share.format((1000 * marked) / sent),
  ]);
  const head = [say.month, say.sender, say.sent, say.marked, say.share];
  const body = `<h1>${say.title}</h1>
<p>${say.lead}</p>
<p class="quiet">${say.how}</p>
${rows.length > 0 ? htmlTable(say.title, head, rows, [2, 3, 4]) : `<p class="quiet">${say.none}</p>`}
<p><a href="/log/advertising.json">${say.data}</a></p>`;
  return htmlPage({ locale, title: say.title, body, wide: true });
}
