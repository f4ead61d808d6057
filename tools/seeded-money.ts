import type { AccountRef, BankId, Clock, LinkId } from '#base';
import { readToldBank } from '#banks';
import { CARD_ACTIONS, PURPOSES, type BankFace } from '#contract';
import type { LinkedCard } from '#controls';
import type { AccountBalance, AccountPurchase, CustomerMoney, KnownMerchant, LinkOfCustomer } from '#conversation';
import { digitsOf, sandboxBankIds, tellYear } from '#sandbox';

/** A customer of the sandbox whose banks are all linked, in memory. */
export interface SeededCustomer {
  readonly timeZone: string;
  readonly money: CustomerMoney;
  /** A card of each account that has one, in use, with nothing switched off: as the sandbox makes them. */
  readonly cards: ReadonlyMap<LinkId, readonly LinkedCard[]>;
  /** Everything that the money is made of, in no order. */
  readonly purchases: readonly (AccountPurchase & { readonly linkId: LinkId })[];
}

const accountRef = (id: string): AccountRef => id as AccountRef;

/**
 * The money of a customer of the sandbox over the history that `npm start` seeds. The sandbox tells it in FDX and the
 * banks' own reader reads it, as through the hub; linking, vault and gate are left out.
 *
 * @param banks ids of the banks to link, in order; all four when left out
 * @throws TellerlineError `customer_unknown`
 */
export function seededCustomer(
  customerId: string,
  now: Temporal.Instant,
  banks: readonly string[] = sandboxBankIds,
): SeededCustomer {
  const clock: Clock = { nowMs: () => now.epochMilliseconds, monotonicMs: () => 0 };
  const years = banks.map((id) => ({ id, year: tellYear(id, customerId, now) }));
  const timeZone = years[0]?.year.timeZone ?? 'America/New_York';
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const links = new Map<LinkId, LinkOfCustomer>();
  const cards = new Map<LinkId, readonly LinkedCard[]>();
  const balances = new Map<AccountRef, AccountBalance>();
  const purchases: (AccountPurchase & { readonly linkId: LinkId })[] = [];
  for (const { id, year } of years) {
    const linkId = `link-${id}` as LinkId;
    const { face, accounts } = readToldBank(id, year.accounts, clock);
    links.set(linkId, linkOf(linkId, face, accounts, now, today));
    cards.set(
      linkId,
      accounts.flatMap(({ account }) => cardOf(account, `debit card/${id}/${customerId}`)),
    );
    for (const { account, transactions } of accounts) {
      const ref = accountRef(account.accountId);
      if (account.balance) balances.set(ref, { accountRef: ref, balance: account.balance });
      purchases.push(...transactions.map((one) => ({ ...one, accountRef: ref, linkId })));
    }
  }
  return { timeZone, money: moneyOf([...links.values()], balances, purchases), cards, purchases };
}

function linkOf(
  linkId: LinkId,
  bank: BankFace,
  accounts: ReturnType<typeof readToldBank>['accounts'],
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): LinkOfCustomer {
  return {
    linkId,
    bank,
    state: 'linked',
    purposes: PURPOSES,
    accounts: accounts.map(({ account: { accountId, kind, last4, nickname } }) => ({
      accountRef: accountRef(accountId),
      kind,
      last4,
      ...(nickname === undefined ? {} : { nickname }),
    })),
    grantedAt: now.toString(),
    expiresAt: now.add({ hours: 365 * 24 }).toString(),
    history: { done: true, completeFrom: today.subtract({ days: 365 }).toString() },
  };
}

type SeededAccount = ReturnType<typeof readToldBank>['accounts'][number]['account'];

/** The credit card's own, a debit card for checking; savings have none. */
function cardOf({ accountId, kind, last4, nickname }: SeededAccount, debit: string): LinkedCard[] {
  if (kind === 'savings') return [];
  const cardId = `card-of-${accountId}`;
  const standing = { state: 'active' as const, online: true, abroad: true, actions: [...CARD_ACTIONS] };
  return [
    {
      cardRef: cardId as LinkedCard['cardRef'],
      card: { cardId, accountId, last4: kind === 'card' ? last4 : digitsOf(debit), ...standing },
      account: { kind, last4, ...(nickname !== undefined && { nickname }) },
      limitGeneration: 0,
    },
  ];
}

function moneyOf(
  links: readonly LinkOfCustomer[],
  balances: ReadonlyMap<AccountRef, AccountBalance>,
  purchases: readonly (AccountPurchase & { readonly linkId: LinkId })[],
): CustomerMoney {
  const merchants = merchantsOf(purchases);
  return {
    banks: () => links.map(({ bank }) => bank),
    shops: () => [],
    links: async () => links,
    shopLinks: async () => [],
    shopCode: async () => undefined,
    parcel: async () => undefined,
    parcels: async () => [],
    receipts: async () => [],
    balances: async (_, refs) => refs.flatMap((ref) => balances.get(ref) ?? []),
    purchases: async ({ linkId, accountRefs, from, to }) =>
      purchases.filter(
        (one) =>
          one.linkId === linkId &&
          one.localDate >= from &&
          one.localDate <= to &&
          (accountRefs === undefined || accountRefs.includes(one.accountRef)),
      ),
    uses: async () => [],
    merchants: async () => merchants,
  };
}

function merchantsOf(purchases: readonly (AccountPurchase & { readonly linkId: LinkId })[]): KnownMerchant[] {
  const known = new Map<
    string,
    { name: string; linkId: LinkId; places: Map<string, KnownMerchant['places'][number]> }
  >();
  for (const { merchant, linkId } of purchases) {
    if (merchant === undefined) continue;
    const key = `${linkId} ${merchant.name}`;
    const one = known.get(key) ?? { name: merchant.name, linkId, places: new Map() };
    known.set(key, one);
    if (merchant.address) one.places.set(JSON.stringify(merchant.address), merchant.address);
  }
  return [...known.values()].map((one) => ({ ...one, places: [...one.places.values()] }));
}

/** The bank that a person means by a name: its id, or the beginning of a word of its name ("chase"). */
export function bankCalled(name: string): BankId | undefined {
  const wanted = name.toLowerCase();
  return sandboxBankIds.find((id) => id === wanted || id.split('-').includes(wanted)) as BankId | undefined;
}
