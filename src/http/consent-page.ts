import { dateWords, type Locale } from '#contract';
import type { SignedCopy } from '#linking';
import { escapeHtml } from './escape-html.ts';

const words: Readonly<
  Record<
    Locale,
    Readonly<Record<'title' | 'signed' | 'ticked' | 'for' | 'days' | 'granted' | 'ended' | 'hash' | 'back', string>>
  >
> = {
  en: {
    title: 'What you signed',
    signed: 'Signed',
    ticked: 'What you allowed',
    for: 'For',
    days: 'days',
    granted: 'In force until',
    ended: 'Ended on',

    hash: 'SHA-256 of this text',
    back: 'Back to the chat',
  },
  es: {
    title: 'Lo que firmaste',
    signed: 'Firmado',
    ticked: 'Lo que permitiste',
    for: 'Por',
    days: 'días',
    granted: 'Vigente hasta el',
    ended: 'Terminó el',

    hash: 'SHA-256 de este texto',
    back: 'Volver al chat',
  },
};

/** The customer's copy of a signed disclosure (12 CFR 1033.421(g)(1)), in the language in which it was agreed. */
export function consentPage(copy: SignedCopy, timeZone: string): string {
  const { disclosure, purposes, durationDays, signature, signedAt } = copy;
  const { locale } = disclosure;
  const say = words[locale];
  const allowed = disclosure.purposes.filter((one) => purposes.includes(one.purpose));
  const state =
    copy.state === 'granted'
      ? `${say.granted} ${dateWords(copy.expiresAt.toISOString(), locale, timeZone)}`
      : `${say.ended} ${dateWords((copy.endedAt ?? copy.expiresAt).toISOString(), locale, timeZone)}`;
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say.title}</title>
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
<h1>${say.title}</h1>
<p class="quiet">${say.signed}: ${escapeHtml(signature)}, ${dateWords(signedAt, locale, timeZone)}. ${state}.</p>
<h2>${say.ticked}</h2>
${list(allowed.map((one) => `${one.title}. ${one.data}`))}
<p>${say.for} ${durationDays} ${say.days}.</p>
<h2>${escapeHtml(disclosure.title)}</h2>
<p>${escapeHtml(disclosure.lead)}</p>
${disclosure.sections.map((section) => `<h2>${escapeHtml(section.title)}</h2>\n${list(section.items)}`).join('\n')}
<p><a class="button" href="/">${say.back}</a></p>
<p class="quiet small">${say.hash} (${escapeHtml(disclosure.version)}): <code>${disclosure.hash}</code></p>
</main>
</body>
</html>
`;
}
