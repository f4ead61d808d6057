import {
  accountWords,
  FORMATS,
  gistOfParcel,
  moneyWords,
  placeWords,
  type AccountLabel,
  type BankFace,
  type Locale,
  type ParcelCard,
  type Purchase,
  type ReceiptCard,
} from '#contract';
import type { Channel } from '#delivery';
import type { ExportedRecord } from './export-records.ts';
import type { CustomerExport } from './export-routes.ts';
import { escapeHtml, htmlTable } from './html-page.ts';

const words = {
  en: {
    none: 'Nothing.',
    purchases: ['Day', 'Where or what', 'Place', 'State', 'Amount'],
    orders: ['When', 'Order', 'What', 'Total', 'Given back'],
    parcels: ['Carrier', 'Number', 'How far', 'Order'],
    balances: ['Account', 'As of', 'Available', 'Balance'],
    receipts: ['When', 'What', 'Bank', 'Records', 'Messages', 'Kept until'],
    sessions: ['Browser', 'System', 'Since', 'Last seen'],
    passkeys: ['Browser', 'System', 'Added', 'Last used'],
    states: { authorized: 'pending', posted: 'posted', reversed: 'reversed' },
    deleted: { link: 'a whole link', narrowed: 'what is no longer shared', bank: 'everything of the bank' },
  },
  es: {
    none: 'Nada.',
    purchases: ['Día', 'Dónde o qué', 'Lugar', 'Estado', 'Importe'],
    orders: ['Cuándo', 'Pedido', 'Qué', 'Total', 'Devuelto'],
    parcels: ['Transportista', 'Número', 'Hasta dónde', 'Pedido'],
    balances: ['Cuenta', 'Al', 'Disponible', 'Saldo'],
    receipts: ['Cuándo', 'Qué', 'Banco', 'Registros', 'Mensajes', 'Se guarda hasta'],
    sessions: ['Navegador', 'Sistema', 'Desde', 'Visto por última vez'],
    passkeys: ['Navegador', 'Sistema', 'Añadida', 'Último uso'],
    states: { authorized: 'pendiente', posted: 'registrada', reversed: 'anulada' },
    deleted: { link: 'un vínculo entero', narrowed: 'lo que ya no se comparte', bank: 'todo lo del banco' },
  },
} as const satisfies Record<Locale, unknown>;

/** What tables are worded with: a customer's language and zone, and the banks' names. */
export interface TableWords {
  readonly locale: Locale;
  /** An instant as text. */
  readonly when: (instant: Date | string) => string;
  /** A bank's name as text. */
  readonly bank: (id: string) => string;
  /** A messenger as people call it; undefined of one that is not set up, and of what is none. */
  readonly messenger: (channel: string) => string | undefined;
}

/** What has a name of its own: banks, and messengers. */
export interface Named {
  readonly faces: readonly BankFace[];
  readonly channels: readonly Pick<Channel, 'channel' | 'name'>[];
}

/** How an export's tables say instants, banks and messengers. */
export function tableWords({ settings }: CustomerExport, { faces, channels }: Named): TableWords {
  const locale: Locale = settings.locale === 'es' ? 'es' : 'en';
  const { timeZone } = settings;
  const format = new Intl.DateTimeFormat(FORMATS[locale], { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return {
    locale,
    when: (instant) => format.format(new Date(instant)),
    bank: (id) => faces.find((face) => face.id === id)?.name ?? id,
    messenger: (id) => channels.find(({ channel }) => channel === id)?.name,
  };
}

/** Purchases and balances: under each bank's name a table of balances, and one of purchases for each account. */
export function recordTables(records: readonly ExportedRecord[], by: TableWords): string {
  const say = words[by.locale];
  if (records.length === 0) return `<p>${say.none}</p>`;
  const ofBanks = [...Map.groupBy(records, (record) => record.bank)].map(([bank, some]) => {
    const name = by.bank(bank);
    const balances = some.flatMap((record) => (record.kind === 'balance' ? [balanceRow(record, by)] : []));
    const accounts = Map.groupBy(
      some.filter((record) => record.kind === 'transaction'),
      (record) => `${record.link}|${record.accountRef}`,
    );
    const tables = [...accounts.values()].map((purchases) => {
      const account = nameOf(purchases[0]?.account, by);
      const rows = purchases.map(({ transaction }) => purchaseRow(transaction, by));
      return `<h4>${escapeHtml(account)}</h4>${htmlTable(`${name}, ${account}`, say.purchases, rows, [4])}`;
    });
    const held = balances.length > 0 ? htmlTable(name, say.balances, balances, [2, 3]) : '';
    return `<h3>${escapeHtml(name)}</h3>${held}${tables.join('\n')}${orderTables(name, some, by)}`;
  });
  return ofBanks.join('\n');
}

/** What a shop sent: its orders, and their parcels. */
function orderTables(shop: string, records: readonly ExportedRecord[], by: TableWords): string {
  const say = words[by.locale];
  const orders = records.flatMap((one) => (one.kind === 'receipt' ? [orderRow(one.receipt, by)] : []));
  const parcels = records.flatMap((one) =>
    one.kind === 'parcel' ? [parcelRow(one.parcel, one.shipment.trackingNumber, by)] : [],
  );
  return [
    orders.length > 0 ? htmlTable(shop, say.orders, orders, [3, 4]) : '',
    parcels.length > 0 ? htmlTable(shop, say.parcels, parcels, []) : '',
  ].join('');
}

function orderRow({ orderedAt, number, lines, total, currency, refunded }: ReceiptCard, by: TableWords): string[] {
  const money = (amount: string): string => moneyWords(amount, currency, by.locale);
  const what = lines.map(({ title, quantity }) => (quantity === 1 ? title : `${quantity} × ${title}`)).join('; ');
  const when = orderedAt === undefined ? '' : by.when(orderedAt);
  return [when, number ?? '', what, money(total), refunded === undefined ? '' : money(refunded)];
}

function parcelRow(parcel: ParcelCard, trackingNumber: string | undefined, { locale }: TableWords): string[] {
  return [
    parcel.carrier,
    trackingNumber ?? parcel.trackingLast4,
    gistOfParcel(parcel, locale),
    parcel.orderNumber ?? '',
  ];
}

const nameOf = (account: AccountLabel | undefined, { locale }: TableWords): string =>
  account ? accountWords(account, locale) : '';

function balanceRow({ account, balance }: Extract<ExportedRecord, { kind: 'balance' }>, by: TableWords): string[] {
  const { current, available, currency, asOf } = balance;
  const money = (amount: string | undefined): string =>
    amount === undefined ? '' : moneyWords(amount, currency, by.locale);
  return [nameOf(account, by), by.when(asOf), money(available), money(current)];
}

function purchaseRow(purchase: Purchase, { locale }: TableWords): string[] {
  const { localDate, merchant, description, status, direction, amount, currency } = purchase;
  const money = `${direction === 'credit' ? '+' : '−'}${moneyWords(amount, currency, locale)}`;
  return [localDate, merchant?.name ?? description, placeWords(merchant) ?? '', words[locale].states[status], money];
}

/** The receipts of deletions that are still kept. */
export function receiptTable(receipts: CustomerExport['receipts'], name: string, by: TableWords): string {
  const say = words[by.locale];
  const rows = receipts.map(({ at, what, bank, records, messages, until }) => [
    by.when(at),
    say.deleted[what],
    bank === undefined ? '' : by.bank(bank),
    String(records),
    String(messages),
    by.when(until),
  ]);
  return rows.length === 0 ? `<p>${say.none}</p>` : htmlTable(name, say.receipts, rows, [3, 4]);
}

/** Where the customer is signed in. */
export function sessionTable({ sessions }: CustomerExport['signIn'], name: string, by: TableWords): string {
  const rows = sessions.map((one) => [one.browser, one.system, by.when(one.startedAt), by.when(one.lastSeenAt)]);
  return htmlTable(name, words[by.locale].sessions, rows, []);
}

/** The customer's passkeys. */
export function passkeyTable({ passkeys }: CustomerExport['signIn'], name: string, by: TableWords): string {
  const say = words[by.locale];
  const used = (at: Date | null): string => (at === null ? '' : by.when(at));
  const rows = passkeys.map((one) => [one.browser, one.system, by.when(one.addedAt), used(one.usedAt)]);
  return rows.length === 0 ? `<p>${say.none}</p>` : htmlTable(name, say.passkeys, rows, []);
}
