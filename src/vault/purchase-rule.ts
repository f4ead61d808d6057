import { parseMoney } from '#base';
import type { Transaction } from '#contract';

/**
 * Which posting or reversal belongs to which authorization when the bank tells of them under different ids.
 * The rule in words, with its reasons: docs/matching.md. Plain functions; nothing here reads a clock.
 */

/** What of a purchase is compared. */
export interface Compared {
  /** Magnitude, a decimal string. */
  readonly amount: string;
  readonly currency: string;
  /** The merchant's words, as `merchantWords` makes them. */
  readonly words: readonly string[];
  /** Merchant category code, when the bank said one. */
  readonly category: string | null;
  /** The bank's local date, YYYY-MM-DD. */
  readonly localDate: string;
}

/** The widest span of days between an authorization and its posting; of what is only held: rooms, cars. */
export const matchDays = { before: 1, after: 10, ofHolds: 30 } as const;
const wordsMax = 4;
/** In hundredths of the authorized amount: how little and how much may be posted. */
const parts = { least: 50n, most: 105n, mostWithTip: 130n } as const;

/** Who puts a name of its own before the shop's, with a star between: "SQ *LARKSPUR COFFEE". */
const processors = new Set(['SQ', 'TST', 'SP', 'PY', 'PP', 'PAYPAL', 'IN', 'CKE', 'EB', 'FSP', 'ZTL', 'STRIPE']);
const articles = new Set(['THE', 'EL', 'LA', 'LOS', 'LAS', 'LE']);

/**
 * A merchant's name as the words that stay the same from authorization to posting, at most four, in
 * capitals: without a payment processor's prefix, without accents, shop numbers and reference numbers.
 */
export function merchantWords({ merchant, description }: Pick<Transaction, 'merchant' | 'description'>): string[] {
  const name = (merchant?.name ?? description)
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’]/gu, '')
    .toUpperCase();
  const [before = '', ...after] = name.split('*');
  const shop = after.length > 0 && processors.has(before.trim()) ? after.join(' ') : before;
  const all = shop.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const plain = all.filter((word) => !/\p{N}/u.test(word));
  const words = plain.length > 0 ? plain : all;
  const [first = ''] = words;
  return (words.length > 1 && articles.has(first) ? words.slice(1) : words).slice(0, wordsMax);
}

/** Whether a posting may be that of an authorization, both of one account, one way and told under two ids. */
export function mayBePostingOf(authorized: Compared, posted: Compared): boolean {
  return (
    authorized.currency === posted.currency &&
    isSameMerchant(authorized.words, posted.words) &&
    isWithinDays(authorized, posted) &&
    isWithinAmount(authorized, posted)
  );
}

/** Whether a reversal may take back an authorization or a part of it, the same said of both. */
export function mayBeReversalOf(authorized: Compared, reversed: Compared): boolean {
  return (
    authorized.currency === reversed.currency &&
    isSameMerchant(authorized.words, reversed.words) &&
    isWithinDays(authorized, reversed) &&
    minorOf(reversed) <= minorOf(authorized)
  );
}

/** How far apart two amounts are, in minor units: of several candidates the nearest is taken. */
export function apart(one: Compared, other: Compared): bigint {
  const difference = minorOf(one) - minorOf(other);
  return difference < 0n ? -difference : difference;
}

/** One name begins as the other goes on: "STARBUCKS" and "STARBUCKS STORE", not "HARBOR GRILL" and "HARBOR HOTEL". */
function isSameMerchant(one: readonly string[], other: readonly string[]): boolean {
  const shorter = Math.min(one.length, other.length);
  return shorter > 0 && one.slice(0, shorter).every((word, n) => word === other[n]);
}

function isWithinDays(authorized: Compared, told: Compared): boolean {
  const days = (Date.parse(told.localDate) - Date.parse(authorized.localDate)) / 86_400_000;
  const most = isRoomOrCar(categoryOf(authorized, told)) ? matchDays.ofHolds : matchDays.after;
  return days >= -matchDays.before && days <= most;
}

function isWithinAmount(authorized: Compared, posted: Compared): boolean {
  const [held, taken] = [minorOf(authorized), minorOf(posted)];
  if (held === taken) return true;
  const category = categoryOf(authorized, posted);
  if (isFuel(category) || isRoomOrCar(category)) return taken > 0n;
  const most = isTipped(category) ? parts.mostWithTip : parts.most;
  return taken * 100n >= held * parts.least && taken * 100n <= held * most;
}

const categoryOf = (authorized: Compared, told: Compared): string | null => authorized.category ?? told.category;

/** A dollar is authorized before the pump runs. */
const isFuel = (category: string | null): boolean => category === '5541' || category === '5542';

/** Airlines are 3000 to 3350; from there on rented cars and rooms, each brand with a code of its own. */
function isRoomOrCar(category: string | null): boolean {
  if (category === null) return false;
  return ['7011', '7012', '7512', '7513', '7519'].includes(category) || (category >= '3351' && category <= '3999');
}

/** Where a tip is usual: restaurants, bars, taxis, hair, spas; also when the bank does not say what it was. */
function isTipped(category: string | null): boolean {
  return category === null || ['5811', '5812', '5813', '5814', '4121', '7230', '7297', '7298'].includes(category);
}

function minorOf({ amount, currency }: Compared): bigint {
  return parseMoney(amount, currency).minor;
}
