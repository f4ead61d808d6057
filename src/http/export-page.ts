import { accountWords, cardIssuer, type Locale } from '#contract';
import type { CustomerExport } from './export-routes.ts';
import { caseSections } from './export-cases.ts';
import { channelSections } from './export-channels.ts';
import { passkeyTable, receiptTable, recordTables, sessionTable, tableWords, type Named } from './export-tables.ts';
import { escapeHtml } from './html-page.ts';

const words = {
  en: {
    title: 'Everything that Tellerline keeps of you',
    made: 'Made on',
    linked: 'What is linked',
    until: 'until',
    none: 'Nothing.',
    ended: 'What has ended',
    records: 'Purchases, balances, receipts and parcels',
    cases: 'What you wrote to banks’ staff, and they to you',
    receipts: 'Receipts of what was deleted',
    sessions: 'Where you are signed in',
    passkeys: 'Passkeys',
    more: 'The JSON export holds the same with every field: also each consent as a record for programs, how far the history of each account was read, and what banks were told.',
    signed: 'What you signed',
    by: 'Signed by',
    talk: 'The conversation',
    you: 'You',
    ledger: 'Everything done with your data',
    ledgerLead:
      'Newest first. The JSON export holds the proof of each entry; “tellerline verify” checks it without us. The log cannot show that no entry was left out.',
    head: ['When', 'What', 'By', 'For', 'Detail'],
    checkpoint: 'The checkpoint under which the proofs hold',
  },
  es: {
    title: 'Todo lo que Tellerline guarda de ti',
    made: 'Hecho el',
    linked: 'Lo que está vinculado',
    until: 'hasta el',
    none: 'Nada.',
    ended: 'Lo que terminó',
    records: 'Compras, saldos, recibos y paquetes',
    cases: 'Lo que escribiste al personal de los bancos, y ellos a ti',
    receipts: 'Recibos de lo que se borró',
    sessions: 'Dónde tienes la sesión abierta',
    passkeys: 'Llaves de acceso',
    more: 'La exportación JSON tiene lo mismo con todos los campos: también cada consentimiento como registro para programas, hasta dónde se leyó el historial de cada cuenta y lo que se dijo a los bancos.',
    signed: 'Lo que firmaste',
    by: 'Firmado por',
    talk: 'La conversación',
    you: 'Tú',
    ledger: 'Todo lo que se hizo con tus datos',
    ledgerLead:
      'Lo más nuevo primero. La exportación JSON tiene la prueba de cada anotación; «tellerline verify» la comprueba sin nosotros. El registro no puede mostrar que no falte ninguna.',
    head: ['Cuándo', 'Qué', 'Por', 'Para', 'Detalle'],
    checkpoint: 'El punto de control bajo el que valen las pruebas',
  },
} as const satisfies Record<Locale, unknown>;

/** Named in the first columns of the table; everything else of a record is its detail. */
const ownColumns = ['at', 'type', 'change', 'what', 'actor', 'by', 'purpose', 'purposes', 'customer', 'id'];

const style = `body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 8px; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; white-space: nowrap; }
.table { overflow-x: auto; }
img { display: block; max-width: min(100%, 24rem); height: auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** The export as one page that needs nothing else: no script, no connection. */
export function exportPage(exported: CustomerExport, named: Named): string {
  const by = tableWords(exported, named);
  const { locale } = by;
  const say = words[locale];
  const when = (instant: unknown): string => escapeHtml(by.when(String(instant)));
  const bank = (id: string): string => escapeHtml(by.bank(id));
  const list = (items: readonly string[]): string =>
    items.length === 0 ? `<p>${say.none}</p>` : `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;
  const links = exported.links.map(
    (link) =>
      `${bank(link.bank)}: ${escapeHtml(link.accounts.map((account) => accountWords(account, locale)).join(', '))}, ${say.until} ${when(link.expiresAt)}`,
  );
  const ended = exported.ended.map((link) => `${bank(link.bank)}, ${when(link.endedAt)}`);
  const talk = exported.conversation.map(({ author, at, content }) => {
    const who = author === 'customer' ? say.you : author === 'bank' ? bankOf(content, bank) : 'Tellerline';
    return `<b>${who}</b>, ${when(at)}: ${escapeHtml(content.text)}`;
  });
  const entries = [...exported.waiting, ...exported.ledger.entries.map(({ record }) => record)];
  const rows = entries.map((record) => rowOf(record, when));
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${say.title}</title>
<style>
${style}</style>
</head>
<body>
<main>
<h1>${say.title}</h1>
<p>${say.made} ${when(exported.madeAt)}</p>
<p>${say.more}</p>
<h2>${say.linked}</h2>
${list(links)}
<h2>${say.ended}</h2>
${list(ended)}
<h2>${say.records}</h2>
${recordTables(exported.records, by)}
<h2>${say.signed}</h2>
${consentsOf(exported, when) || `<p>${say.none}</p>`}
<h2>${say.talk}</h2>
${list(talk)}
<h2>${say.cases}</h2>
${caseSections(exported, by) || `<p>${say.none}</p>`}
<h2>${say.receipts}</h2>
${receiptTable(exported.receipts, say.receipts, by)}
<h2>${say.sessions}</h2>
${sessionTable(exported.signIn, say.sessions, by)}
<h2>${say.passkeys}</h2>
${passkeyTable(exported.signIn, say.passkeys, by)}
${channelSections(exported, by)}
<h2>${say.ledger}</h2>
<p>${say.ledgerLead}</p>
<table>
<thead><tr>${say.head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<h3>${say.checkpoint}</h3>
<pre>${escapeHtml(exported.ledger.checkpoint)}</pre>
</main>
</body>
</html>
`;
}

/** Every consent as it was signed, oldest first. */
function consentsOf({ consents, settings }: CustomerExport, when: (instant: unknown) => string): string {
  const { by } = words[settings.locale === 'es' ? 'es' : 'en'];
  const signed = consents.map(({ disclosure, signature, signedAt }) => {
    const sections = disclosure.sections.map(
      ({ title, items }) =>
        `<h4>${escapeHtml(title)}</h4><ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}</ul>`,
    );
    return `<h3>${escapeHtml(disclosure.title)}</h3><p>${by} ${escapeHtml(signature)}, ${when(signedAt)}</p><p>${escapeHtml(disclosure.lead)}</p>${sections.join('\n')}`;
  });
  return signed.join('\n');
}

type LedgerRecord = CustomerExport['waiting'][number];

function rowOf(record: LedgerRecord, when: (instant: unknown) => string): string {
  const text = (...names: string[]): string =>
    names
      .map((name) => record[name])
      .filter((value) => value !== undefined && value !== '')
      .map((value) => escapeHtml(String(value).replaceAll(',', ', ')))
      .join(' · ');
  const detail = Object.keys(record)
    .filter((name) => !ownColumns.includes(name))
    .map((name) => `${escapeHtml(name)}: ${text(name)}`);
  const cells = [
    when(record['at']),
    text('type', 'change', 'what'),
    text('actor', 'by'),
    text('purpose', 'purposes'),
    detail.join('<br>'),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function bankOf(content: CustomerExport['conversation'][number]['content'], name: (id: string) => string): string {
  if (content.kind === 'text') return 'Tellerline';
  const issuer = cardIssuer(content.card);
  return 'name' in issuer ? issuer.name : name(issuer.bank);
}
