import type { BankFace, Locale } from '#contract';
import type { IntakeCount } from '#intake';
import { htmlPage, htmlTable, pageLocale } from './html-page.ts';

/** What the overview counts. */
export interface Overview {
  readonly links: readonly { readonly bankId: string; readonly state: string; readonly links: number }[];
  readonly intake: readonly IntakeCount[];
  readonly revocations: readonly { readonly bankId: string; readonly open: number; readonly oldestAt: Date }[];
  /** Browsers connected right now. */
  readonly connected: number;
  readonly faces: readonly BankFace[];
}

const words = {
  en: {
    title: 'Overview',
    lead: 'Counts alone: nothing of any person stands here.',
    connected: 'Browsers connected',
    links: 'Links',
    bank: 'Bank',
    linked: 'Linked',
    reconnect: 'To reconnect',
    stopped: 'Stopped',
    revocations: 'Revocations that a bank has not confirmed',
    open: 'Open',
    oldest: 'Oldest since',
    none: 'None.',
    intake: 'Events of the last seven days',
    day: 'Day',
    accepted: 'Accepted',
    duplicates: 'Duplicates',
    dropped: 'Not consented to',
    unlinked: 'Of accounts nobody linked (alarm)',
    contradicted: 'Contradicting (alarm)',
    fetched: 'Fetched',
    'fetch-failed': 'Fetches that failed',
  },
  es: {
    title: 'Resumen',
    lead: 'Solo recuentos: aquí no hay nada de ninguna persona.',
    connected: 'Navegadores conectados',
    links: 'Vínculos',
    bank: 'Banco',
    linked: 'Vinculados',
    reconnect: 'Por reconectar',
    stopped: 'Terminados',
    revocations: 'Revocaciones que un banco no ha confirmado',
    open: 'Abiertas',
    oldest: 'La más antigua desde',
    none: 'Ninguna.',
    intake: 'Eventos de los últimos siete días',
    day: 'Día',
    accepted: 'Aceptados',
    duplicates: 'Repetidos',
    dropped: 'Sin consentimiento',
    unlinked: 'De cuentas que nadie vinculó (alarma)',
    contradicted: 'Contradictorios (alarma)',
    fetched: 'Consultados',
    'fetch-failed': 'Consultas fallidas',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** Draws the staff's overview as one page without script. Every text in it is ours or a number. */
export function overviewPage(overview: Overview, acceptLanguage: string | undefined): string {
  const locale = pageLocale(acceptLanguage);
  const say = words[locale];
  const nameOf = (bankId: string): string => overview.faces.find((face) => face.id === bankId)?.name ?? bankId;
  const number = new Intl.NumberFormat(locale);
  const linkRows = overview.faces.map((face) => {
    const count = (state: string): string =>
      number.format(overview.links.find((row) => row.bankId === face.id && row.state === state)?.links ?? 0);
    return [face.name, count('linked'), count('reconnect'), count('stopped')];
  });
  const revocationRows = overview.revocations.map((row) => [
    nameOf(row.bankId),
    number.format(row.open),
    row.oldestAt.toISOString(),
  ]);
  const body = `<h1>${say.title}</h1>
<p class="quiet">${say.lead} ${say.connected}: ${number.format(overview.connected)}.</p>
<h2>${say.links}</h2>
${htmlTable(say.links, [say.bank, say.linked, say.reconnect, say.stopped], linkRows, [1, 2, 3])}
<h2>${say.revocations}</h2>
${revocationRows.length > 0 ? htmlTable(say.revocations, [say.bank, say.open, say.oldest], revocationRows, [1]) : `<p class="quiet">${say.none}</p>`}
<h2>${say.intake}</h2>
${intakeTable(overview.intake, say, nameOf, number)}`;
  return htmlPage({ locale, title: say.title, body, wide: true });
}

const outcomes = ['accepted', 'duplicates', 'dropped', 'unlinked', 'contradicted', 'fetched', 'fetch-failed'] as const;

function intakeTable(
  counts: readonly IntakeCount[],
  say: (typeof words)[Locale],
  nameOf: (bankId: string) => string,
  number: Intl.NumberFormat,
): string {
  if (counts.length === 0) return `<p class="quiet">${say.none}</p>`;
  const groups = Map.groupBy(counts, (row) => `${row.day}|${row.sender}`);
  const rows = [...groups].map(([group, some]) => {
    const [day = '', sender = ''] = group.split('|');
    const count = (what: string): string => number.format(some.find((row) => row.what === what)?.count ?? 0);
    return [day, nameOf(sender.replace(/^bank:/, '')), ...outcomes.map(count)];
  });
  return htmlTable(
    say.intake,
    [say.day, say.bank, ...outcomes.map((what) => say[what])],
    rows,
    outcomes.map((_, n) => n + 2),
  );
}
