import { isHeld, sandboxBankIds, writeHistory, type AccountKind } from '#sandbox';

/*
 * The other side's books: the seeded history as plain rows, plain filters and whole cents added in loops. Nothing of
 * what answers the questions is used here.
 */

/** Friday, November 20, 2026, 11 in the morning where the customer lives (Austin, Texas). */
export const now = Temporal.Instant.from('2026-11-20T12:00:00-05:00');
export const customer = 'customer-1';

/** One movement. */
export interface Row {
  readonly id: string;
  readonly bank: string;
  readonly account: AccountKind;
  readonly kind: string;
  /** The customer's own day, YYYY-MM-DD. */
  readonly day: string;
  readonly atMs: number;
  readonly cents: number;
  readonly out: boolean;
  readonly held: boolean;
  readonly online: boolean;
  readonly merchant?: string;
  /** Merchant category code. */
  readonly code?: number;
  readonly city?: string;
  readonly region?: string;
  readonly country?: string;
}

/** Conditions that all must hold; an absent one asks for nothing. Amounts in cents, days included. */
export interface Where {
  readonly at?: string;
  readonly codes?: readonly number[];
  readonly from?: string;
  readonly to?: string;
  readonly bank?: string;
  readonly account?: AccountKind;
  readonly above?: number;
  readonly below?: number;
  readonly least?: number;
  readonly most?: number;
  readonly city?: string;
  readonly region?: string;
  readonly country?: string;
  readonly abroad?: true;
  readonly online?: true;
  readonly held?: true;
  readonly out?: true;
}

const histories = sandboxBankIds.map((bank) => ({ bank, history: writeHistory(bank, customer, now) }));

const rows: readonly Row[] = histories.flatMap(({ bank, history }) => {
  const counted = { checking: 0, savings: 0, card: 0 };
  return history.transactions.map((past): Row => {
    counted[past.account] += 1;
    const { city, region, country } = past.merchant?.address ?? {};
    return {
      id: `${bank}/${past.account}/${counted[past.account]}`,
      bank,
      account: past.account,
      kind: past.kind,
      day: past.day.toString(),
      atMs: past.at.epochMilliseconds,
      cents: past.cents,
      out: past.direction === 'debit',
      held: isHeld(past, now),
      // U.S. Bank tells a purchase as a line of text, which does not say it.
      online: past.online === true && bank !== 'us-bank',
      ...(past.merchant && { merchant: past.merchant.name }),
      ...(past.merchant?.category !== undefined && { code: Number(past.merchant.category) }),
      ...(city !== undefined && { city }),
      ...(region !== undefined && { region }),
      ...(country !== undefined && { country }),
    };
  });
});

function holds(row: Row, where: Where): boolean {
  if (where.at !== undefined && row.merchant !== where.at) return false;
  if (where.codes !== undefined && !where.codes.includes(row.code ?? -1)) return false;
  if (where.from !== undefined && row.day < where.from) return false;
  if (where.to !== undefined && row.day > where.to) return false;
  if (where.bank !== undefined && row.bank !== where.bank) return false;
  if (where.account !== undefined && row.account !== where.account) return false;
  if (where.above !== undefined && row.cents <= where.above) return false;
  if (where.below !== undefined && row.cents >= where.below) return false;
  if (where.least !== undefined && row.cents < where.least) return false;
  if (where.most !== undefined && row.cents > where.most) return false;
  if (where.city !== undefined && row.city !== where.city) return false;
  if (where.region !== undefined && row.region !== where.region) return false;
  if (where.country !== undefined && row.country !== where.country) return false;
  if (where.abroad === true && (row.country === undefined || row.country === 'US')) return false;
  if (where.online === true && !row.online) return false;
  if (where.out === true && !row.out) return false;
  return where.held !== true || row.held;
}

/** Everything that moved, oldest first. */
export function moved(where: Where): Row[] {
  return rows.filter((row) => holds(row, where)).toSorted((one, other) => one.atMs - other.atMs);
}

/** What was spent: money that went out to somebody, pending or not; between own accounts nothing is spent. */
export function spent(where: Where): Row[] {
  return moved(where).filter((row) => row.out && row.merchant !== undefined);
}

/** Money of one kind that came in. */
export function received(kind: 'salary' | 'interest' | 'transfer' | 'payment', where: Where): Row[] {
  return moved(where).filter((row) => !row.out && row.kind === kind);
}

export function sum(some: readonly Row[]): number {
  let cents = 0;
  for (const row of some) cents += row.cents;
  return cents;
}

/** "-12.05" for −1205. */
export function decimal(cents: number): string {
  const whole = Math.abs(cents);
  const sign = cents < 0 ? '-' : '';
  return `${sign}${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}

/** What an account held at `now` by the books; of a card negative is owed. Nothing pending is in it. */
export function booked(account: AccountKind, bank?: string): number {
  let cents = 0;
  for (const { bank: own, history } of histories) {
    if (bank !== undefined && own !== bank) continue;
    cents += history.opening[account];
    for (const row of moved({ bank: own, account })) if (!row.held) cents += row.out ? -row.cents : row.cents;
  }
  return cents;
}
