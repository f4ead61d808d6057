import type { Direction } from '#contract';
import { drawsFrom, type Draws } from './draws.ts';
import {
  bills,
  employers,
  familyNames,
  givenNames,
  habits,
  landlords,
  subscriptions,
  tripPurchases,
} from './merchants.ts';
import { domesticTrips, foreignTrips, homes, type Home, type Place } from './places.ts';

/** The accounts that every customer has, one of each. */
export type AccountKind = 'checking' | 'savings' | 'card';

/** A merchant as a bank knows it; the same form as an event's. */
export interface SandboxMerchant {
  readonly name: string;
  readonly category?: string | undefined;
  readonly address?:
    | { city?: string | undefined; region?: string | undefined; country?: string | undefined }
    | undefined;
  readonly location?: { lat: number; lon: number } | undefined;
}

/** Something that happened on an account before anybody looked. Amounts in cents. */
export interface PastTransaction {
  readonly account: AccountKind;
  readonly kind: 'purchase' | 'bill' | 'salary' | 'transfer' | 'payment' | 'interest' | 'cash';
  readonly direction: Direction;
  readonly cents: number;
  /** The day in the customer's own calendar, and the instant. */
  readonly day: Temporal.PlainDate;
  readonly at: Temporal.ZonedDateTime;
  readonly description: string;
  readonly merchant?: SandboxMerchant;
  readonly online?: boolean;
}

/** One person at one bank, with the year that lies behind. */
export interface PersonHistory {
  readonly givenName: string;
  readonly familyName: string;
  readonly home: Home;
  /** In cents, from the holder's side. */
  readonly opening: Readonly<Record<AccountKind, number>>;
  readonly creditLine: number;
  /** Oldest first. */
  readonly transactions: readonly PastTransaction[];
}

/** Card purchases as recent as this are not posted yet. */
const HELD_DAYS = 2;

/** Whether a bank would still hold this, rather than have it in the books. */
export function isHeld(past: PastTransaction, now: Temporal.Instant): boolean {
  return (
    past.kind === 'purchase' && past.at.add({ days: HELD_DAYS }).toInstant().epochMilliseconds > now.epochMilliseconds
  );
}

/**
 * A year of one customer's life at one bank, up to `now`. The person (name, home, employer) is the same
 * at every bank; what happens on the accounts is not. The same bank, customer and day give the same year.
 */
export function writeHistory(bankId: string, customerId: string, now: Temporal.Instant): PersonHistory {
  const person = drawsFrom(`person/${customerId}`);
  const home = person.pick(homes);
  const givenName = person.pick(givenNames);
  const familyName = person.pick(familyNames);
  const employer = person.pick(employers);

  const draws = drawsFrom(`year/${bankId}/${customerId}`);
  const today = now.toZonedDateTimeISO(home.timeZone).toPlainDate();
  const first = today.subtract({ days: 364 });
  const year = { draws, home, first, today };

  const card = [...habitPurchases(year), ...subscriptionCharges(year), ...trips(year)];
  const salaryCents = draws.whole(2600, 3900) * 100;
  const income = salaries(year, employer, salaryCents);
  const opening = {
    checking: draws.whole(3100, 5400) * 100 + draws.whole(0, 99),
    savings: draws.whole(2500, 14000) * 100 + draws.whole(0, 99),
    card: -draws.whole(180, 900) * 100 - draws.whole(0, 99),
  };
  const outgo = [...rentAndBills(year, salaryCents), ...cash(year)];

  const settled = settleMonths(year, opening, [...card, ...income, ...outgo]);
  const transactions = [...card, ...income, ...outgo, ...settled]
    .filter((past) => past.at.epochMilliseconds <= now.epochMilliseconds)
    .toSorted((one, other) => one.at.epochMilliseconds - other.at.epochMilliseconds);
  return { givenName, familyName, home, opening, creditLine: 1_200_000, transactions };
}

interface Year {
  readonly draws: Draws;
  readonly home: Home;
  readonly first: Temporal.PlainDate;
  readonly today: Temporal.PlainDate;
}

function at(year: Year, day: Temporal.PlainDate, hour: number, minute: number): Temporal.ZonedDateTime {
  return day.toZonedDateTime({
    timeZone: year.home.timeZone,
    plainTime: new Temporal.PlainTime(hour, minute, year.draws.whole(0, 59)),
  });
}

/** Every day of the year that is the given day of its month. */
function monthly(year: Year, dayOfMonth: number): Temporal.PlainDate[] {
  const days: Temporal.PlainDate[] = [];
  for (
    let month = year.first.toPlainYearMonth();
    Temporal.PlainYearMonth.compare(month, year.today.toPlainYearMonth()) <= 0;
    month = month.add({ months: 1 })
  ) {
    const day = month.toPlainDate({ day: Math.min(dayOfMonth, month.daysInMonth) });
    if (Temporal.PlainDate.compare(day, year.first) >= 0 && Temporal.PlainDate.compare(day, year.today) <= 0)
      days.push(day);
  }
  return days;
}

/** A shop somewhere in the city: about two kilometres around its centre. */
function shopAt(draws: Draws, name: string, category: string, place: Place): SandboxMerchant {
  const near = (degrees: number): number => Math.round((degrees + (draws.fraction() - 0.5) * 0.04) * 1e5) / 1e5;
  return {
    name,
    category,
    address: { city: place.city, ...(place.region && { region: place.region }), country: place.country },
    location: { lat: near(place.lat), lon: near(place.lon) },
  };
}

/** The line of a statement: name, city and state, in capitals. */
export function statementLine(merchant: SandboxMerchant): string {
  const { city, region, country } = merchant.address ?? {};
  const where = [city, region ?? (country === 'US' ? undefined : country)].filter(Boolean).join(' ');
  return `${merchant.name} ${where}`.trim().toUpperCase().slice(0, 200);
}

function cardPurchase(
  merchant: SandboxMerchant,
  cents: number,
  when: Temporal.ZonedDateTime,
  online = false,
): PastTransaction {
  return {
    account: 'card',
    kind: 'purchase',
    direction: 'debit',
    cents,
    day: when.toPlainDate(),
    at: when,
    description: statementLine(merchant),
    merchant,
    ...(online && { online }),
  };
}

function habitPurchases(year: Year): PastTransaction[] {
  const { draws, home } = year;
  return habits.flatMap((habit) => {
    const times = Math.round(habit.yearly * (0.8 + draws.fraction() * 0.4));
    return Array.from({ length: times }, () => {
      const day = year.first.add({ days: draws.whole(0, 364) });
      const when = at(year, day, draws.whole(habit.hours[0], habit.hours[1]), draws.whole(0, 59));
      const name = draws.pick(habit.names);
      // Small amounts are commoner than large ones.
      const cents = habit.cents[0] + Math.round((habit.cents[1] - habit.cents[0]) * draws.fraction() ** 1.7);
      const merchant = habit.online ? { name, category: habit.category } : shopAt(draws, name, habit.category, home);
      return cardPurchase(merchant, cents, when, habit.online);
    });
  });
}

function subscriptionCharges(year: Year): PastTransaction[] {
  return subscriptions.flatMap(({ name, category, cents, day }) =>
    monthly(year, day).map((date) => cardPurchase({ name, category }, cents, at(year, date, 6, 12), true)),
  );
}

function trips(year: Year): PastTransaction[] {
  const { draws } = year;
  const destinations = [draws.pick(domesticTrips), draws.pick(foreignTrips)];
  return destinations.flatMap((place, index) => {
    const arrival = year.first.add({ days: 50 + index * 170 + draws.whole(0, 60) });
    const before = at(year, arrival.subtract({ days: 30 }), 20, draws.whole(0, 59));
    const { airline, hotel, there } = tripPurchases;
    const amount = ([from, to]: readonly [number, number]): number => draws.whole(from, to);
    return [
      cardPurchase({ name: airline.name, category: airline.category }, amount(airline.cents), before, true),
      ...Array.from({ length: draws.whole(6, 9) }, (_, purchase) => {
        const kind = draws.pick(there);
        const when = at(year, arrival.add({ days: Math.floor(purchase / 2) }), draws.whole(9, 21), draws.whole(0, 59));
        return cardPurchase(shopAt(draws, kind.name, kind.category, place), amount(kind.cents), when);
      }),
      cardPurchase(
        shopAt(draws, hotel.name, hotel.category, place),
        amount(hotel.cents),
        at(year, arrival.add({ days: 5 }), 10, 5),
      ),
    ];
  });
}

function salaries(year: Year, employer: string, cents: number): PastTransaction[] {
  return [15, 31].flatMap((dayOfMonth) =>
    monthly(year, dayOfMonth).map((day) => ({
      account: 'checking' as const,
      kind: 'salary' as const,
      direction: 'credit' as const,
      cents,
      day,
      at: at(year, day, 5, 30),
      description: `PAYROLL ${employer}`.toUpperCase(),
      merchant: { name: employer, category: '6012' },
    })),
  );
}

function rentAndBills(year: Year, salaryCents: number): PastTransaction[] {
  const { draws } = year;
  const landlord = draws.pick(landlords);
  const rent = Math.round((salaryCents * (0.46 + draws.fraction() * 0.16)) / 2500) * 2500;
  const bill = (name: string, category: string, cents: number, day: Temporal.PlainDate): PastTransaction => ({
    account: 'checking',
    kind: 'bill',
    direction: 'debit',
    cents,
    day,
    at: at(year, day, 8, 0),
    description: name.toUpperCase(),
    merchant: { name, category },
  });
  return [
    ...monthly(year, 1).map((day) => bill(landlord, '6513', rent, day)),
    ...bills.flatMap(({ name, category, cents, varies, day }) =>
      monthly(year, day).map((date) =>
        bill(name, category, Math.round(cents * (1 + (draws.fraction() - 0.5) * 2 * varies)), date),
      ),
    ),
  ];
}

function cash(year: Year): PastTransaction[] {
  return monthly(year, 13).map((day) => {
    const merchant = shopAt(year.draws, 'Main Street ATM', '6011', year.home);
    return {
      account: 'checking',
      kind: 'cash',
      direction: 'debit',
      cents: year.draws.pick([4000, 6000, 8000, 10000]),
      day,
      at: at(year, day, 17, 20),
      description: statementLine(merchant),
      merchant,
    };
  });
}

/**
 * What moves between the accounts: on the 20th the card's statement is paid, on the 28th what checking holds
 * beyond a cushion goes to savings, on the last day savings earn interest.
 */
function settleMonths(
  year: Year,
  opening: Readonly<Record<AccountKind, number>>,
  known: readonly PastTransaction[],
): PastTransaction[] {
  const settled: PastTransaction[] = [];
  const balanceBefore = (account: AccountKind, when: Temporal.ZonedDateTime): number =>
    [...known, ...settled]
      .filter((past) => past.account === account && past.at.epochMilliseconds < when.epochMilliseconds)
      .reduce((sum, past) => sum + (past.direction === 'credit' ? past.cents : -past.cents), opening[account]);
  const move = (
    kind: PastTransaction['kind'],
    from: AccountKind,
    to: AccountKind,
    cents: number,
    when: Temporal.ZonedDateTime,
    words: readonly [string, string],
  ): void => {
    const shared = { kind, cents, day: when.toPlainDate(), at: when };
    settled.push({ ...shared, account: from, direction: 'debit', description: words[0] });
    settled.push({ ...shared, account: to, direction: 'credit', description: words[1] });
  };

  for (const twentieth of monthly(year, 20)) {
    const payday = at(year, twentieth, 9, 0);
    // What the statement of three weeks ago asked for; purchases since then stay owed.
    const owed = -balanceBefore('card', payday.subtract({ days: 22 }));
    const payable = Math.min(owed, balanceBefore('checking', payday) - 60_000);
    if (payable > 0) move('payment', 'checking', 'card', payable, payday, ['CARD PAYMENT', 'PAYMENT THANK YOU']);

    const saving = at(year, twentieth.with({ day: 28 }), 9, 0);
    const spare = Math.floor((balanceBefore('checking', saving) - 420_000) / 5000) * 5000;
    if (spare > 0)
      move('transfer', 'checking', 'savings', spare, saving, ['TRANSFER TO SAVINGS', 'TRANSFER FROM CHECKING']);

    const monthEnd = at(year, twentieth.with({ day: 31 }), 23, 30);
    const interest = Math.round((balanceBefore('savings', monthEnd) * 0.031) / 12);
    if (interest > 0)
      settled.push({
        account: 'savings',
        kind: 'interest',
        direction: 'credit',
        cents: interest,
        day: monthEnd.toPlainDate(),
        at: monthEnd,
        description: 'INTEREST PAID',
      });
  }
  return settled;
}
