import { decimal, moved, spent, sum, type Row, type Where } from './oracle.ts';

/** What the figure of an answer must be. */
export interface Expected {
  /** Absent: no number may be given at all. */
  readonly value?: string | number | readonly string[] | null;
  /** How many movements the number stands for. */
  readonly count?: number;
  readonly of?: string;
  /** Why no number is given, where one reason alone is right. */
  readonly reason?: string;
}

/** One thing said, and what must come of it. */
export type Said = readonly [text: string, expected: Expected];
/** Said one after the other in one conversation. */
export interface Conversation {
  readonly locale: 'en' | 'es';
  readonly said: readonly Said[];
}

export const en = (...said: readonly Said[]): Conversation => ({ locale: 'en', said });
export const es = (...said: readonly Said[]): Conversation => ({ locale: 'es', said });

/** Days: November is up to today, the 20th; a month after it is last year's. */
export function month(number: number): { from: string; to: string } {
  const first = Temporal.PlainDate.from({ year: number > 11 ? 2025 : 2026, month: number, day: 1 });
  const last = number === 11 ? first.with({ day: 20 }) : first.with({ day: first.daysInMonth });
  return { from: first.toString(), to: last.toString() };
}
export const days = (from: string, to: string = from) => ({ from, to });
export const thisYear = days('2026-01-01', '2026-11-20');

/** Merchant category codes of what people speak of (ISO 18245), as far as they occur here. */
export const coffee = { codes: [5814] };
export const groceries = { codes: [5411, 5499] };
export const restaurants = { codes: [5812] };
export const fuel = { codes: [5541] };
export const taxis = { codes: [4121] };
export const transport = { codes: [4111, 4121] };
export const flights = { codes: [4511] };
export const hotels = { codes: [7011] };
export const travel = { codes: [4511, 7011] };
export const clothes = { codes: [5651] };
export const electronics = { codes: [5732] };
export const books = { codes: [5942] };
export const shopping = { codes: [5311, 5399, 5651, 5732, 5942] };
export const pharmacies = { codes: [5912] };
export const hardware = { codes: [5200] };
export const cinema = { codes: [7832] };
export const fun = { codes: [5815, 5818, 7832] };
export const hair = { codes: [7230] };
export const pets = { codes: [5995] };
export const gym = { codes: [7997] };
export const cash = { codes: [6011] };
export const bills = { codes: [4814, 4899, 4900] };
export const rent = { codes: [6513] };

const all = (wheres: readonly Where[]): Where => Object.assign({}, ...wheres);

export const sumOf = (some: readonly Row[]): Expected => ({ value: decimal(sum(some)), count: some.length });
export const total = (...wheres: readonly Where[]): Expected => sumOf(spent(all(wheres)));
/** Of any of these: each movement once. */
const anyOf = (wheres: readonly Where[]): readonly Row[] => {
  const rows = new Map(wheres.flatMap((where) => spent(where)).map((row) => [row.id, row]));
  return [...rows.values()];
};
export const together = (...wheres: readonly Where[]): Expected => sumOf(anyOf(wheres));
export const manyTogether = (...wheres: readonly Where[]): Expected => ({ value: anyOf(wheres).length });
export const many = (...wheres: readonly Where[]): Expected => ({ value: spent(all(wheres)).length });
/** Ids, newest first. */
export const list = (...wheres: readonly Where[]): Expected => idsOf(spent(all(wheres)));
export const listMoves = (...wheres: readonly Where[]): Expected => idsOf(moved(all(wheres)));
export const newest = (count: number, ...wheres: readonly Where[]): Expected => idsOf(spent(all(wheres)).slice(-count));
const idsOf = (some: readonly Row[]): Expected => ({ value: some.map(({ id }) => id).toReversed() });

const byAmount = (wheres: readonly Where[]) => spent(all(wheres)).toSorted((one, other) => one.cents - other.cents);
export const biggest = (...wheres: readonly Where[]): Expected => amountOf(byAmount(wheres).at(-1));
export const smallest = (...wheres: readonly Where[]): Expected => amountOf(byAmount(wheres)[0]);
/** The second biggest is 2. */
export const ranked = (nth: number, ...wheres: readonly Where[]): Expected => amountOf(byAmount(wheres).at(-nth));
const amountOf = (row: Row | undefined): Expected => ({ value: row ? decimal(row.cents) : null });
export const lastDay = (...wheres: readonly Where[]): Expected => ({ value: spent(all(wheres)).at(-1)?.day ?? null });
export const firstDay = (...wheres: readonly Where[]): Expected => ({ value: spent(all(wheres))[0]?.day ?? null });

const halfUp = (cents: number, by: number): number => Math.floor((2 * cents + by) / (2 * by));
export const mean = (...wheres: readonly Where[]): Expected => {
  const some = spent(all(wheres));
  return { value: decimal(halfUp(sum(some), some.length)), count: some.length };
};
/** Of the newest so many. */
export const meanOfNewest = (count: number, ...wheres: readonly Where[]): Expected => {
  const some = spent(all(wheres)).slice(-count);
  return { value: decimal(halfUp(sum(some), some.length)), count: some.length };
};
/** A sum divided by so many days, weeks or months. */
export const per = (units: number, ...wheres: readonly Where[]): Expected => ({
  value: decimal(halfUp(sum(spent(all(wheres))), units)),
});

/** The first less the second. */
export const less = (one: Where, other: Where): Expected => ({ value: decimal(sum(spent(one)) - sum(spent(other))) });

/** Per cent of everything spent, with one decimal. */
export const share = (part: Where, whole: Where): Expected => {
  const tenths = halfUp(sum(spent({ ...whole, ...part })) * 1000, sum(spent(whole)));
  return { value: `${Math.trunc(tenths / 10)}.${tenths % 10}` };
};

/** The largest group. */
export const most = (by: (row: Row) => string, ...wheres: readonly Where[]): Expected => {
  const sums = new Map<string, number>();
  for (const row of spent(all(wheres))) sums.set(by(row), (sums.get(by(row)) ?? 0) + row.cents);
  return { value: decimal(Math.max(...sums.values())) };
};
/** The smallest group. */
export const fewest = (by: (row: Row) => string, ...wheres: readonly Where[]): Expected => {
  const sums = new Map<string, number>();
  for (const row of spent(all(wheres))) sums.set(by(row), (sums.get(by(row)) ?? 0) + row.cents);
  return { value: decimal(Math.min(...sums.values())) };
};
export const byDay = (row: Row): string => row.day;
export const byMerchant = (row: Row): string => row.merchant ?? '';
export const byMonth = (row: Row): string => row.day.slice(0, 7);
export const byAccount = (row: Row): string => `${row.bank} ${row.account}`;

/** No number may be given: it is asked back, or said that it is not known. */
export const refused: Expected = {};
export const refusedAs = (reason: string): Expected => ({ reason });
export const worth = (value: string | number | null): Expected => ({ value });
