import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isTellerlineError, parseMoney, TellerlineError, type Money } from '#base';
import { readRecords } from './csv-records.ts';

/** One purchase of a file of card use. */
export interface CardUse {
  /** Line in the file, counted from 1, the header being line 1. */
  line: number;
  /** What tells the cards of the file apart; a card number, so never to be shown or logged. */
  card: string;
  /** Signed as in the file: below zero is money back. */
  amount: Money;
  occurredAt: Temporal.Instant;
  localDate: Temporal.PlainDate;
  merchant: string;
  /** Merchant category code, ISO 18245. */
  category: string | undefined;
  online: boolean;
  /** Absent for a purchase online, which happens nowhere. */
  place: { city?: string; region?: string; country: string; location?: { lat: number; lon: number } } | undefined;
}

/** A row that cannot be played. */
export interface BadRow {
  line: number;
  /** A clause such as "the amount is not a number"; quotes nothing of the row. */
  reason: string;
}

/** A row of the file: a purchase, or why it is none. */
export type CardUseRow = ({ good: true } & CardUse) | ({ good: false } & BadRow);

/** The header's names for each column, the best first; capitals, spaces and signs in them do not count. */
const columnNames = {
  card: ['cc_num', 'card_number', 'card_num', 'card_id', 'card', 'pan'],
  amount: ['amt', 'amount', 'transaction_amount', 'value'],
  currency: ['currency', 'currency_code', 'ccy'],
  merchant: ['merchant', 'merchant_name', 'payee', 'shop', 'description'],
  category: ['category', 'mcc', 'merchant_category_code', 'merchant_category', 'category_code'],
  instant: [
    'unix_time',
    'timestamp',
    'trans_date_trans_time',
    'transaction_time_utc',
    'datetime',
    'date_time',
    'occurred_at',
  ],
  date: ['trans_date', 'transaction_date', 'date', 'local_date'],
  time: ['trans_time', 'transaction_time', 'time'],
  city: ['merchant_city', 'merch_city', 'city'],
  region: ['merchant_state', 'merch_state', 'state', 'region'],
  country: ['merchant_country', 'merch_country', 'country'],
  lat: ['merch_lat', 'merchant_lat', 'merchant_latitude', 'latitude', 'lat'],
  lon: ['merch_long', 'merch_lon', 'merchant_lon', 'merchant_longitude', 'longitude', 'long', 'lon', 'lng'],
} as const;

type Column = keyof typeof columnNames;
type Columns = Partial<Record<Column, number>> & { count: number };

/** The categories of the Sparkov generator's files, whose `_net` kinds are purchases online. */
const codeOfCategory: Readonly<Record<string, string>> = {
  entertainment: '7832',
  food_dining: '5812',
  gas_transport: '5541',
  grocery_net: '5411',
  grocery_pos: '5411',
  health_fitness: '7997',
  home: '5200',
  kids_pets: '5995',
  misc_net: '5969',
  misc_pos: '5999',
  personal_care: '7230',
  shopping_net: '5311',
  shopping_pos: '5311',
  travel: '4722',
};

/**
 * Reads a CSV of card use, plain or gzip, as a stream. Columns are found by the header's names; a row that
 * cannot be read comes as a bad one, and the rest goes on.
 *
 * @param onRead told how many bytes of the file have been read
 * @throws TellerlineError `file_unreadable`, `columns_missing`
 */
export async function* readCardUse(file: string, onRead?: (bytes: number) => void): AsyncGenerator<CardUseRow> {
  let columns: Columns | undefined;
  try {
    for await (const { line, fields } of readRecords(openText(file, onRead))) {
      if (columns === undefined) columns = findColumns(fields ?? []);
      else if (fields === undefined) yield { good: false, line, reason: 'its quotes are out of order' };
      else yield readRow(fields, columns, line);
    }
  } catch (error) {
    if (isTellerlineError(error)) throw error;
    const sentence = `The file ${basename(file)} cannot be read to its end.`;
    throw new TellerlineError('file_unreadable', 422, sentence, {}, { cause: error });
  }
  if (columns === undefined) throw new TellerlineError('file_unreadable', 422, `The file ${basename(file)} is empty.`);
}

function openText(file: string, onRead: ((bytes: number) => void) | undefined): Readable {
  const gzip = isGzip(file);
  const source = createReadStream(file);
  let bytes = 0;
  if (onRead) source.on('data', (chunk) => onRead((bytes += chunk.length)));
  if (!gzip) return source.setEncoding('utf8');
  const text = createGunzip();
  // An error of either reaches the reader of the text, and a reader who stops early closes the file.
  pipeline(source, text, () => undefined);
  return text.setEncoding('utf8');
}

/** By the file's first two bytes: a name says little. */
function isGzip(file: string): boolean {
  let opened: number;
  try {
    opened = openSync(file, 'r');
  } catch (error) {
    throw new TellerlineError('file_unreadable', 404, `The file ${file} cannot be opened.`, {}, { cause: error });
  }
  const start = Buffer.alloc(2);
  readSync(opened, start, 0, 2, 0);
  closeSync(opened);
  return start.equals(Buffer.from([0x1f, 0x8b]));
}

function findColumns(header: readonly string[]): Columns {
  const names = header.map((name) =>
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_|_$/g, ''),
  );
  const columns: Columns = { count: header.length };
  for (const [column, accepted] of Object.entries(columnNames) as [Column, readonly string[]][]) {
    const found = accepted.find((name) => names.includes(name));
    if (found !== undefined) columns[column] = names.indexOf(found);
  }
  const needed: readonly (readonly Column[])[] = [['card'], ['amount'], ['merchant'], ['instant', 'date']];
  const missing = needed.filter((choices) => choices.every((column) => columns[column] === undefined));
  if (missing.length === 0) return columns;
  const wanted = missing.map((choices) => choices.flatMap((column) => columnNames[column]).join(' or '));
  throw new TellerlineError('columns_missing', 422, `The file's header lacks a column: ${wanted.join('; ')}.`);
}

/** Why a row is refused; thrown while it is read and turned into a `BadRow`. */
class Refusal extends Error {}

function readRow(record: readonly string[], columns: Columns, line: number): CardUseRow {
  const field = (column: Column): string => record[columns[column] ?? -1] ?? '';
  try {
    if (record.length !== columns.count) {
      throw new Refusal(`it has ${record.length} fields, the header has ${columns.count}`);
    }
    const category = field('category').toLowerCase();
    const online = category.endsWith('_net');
    return {
      good: true,
      line,
      card: required(field('card'), 'the card is missing'),
      amount: readAmount(field('amount'), field('currency')),
      ...readTime(field('instant'), field('date'), field('time')),
      merchant: readMerchant(field('merchant')),
      category: /^\d{4}$/.test(category) ? category : codeOfCategory[category],
      online,
      place: online ? undefined : readPlace(field),
    };
  } catch (error) {
    if (error instanceof Refusal) return { good: false, line, reason: error.message };
    throw error;
  }
}

function required(text: string, reason: string): string {
  if (text === '') throw new Refusal(reason);
  return text;
}

function readAmount(text: string, currencyText: string): Money {
  const currency = currencyText.toUpperCase() || 'USD';
  const plain = required(text, 'the amount is missing').replace(/^(-?)\$/, '$1');
  const grouped = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  let amount: Money;
  try {
    amount = parseMoney(grouped, currency);
  } catch (error) {
    if (isTellerlineError(error, 'currency_unknown')) throw new Refusal('there is no such currency');
    throw new Refusal('the amount is not a number with as many decimals as the currency has');
  }
  if (amount.minor === 0n) throw new Refusal('the amount is zero');
  return amount;
}

/**
 * An instant (seconds since 1970, or a date and time) wins over a date and a time apart. Where no zone is
 * given it is UTC. The bank's local date is the file's own date, when it has one.
 */
function readTime(instant: string, date: string, time: string): Pick<CardUse, 'occurredAt' | 'localDate'> {
  const text = instant || (date.includes(':') ? date : `${date}T${time || '12:00:00'}`);
  try {
    const occurredAt = /^\d{9,11}$/.test(text)
      ? Temporal.Instant.fromEpochMilliseconds(Number(text) * 1000)
      : Temporal.Instant.from(withZone(text));
    const localDate = date ? Temporal.PlainDate.from(date.slice(0, 10)) : localDateOf(text, occurredAt);
    return { occurredAt, localDate };
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('the date or time is not one');
    throw error;
  }
}

function withZone(text: string): string {
  const joined = text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T');
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(joined.slice(10)) ? joined : `${joined}Z`;
}

function localDateOf(text: string, occurredAt: Temporal.Instant): Temporal.PlainDate {
  const written = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  return written ? Temporal.PlainDate.from(written) : occurredAt.toZonedDateTimeISO('UTC').toPlainDate();
}

/** Some generators mark every merchant with "fraud_", whether the purchase was one or not. */
function readMerchant(text: string): string {
  return required(text.replace(/^fraud_/, '').trim(), 'the merchant is missing').slice(0, 100);
}

function readPlace(field: (column: Column) => string): CardUse['place'] {
  const city = field('city');
  const region = field('region');
  const location = readLocation(field('lat'), field('lon'));
  if (!city && !region && !location) return undefined;
  return {
    ...(city && { city }),
    ...(region && { region }),
    country: /^[a-z]{2}$/i.test(field('country')) ? field('country').toUpperCase() : 'US',
    ...(location && { location }),
  };
}

function readLocation(latText: string, lonText: string): { lat: number; lon: number } | undefined {
  if (latText === '' || lonText === '') return undefined;
  const [lat, lon] = [Number(latText), Number(lonText)];
  // Written so that "not a number" fails as well.
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) throw new Refusal('the place lies off the globe');
  return { lat, lon };
}
