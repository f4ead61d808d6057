/**
 * Reads purchases and receipts of JSON lines for `npm run receipts:match`: our own cards' fields first, and the
 * names that other exports have for the same. A field that is not there is not compared.
 */
import { currencyDecimals, parseMoney } from '#base';
import { named } from './receipt-fields.ts';
import { placeOfCode } from '#orders';
import type { Place, PurchaseSide, ReceiptSide, Sum, When } from '#orders';

type Fields = Record<string, unknown>;

/** Why a line cannot be compared, as a clause. */
export class UnreadableLine extends Error {}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of these fields that says something; a path goes into objects and takes the first of a list. */
function first(fields: Fields, paths: readonly string[]): unknown {
  for (const path of paths) {
    let at: unknown = fields;
    for (const step of path.split('.')) {
      if (Array.isArray(at)) at = at[0];
      at = isFields(at) ? at[step] : undefined;
    }
    if (at !== undefined && at !== null && at !== '') return at;
  }
  return undefined;
}

function words(fields: Fields, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = first(fields, [path]);
    if (typeof found === 'string' && found.trim() !== '') return found.trim();
    if (typeof found === 'number') return String(found);
  }
  return undefined;
}

/** What a file leaves unsaid in each line and says as a whole. */
export interface Usual {
  /** Of lines that name no currency. */
  readonly currency: string;
  /** Money out is written below zero. */
  readonly isDebitNegative: boolean;
}

/** What most lines are in, and which sign most purchases have. */
export function usualOf(purchases: readonly unknown[], receipts: readonly unknown[]): Usual {
  const currencies = Map.groupBy(
    [...purchases, ...receipts].flatMap((line) => currencyOf(line) ?? []),
    (code) => code,
  );
  const [currency] = [...currencies].reduce(
    (best, one) => (one[1].length > best[1].length ? one : best),
    ['USD', [] as string[]],
  );
  const negative = purchases.filter(
    (line) => isFields(line) && /^\W*-|^\(/.test(String(words(inside(line, purchaseWraps), named.amount))),
  ).length;
  return { currency, isDebitNegative: negative * 2 > purchases.length };
}

const purchaseWraps = ['transaction', 'purchase', 'data'];

/** Reads one purchase. @throws UnreadableLine */
export function readPurchase(line: unknown, usual: Usual): PurchaseSide {
  const fields = inside(line, purchaseWraps);
  const id = words(fields, named.purchaseId);
  if (id === undefined) throw new UnreadableLine('it has no id');
  const sum = readSum(fields, named.amount, usual.currency);
  const names = named.statement.map((path) => first(fields, [path])).filter((name) => typeof name === 'string');
  const before = first(fields, named.before);
  return {
    id,
    sum: { ...sum, minor: Math.abs(sum.minor) },
    ...(before !== undefined && { beforeMinor: Math.abs(moneyOf(before, sum.currency).minor) }),
    ...originalOf(fields),
    way: wayOf(fields, sum.minor < 0 === usual.isDebitNegative),
    status: statusOf(fields),
    names: [...new Set(names)],
    when: readWhen(fields, named.usedAt),
    ...sideOf(fields),
  };
}

/** Reads one receipt. @throws UnreadableLine */
export function readReceipt(line: unknown, usual: Usual): ReceiptSide {
  const fields = inside(line, ['receipt', 'order', 'data']);
  const id = words(fields, named.receiptId);
  if (id === undefined) throw new UnreadableLine('it has no id');
  const sum = readSum(fields, named.total, usual.currency);
  const shop = words(fields, named.shop);
  if (shop === undefined) throw new UnreadableLine('it names no shop');
  const money = (paths: readonly string[]) => {
    const found = first(fields, paths);
    return found === undefined || typeof found === 'boolean' ? undefined : Math.abs(moneyOf(found, sum.currency).minor);
  };
  const kind = words(fields, named.kind) ?? '';
  const parts = partsOf(fields, sum.currency);
  const refundedMinor = money(named.refunded);
  const tipMinor = money(named.tip);
  const wallet = words(fields, named.wallet) ?? '';
  return {
    id,
    shop,
    sum: { ...sum, minor: Math.abs(sum.minor) },
    kind: sum.minor < 0 || /refund|credit.?note|return/i.test(kind) ? 'refund' : 'order',
    ...(parts.length > 1 && { partsMinor: parts }),
    ...(refundedMinor && { refundedMinor }),
    ...(tipMinor && { tipMinor }),
    ...(/apple|google|samsung|wallet/i.test(wallet) && { isByWallet: true }),
    when: readWhen(fields, named.orderedAt),
    ...sideOf(fields),
  };
}

/** A card or an event wraps what is wanted; what stands around it counts where the inside says nothing. */
function inside(line: unknown, wraps: readonly string[]): Fields {
  if (!isFields(line)) throw new UnreadableLine('it is no object');
  const inner = wraps.map((wrap) => line[wrap]).find(isFields);
  return inner ? { ...line, ...inner } : line;
}

function readSum(fields: Fields, paths: readonly string[], currencyUnsaid: string): Sum {
  const said = first(fields, paths);
  const minor = first(fields, named.minor);
  const currency = currencyOf(fields, said) ?? currencyUnsaid;
  if (currencyDecimals(currency) === undefined) throw new UnreadableLine('it names no currency that there is');
  if (said === undefined && minor !== undefined && Number.isSafeInteger(Number(minor)))
    return { minor: Number(minor), currency };
  if (said === undefined) throw new UnreadableLine('it has no amount');
  return moneyOf(said, currency);
}

/** The currency that a line says, if it says one. */
function currencyOf(line: unknown, amount?: unknown): string | undefined {
  if (!isFields(line)) return undefined;
  const found = words(line, named.currency);
  const within = isFields(amount) ? words(amount, ['currency', 'currencyCode', 'priceCurrency']) : undefined;
  return (within ?? found)?.toUpperCase();
}

/** "65.70", 65.7, "$1,065.70", "1.065,70 €", { amount: … } or { value: … }. */
function moneyOf(said: unknown, currency: string): Sum {
  if (isFields(said)) {
    const within = first(said, ['amount', 'value', 'price']);
    if (within === undefined) throw new UnreadableLine('its amount is none');
    return moneyOf(within, currency);
  }
  if (typeof said !== 'string' && typeof said !== 'number') throw new UnreadableLine('its amount is none');
  const decimals = currencyDecimals(currency) ?? 2;
  let text = String(said).replaceAll(/[^\d.,()-]/g, '');
  if (/^\(.*\)$/.test(text)) text = `-${text}`;
  text = text.replaceAll(/[()]/g, '');
  // A comma followed by its last one or two digits is a decimal's, any other one is a thousand's.
  text = /,\d{1,2}$/.test(text) ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '');
  const value = Number(text);
  if (text === '' || text === '-' || !Number.isFinite(value)) throw new UnreadableLine('its amount is none');
  return { minor: Number(parseMoney(value.toFixed(decimals), currency).minor), currency };
}

function originalOf(fields: Fields): { original?: Sum } {
  const amount = first(fields, named.original);
  const currency = words(fields, named.originalCurrency)?.toUpperCase();
  if (amount === undefined || currency === undefined || currencyDecimals(currency) === undefined) return {};
  const original = moneyOf(amount, currency);
  return { original: { ...original, minor: Math.abs(original.minor) } };
}

function wayOf(fields: Fields, isOut: boolean): 'debit' | 'credit' {
  const said = words(fields, named.way) ?? '';
  if (/debit|purchase|outgoing/i.test(said)) return 'debit';
  return !isOut || /credit(?!.?card)|refund|incoming/i.test(said) ? 'credit' : 'debit';
}

function statusOf(fields: Fields): PurchaseSide['status'] {
  const said = words(fields, ['status', 'state']) ?? '';
  if (/authori|pending|held/i.test(said)) return 'authorized';
  return /revers|void|cancel/i.test(said) ? 'reversed' : 'posted';
}

/** Digits of a card, whose it is, and what kind of place it was. */
function sideOf(fields: Fields): Pick<PurchaseSide, 'last4' | 'customer' | 'place'> {
  const card = words(fields, named.card);
  const last4 = /(\d{4})\D*$/.exec(card ?? '')?.[1];
  const customer = words(fields, named.customer);
  const place = placeOf(words(fields, named.category));
  return { ...(last4 && { last4 }), ...(customer && { customer }), ...(place && { place }) };
}

/** By ISO 18245 code, or by a word for it. */
function placeOf(category: string | undefined): Place | undefined {
  if (category === undefined) return undefined;
  if (/^\d{4}$/.test(category)) return placeOfCode(category);
  if (
    /dining|restaurant|food_and|cafe|coffee|\bbar\b|taxi|ride|salon|spa\b|personal_care|hair|delivery/i.test(category)
  )
    return 'tipped';
  if (/gas|fuel|petrol/i.test(category)) return 'fuel';
  return /hotel|lodging|travel|car.?rental/i.test(category) ? 'room' : 'other';
}

/** What is said of several payments or shipments, each with its own money. */
function partsOf(fields: Fields, currency: string): number[] {
  for (const list of ['payments', 'charges', 'captures', 'shipments', 'fulfillments', 'fulfilments', 'parcels']) {
    const those = fields[list];
    if (!Array.isArray(those) || those.length < 2) continue;
    const amounts = those.filter(isFields).flatMap((one) => first(one, ['amount', 'total', 'charged', 'value']) ?? []);
    if (amounts.length === those.length) return amounts.map((amount) => Math.abs(moneyOf(amount, currency).minor));
  }
  return [];
}

/** The instant, and the day on the calendar there where that is said as well. */
function readWhen(fields: Fields, paths: readonly string[]): When {
  const day = dayOf(words(fields, ['localDate', 'local_date']) ?? '');
  const time = clockOf(words(fields, named.clock));
  for (const path of paths) {
    const said = words(fields, [path]);
    if (said === undefined) continue;
    const written = inOrder(said);
    const when = whenOf(time && isDay(written) ? `${written}T${time}` : written);
    if (when) return day === undefined ? when : { ...when, day };
  }
  if (day === undefined) throw new UnreadableLine('it has no date');
  return { day };
}

const dayMs = 86_400_000;

const isDay = (said: string): boolean => /^\d{4}-\d\d-\d\d$/.test(said);
const clockOf = (said = ''): string | undefined => /^\d\d:\d\d(:\d\d)?$/.exec(said)?.[0];

/** "1/31/2024", as it is written in the country of most such files, and "31.1.2024". */
function inOrder(said: string): string {
  const [, month, day, year, rest = ''] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(.*)$/.exec(said) ?? [];
  const [, day2, month2, year2, rest2 = ''] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)$/.exec(said) ?? [];
  const two = (digits = '') => digits.padStart(2, '0');
  if (year) return `${year}-${two(month)}-${two(day)}${rest}`;
  return year2 ? `${year2}-${two(month2)}-${two(day2)}${rest2}` : said;
}

function dayOf(said: string): number | undefined {
  const ms = isDay(said) ? Date.parse(`${said}T00:00:00Z`) : NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / dayMs);
}

function whenOf(said: string): When | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(said)) return atInstant(Number(said) * 1000);
  if (/^\d{12,13}$/.test(said)) return atInstant(Number(said));
  const day = dayOf(said);
  if (day !== undefined) return { day };
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i.exec(said);
  if (!parts) return undefined;
  const wallMs = Date.parse(`${parts[1]}T${parts[2]}Z`);
  if (Number.isNaN(wallMs)) return undefined;
  const zone = parts[3]?.toUpperCase();
  if (zone === undefined) return { wallMs, day: Math.floor(wallMs / dayMs) };
  if (zone === 'Z' || zone === 'UTC') return atInstant(wallMs);
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return { atMs: wallMs - offsetMs, wallMs, day: Math.floor(wallMs / dayMs) };
}

const atInstant = (atMs: number): When => ({ atMs, day: Math.floor(atMs / dayMs) });
