import { canonicalJson } from '#base';
import { accountWords, dateWords, FORMATS, gistOfTransaction, type Locale } from '#contract';
import type { SignedCopy } from '#linking';
import { escapeHtml, htmlPage } from './html-page.ts';

const words = {
  en: {
    title: 'What you signed',
    signed: 'Signed by',
    on: 'on',
    inForce: 'In force until',
    ended: 'Ended on',
    narrowed: 'You took something out of it on',
    asked: 'What was asked, and what you allowed',
    yes: 'Allowed',
    no: 'Not allowed',
    accounts: 'Accounts that you chose at the bank',
    chosen: 'chosen',
    signature: 'Signature',
    whole: 'The text as it was hashed',
    hash: 'SHA-256 of the text below, in the form of RFC 8785, without the address of the visit',
    record: 'The same as a record for programs (JSON-LD)',
    back: 'Back to the chat',
  },
  es: {
    title: 'Lo que firmaste',
    signed: 'Firmado por',
    on: 'el',
    inForce: 'Vigente hasta el',
    ended: 'Terminó el',
    narrowed: 'Quitaste algo el',
    asked: 'Lo que se pidió y lo que permitiste',
    yes: 'Permitido',
    no: 'No permitido',
    accounts: 'Cuentas que elegiste en el banco',
    chosen: 'elegido',
    signature: 'Firma',
    whole: 'El texto tal como se resumió',
    hash: 'SHA-256 del texto de abajo, en la forma de RFC 8785, sin la dirección de la visita',
    record: 'Lo mismo como registro para programas (JSON-LD)',
    back: 'Volver al chat',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** The customer's copy of a signed disclosure (12 CFR 1033.421(g)(1)), whole, in the language in which it was agreed. */
export function consentPage(copy: SignedCopy, timeZone: string): string {
  const { disclosure, purposes, durationDays, signature, signedAt, accounts } = copy;
  const { locale } = disclosure;
  const say = words[locale];
  const moment = new Intl.DateTimeFormat(FORMATS[locale], { dateStyle: 'long', timeStyle: 'long', timeZone }).format(
    new Date(signedAt),
  );
  const state =
    copy.state === 'granted'
      ? `${say.inForce} ${dateWords(copy.expiresAt, locale, timeZone)}`
      : `${say.ended} ${dateWords((copy.endedAt ?? new Date(copy.expiresAt)).toISOString(), locale, timeZone)}`;
  const narrowed =
    copy.narrowedAt === undefined ? '' : ` ${say.narrowed} ${dateWords(copy.narrowedAt, locale, timeZone)}.`;
  const section = (title: string, items: readonly string[]): string =>
    `<h2>${escapeHtml(title)}</h2>\n<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
  const asked = disclosure.purposes.map(({ purpose, title, note, data }) => {
    const answer = purposes.includes(purpose) ? say.yes : say.no;
    return `${answer}: ${title}. ${note}. ${data}`;
  });
  const seen = disclosure.purposes.flatMap(({ fields }) =>
    fields ? [section(fields.title, seenBy(copy, fields))] : [],
  );
  const { previews } = disclosure;
  const messages = [
    ...(previews.card ? [gistOfTransaction(previews.card, locale)] : []),
    ...previews.lines.map((line) => `${line.text} (${line.when})`),
  ];
  const levels = (disclosure.levels?.choices ?? [])
    .filter(({ purpose }) => purposes.includes(purpose))
    .flatMap(({ purpose, title, examples }) =>
      examples.map(({ detail, label, text }) => {
        const chosen = copy.details?.[purpose] === detail ? ` (${say.chosen})` : '';
        return `${title}: ${label}${chosen}. ${text}`;
      }),
    );
  const durations = disclosure.durations.map(
    ({ days, label, ends }) => `${label}. ${ends}${days === durationDays ? ` (${say.chosen})` : ''}`,
  );
  const body = `<h1>${say.title}</h1>
<p class="quiet">${say.signed} ${escapeHtml(signature)}, ${say.on} ${moment}. ${state}.${narrowed}</p>
<h2>${escapeHtml(disclosure.title)}</h2>
<p>${escapeHtml(disclosure.lead)}</p>
${section(say.asked, asked)}
${seen.join('\n')}
${section(
  say.accounts,
  accounts.map((account) => accountWords(account, locale)),
)}
${disclosure.levels ? section(disclosure.levels.title, [disclosure.levels.note, ...levels]) : ''}
${section(previews.title, [previews.note, ...messages])}
${disclosure.sections.map(({ title, items }) => section(title, items)).join('\n')}
${section(say.signature, [...durations, `${disclosure.signature.label}: ${signature}`, disclosure.signature.note])}
<p><a class="button" href="/">${say.back}</a></p>
<p><a href="/api/consents/${copy.consent.consentId}/record">${say.record}</a></p>
<details><summary>${say.whole}</summary>
<p>${say.hash}: <code>${disclosure.hash}</code></p>
<pre>${escapeHtml(hashedText(copy))}</pre></details>`;
  return htmlPage({ locale, title: say.title, body });
}

/** What staff may see, field by field. */
function seenBy(
  { disclosure: { locale }, chatFields = [] }: SignedCopy,
  { note, choices }: NonNullable<SignedCopy['disclosure']['purposes'][number]['fields']>,
): string[] {
  const say = words[locale];
  const answers = choices.map(
    ({ field, title, data }) => `${chatFields.includes(field) ? say.yes : say.no}: ${title}. ${data}`,
  );
  return [note, ...answers];
}

/** What the signature's hash is over, byte for byte: anybody can compute it again. */
function hashedText({ disclosure }: SignedCopy): string {
  const { hash: _hash, attempt: _attempt, ...text } = disclosure;
  return canonicalJson(text);
}
