import type { AccountRef, LinkId, MessageId } from '#base';
import type { Locale } from '#contract';
import { converse } from './converse.ts';
import type { Figure } from './figure.ts';
import type { Followable, KnownMerchant, Understood } from './frame.ts';
import type { AccountPurchase, CustomerMoney, LinkOfCustomer } from './money.ts';
import type { Answer, Turn } from './turn.ts';

/*
 * One customer with two banks, Friday, November 20, 2026, 2:30 PM in New York. Few enough movements to add up by hand.
 */
const now = Temporal.Instant.from('2026-11-20T19:30:00Z');
const timeZone = 'America/New_York';

const card = 'citi-card' as AccountRef;
const checking = 'citi-checking' as AccountRef;
const savings = 'citi-savings' as AccountRef;
const chaseCard = 'chase-card' as AccountRef;

const link = (id: string, name: string, accounts: LinkOfCustomer['accounts']): LinkOfCustomer => ({
  linkId: `link-${id}` as LinkId,
  bank: {
    id,
    name,
    mark: name.slice(0, 2),
    accent: { light: '#00677f', dark: '#5cc8e0' },
    telephone: '+1 212 555 0100',
  },
  state: 'linked',
  purposes: ['balances', 'transactions'],
  accounts,
  grantedAt: '2026-11-20T15:00:00Z',
  expiresAt: '2027-11-20T15:00:00Z',
  history: { done: true, completeFrom: '2025-11-20' },
});
/** A card, a checking and a savings account. */
export const citi = link('citi', 'Citi', [
  { accountRef: card, kind: 'card', last4: '2291' },
  { accountRef: checking, kind: 'checking', last4: '4417' },
  { accountRef: savings, kind: 'savings', last4: '9034', nickname: 'Rainy day' },
]);
/** A card. */
export const chase = link('jpmorgan-chase', 'JPMorgan Chase', [{ accountRef: chaseCard, kind: 'card', last4: '7710' }]);

let counted = 0;
function moved(
  accountRef: AccountRef,
  localDate: string,
  amount: string,
  of: { name: string; category: string; country?: string } | string,
  more: Partial<AccountPurchase> = {},
): AccountPurchase {
  counted += 1;
  const { name, category, country } =
    typeof of === 'string' ? { name: of, category: undefined, country: undefined } : of;
  const address = country === undefined ? {} : { address: { city: country === 'US' ? 'Columbus' : 'Madrid', country } };
  return {
    accountRef,
    id: `t${counted}`,
    status: 'posted',
    amount,
    currency: 'USD',
    direction: 'debit',
    occurredAt: `${localDate}T17:00:00Z`,
    localDate,
    description: name.toUpperCase(),
    ...(category === undefined ? {} : { merchant: { name, category, ...address } }),
    ...more,
  };
}

const starbucks = { name: 'Starbucks', category: '5814', country: 'US' };
const kroger = { name: 'Kroger', category: '5411', country: 'US' };
const delta = { name: 'Delta', category: '4511' };
const streamly = { name: 'Streamly', category: '5815' };
const landlord = { name: 'Elm Homes', category: '6513' };
const credit = { direction: 'credit' } as const;

const ofCiti = [
  moved(card, '2026-11-10', '4.50', starbucks),
  moved(card, '2026-11-12', '5.50', starbucks),
  moved(card, '2026-11-18', '6.00', starbucks, { status: 'authorized' }),
  moved(card, '2026-10-06', '4.00', starbucks),
  moved(card, '2026-10-20', '5.00', starbucks),
  moved(card, '2026-11-03', '80.00', kroger),
  moved(card, '2026-11-04', '15.00', kroger, credit),
  moved(card, '2026-11-05', '99.00', kroger, { status: 'reversed' }),
  moved(card, '2026-10-05', '60.00', kroger),
  moved(card, '2026-10-19', '70.00', kroger),
  ...['06', '07', '08'].map((month) => moved(card, `2026-${month}-05`, '10.00', streamly, { online: true })),
  ...['09', '10', '11'].map((month) => moved(card, `2026-${month}-05`, '12.00', streamly, { online: true })),
  ...['08', '09', '10', '11'].map((month) => moved(checking, `2026-${month}-01`, '1000.00', landlord)),
  ...['08-15', '08-31', '09-15', '09-30', '10-15', '10-31', '11-15'].map((day) =>
    moved(checking, `2026-${day}`, '2000.00', 'Acme payroll', credit),
  ),
  moved(savings, '2026-09-30', '1.10', 'Interest paid', credit),
  moved(savings, '2026-10-31', '1.20', 'Interest paid', credit),
  moved(checking, '2026-10-09', '12.00', 'Overdraft fee'),
  moved(card, '2026-10-25', '7.77', 'Interest charge'),
  moved(checking, '2026-10-28', '500.00', 'Transfer to savings'),
  moved(savings, '2026-10-28', '500.00', 'Transfer from checking', credit),
  moved(checking, '2026-10-20', '300.00', 'Card payment'),
  moved(card, '2026-10-20', '300.00', 'Payment thank you', credit),
];
const ofChase = [
  moved(chaseCard, '2026-11-11', '3.00', starbucks),
  moved(chaseCard, '2026-10-07', '30.00', kroger),
  moved(chaseCard, '2026-03-12', '420.00', delta),
  moved(chaseCard, '2026-07-02', '380.00', delta),
  moved(
    chaseCard,
    '2026-10-15',
    '12.00',
    { name: 'Café Central', category: '5814', country: 'ES' },
    { currency: 'EUR' },
  ),
  moved(chaseCard, '2026-10-16', '150.00', { name: 'Hotel Sol', category: '7011', country: 'ES' }),
];
const all = [
  ...ofCiti.map((one) => ({ ...one, linkId: citi.linkId })),
  ...ofChase.map((one) => ({ ...one, linkId: chase.linkId })),
];

const merchants: KnownMerchant[] = all.flatMap(({ merchant, linkId }) =>
  merchant === undefined ? [] : [{ name: merchant.name, linkId, places: merchant.address ? [merchant.address] : [] }],
);

/** The spans that were read, so that a test can say which. */
export type Reading = { readonly from: string; readonly to: string };

function moneyOf(readings: Reading[], links: readonly LinkOfCustomer[], moves = all): CustomerMoney {
  return {
    banks: () => [chase.bank, citi.bank],
    shops: () => [],
    links: async () => links,
    shopLinks: async () => [],
    shopCode: async () => undefined,
    parcel: async () => undefined,
    parcels: async () => [],
    receipts: async () => [],
    balances: async (_, refs) =>
      refs.map((accountRef) => ({
        accountRef,
        balance: {
          current: accountRef === card || accountRef === chaseCard ? '-100.00' : '250.00',
          currency: 'USD',
          asOf: now.toString(),
        },
      })),
    purchases: async ({ linkId, accountRefs, from, to }) => {
      readings.push({ from, to });
      return moves.filter(
        (one) =>
          one.linkId === linkId &&
          one.localDate >= from &&
          one.localDate <= to &&
          (accountRefs?.includes(one.accountRef) ?? true),
      );
    },
    uses: async () => [],
    merchants: async () => merchants,
  };
}

/** What became of one thing said. */
export interface Said {
  readonly understood: Understood;
  readonly texts: readonly string[];
  readonly answers: readonly Answer[];
  readonly figures: readonly Figure[];
  readonly readings: readonly Reading[];
}

/** What can be otherwise than with this customer. */
export interface Otherwise {
  readonly links?: readonly LinkOfCustomer[];
  readonly cards?: Turn['cards']['list'];
  readonly prepared?: Turn['prepared'];
  /** More purchases on Citi's card. */
  readonly more?: readonly (Pick<AccountPurchase, 'amount' | 'localDate'> & {
    readonly merchant: { readonly name: string; readonly category: string };
  })[];
}

/** Says one thing after the other in one conversation with this customer; what became of the last. */
export function said(locale: Locale, ...texts: readonly string[]): Promise<Said> {
  return saidWhere({}, locale, ...texts);
}

/** The same where something is otherwise. */
export async function saidWhere(
  { links = [citi, chase], cards = async () => [], prepared = async () => undefined, more = [] }: Otherwise,
  locale: Locale,
  ...texts: readonly string[]
): Promise<Said> {
  const added = more.map(({ localDate, amount, merchant }) => ({
    ...moved(card, localDate, amount, merchant),
    linkId: citi.linkId,
  }));
  let frame: Followable | undefined;
  let last: Said | undefined;
  for (const text of texts) {
    const readings: Reading[] = [];
    const noHours = { quiet: null, digestHour: null };
    const turn = {
      locale,
      timeZone,
      now,
      money: moneyOf(readings, links, [...all, ...added]),
      wishes: {
        hearings: async () => new Map(),
        hear: async () => undefined,
        hours: async () => noHours,
        setHours: async () => noHours,
      },
      cards: {
        list: cards,
        statements: async () => [],
        disputed: async () => new Set<LinkId>(),
        goesOn: async () => false,
      },
      parcels: { said: 'said' as MessageId, followed: async () => undefined },
      cases: { open: async () => [], disputes: async () => [] },
      checks: { told: async () => [], newest: async () => undefined, address: () => 'http://localhost' },
      prepared,
    };
    const { understood, frame: next, answers } = await converse(text, turn, frame);
    frame = next ?? frame;
    last = {
      understood,
      answers,
      texts: answers.map(({ content }) => content.text),
      figures: answers.flatMap(({ figure }) => figure ?? []),
      readings,
    };
  }
  if (last === undefined) throw new Error('nothing was said');
  return last;
}
