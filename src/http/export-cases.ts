import type { CaseEntry, Locale } from '#contract';
import type { CustomerExport } from './export-routes.ts';
import type { TableWords } from './export-tables.ts';
import { escapeHtml, htmlTable } from './html-page.ts';

const words = {
  en: {
    head: ['When', 'Who', 'What'],
    you: 'You',
    case: 'Case',
    note: 'a note of theirs',
    looked: 'looked at',
    picture: 'a picture',
    proposed: 'proposed',
  },
  es: {
    head: ['Cuándo', 'Quién', 'Qué'],
    you: 'Tú',
    case: 'Caso',
    note: 'una nota suya',
    looked: 'vio',
    picture: 'una imagen',
    proposed: 'propuso',
  },
} as const satisfies Record<Locale, unknown>;

/** The customer's cases with banks' staff, each with all that was said and done in it. */
export function caseSections({ desk }: CustomerExport, by: TableWords): string {
  const say = words[by.locale];
  return desk.cases
    .map((one) => {
      const rows = one.entries.map((entry) => [by.when(entry.at), whoOf(entry, say.you), whatOf(entry, by.locale)]);
      const pictures = one.pictures.map(
        ({ base64 }) => `<img src="data:image/webp;base64,${base64}" alt="${escapeHtml(say.picture)}">`,
      );
      const name = `${say.case} ${one.number}, ${by.bank(one.bank)}`;
      return `<h3>${escapeHtml(name)}</h3>\n${htmlTable(name, say.head, rows, [])}\n${pictures.join('\n')}`;
    })
    .join('\n');
}

const whoOf = (entry: CaseEntry, you: string): string => ('by' in entry && entry.by !== undefined ? entry.by : you);

function whatOf(entry: CaseEntry, locale: Locale): string {
  const say = words[locale];
  switch (entry.entry) {
    case 'said':
      return entry.text;
    case 'note':
      return `${say.note}: ${entry.text}`;
    case 'looked':
      return `${say.looked}: ${entry.field}, ${entry.count}`;
    case 'proposed':
      return `${say.proposed}: ${entry.proposal.action}, ${entry.proposal.state}`;
    case 'picture':
      return say.picture;
    case 'happened':
      return [entry.what, entry.team, entry.to, entry.note, entry.rating]
        .filter((part) => part !== undefined)
        .join(', ');
  }
}
