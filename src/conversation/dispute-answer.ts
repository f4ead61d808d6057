import type { CustomerId } from '#base';
import { moneyWords, type Locale, type Purchase } from '#contract';
import type { Customer } from '#customers';
import type { Thread } from '#delivery';
import { namedIn, wishToDispute, type DisputeWish } from './dispute-words.ts';
import {
  askToDispute,
  disputableFrom,
  disputableLinks,
  disputablesOf,
  purchasesAskedMax,
  purchaseWords,
  whyNotAnswered,
  type Disputable,
} from './disputing.ts';
import { parcelMeant } from './late-parcel.ts';
import type { LinkOfCustomer } from './money.ts';
import { fullDayWords, timeWords } from './moments.ts';
import { notShared } from './selecting.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, telling, wayToLink, type Answer, type Ask } from './turn.ts';
import { customerMoney } from './vault-money.ts';
import { say } from './words.ts';

interface Found extends Disputable {
  readonly link: LinkOfCustomer;
}

type Manner = Pick<Customer, 'locale' | 'timeZone'>;

/**
 * "Dispute the $42 at Target": asks why, with a button for each reason, or which purchase is meant. A parcel that has
 * not come is shown first, as it stands. Undefined when the text wants no dispute, or tells of a parcel and nothing here
 * knows more.
 */
export async function answerDispute(
  parts: TalkParts,
  { customerId }: Thread,
  text: string,
  manner: Manner,
): Promise<Answer[] | undefined> {
  const { locale } = manner;
  const money = customerMoney(parts, customerId);
  const wish = wishToDispute(text, money.banks());
  if (wish === undefined) return undefined;
  if (wish.isParcel && (await money.links()).length === 0) {
    const parcel = await parcelMeant(parts, customerId, wish.words, locale, false);
    return parcel && [parcel];
  }
  const { links, said } = await disputableLinks(parts, customerId, locale);
  if (links.length === 0 && said.length === 0) return [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })];
  const looked = await Promise.all(links.map((link) => purchasesOf(parts, customerId, link, locale)));
  const all = looked.flatMap(({ found }) => found);
  // "Why was I charged twice", of nothing in particular: the doubles are looked for instead of asked for.
  if (wish.isTwice && (wish.amount ?? wish.day) === undefined && !namesAShop(wish, all)) return undefined;
  const answers = await ofPurchases(parts, customerId, wish, all, manner);
  if (!wish.isParcel) return answers ?? unfound([...said, ...looked.flatMap((one) => one.said)], all, locale);
  const isOfShop = namesAShop(wish, all);
  const parcel = await parcelMeant(parts, customerId, wish.words, locale, isOfShop);
  if (parcel) return [parcel, ...(answers ?? [])];
  return answers ?? unfound([...said, ...looked.flatMap((one) => one.said)], all, locale);
}

const namesAShop = ({ words }: DisputeWish, all: readonly Found[]): boolean =>
  all.some(({ purchase }) => namedIn(words, nameOf(purchase)) > 0);

/** No purchase fits: each bank that could not be asked says why; "none" is said of what was really looked through. */
function unfound(said: readonly Answer[], all: readonly Found[], locale: Locale): Answer[] {
  return all.length > 0 || said.length === 0 ? [plain(locale, 'dispute.none'), ...said] : [...said];
}

async function ofPurchases(
  parts: TalkParts,
  customerId: CustomerId,
  wish: DisputeWish,
  all: readonly Found[],
  manner: Manner,
): Promise<Answer[] | undefined> {
  const meant = await narrowed(parts, customerId, wish, all);
  const [only] = meant;
  if (!only) return undefined;
  if (meant.length === 1) return [askToDispute(only.link, only, manner.locale, wish.reason)];
  return which(meant.slice(0, purchasesAskedMax), wish, manner);
}

/** A link's purchases, or why they cannot be looked through. */
async function purchasesOf(
  parts: TalkParts,
  customerId: CustomerId,
  link: LinkOfCustomer,
  locale: Locale,
): Promise<{ readonly found: readonly Found[]; readonly said: readonly Answer[] }> {
  if (!link.purposes.includes('transactions')) return { found: [], said: [notShared(link, 'transactions', locale)] };
  try {
    const found = await disputablesOf(parts, customerId, link.linkId, disputableFrom(parts.clock.nowMs()));
    return { found: found.map((one) => ({ ...one, link })), said: [] };
  } catch (error) {
    return { found: [], said: whyNotAnswered(error, link, locale) };
  }
}

/** Those that everything fits that was said; where nothing names one, those with a receipt when goods are missing. */
async function narrowed(
  { pairing, database }: Pick<TalkParts, 'pairing' | 'database'>,
  customerId: CustomerId,
  { reason, amount, day, words }: DisputeWish,
  all: readonly Found[],
): Promise<readonly Found[]> {
  const ofDay = all.filter(({ purchase }) => day === undefined || purchase.localDate === day);
  const ofAmount = ofDay.filter(({ purchase }) => amount === undefined || isOfAmount(purchase, amount));
  const named = ofAmount.map((one) => ({ one, count: namedIn(words, nameOf(one.purchase)) }));
  const most = Math.max(0, ...named.map(({ count }) => count));
  if (most > 0) return named.flatMap(({ one, count }) => (count === most ? [one] : []));
  if (amount !== undefined || day !== undefined) return ofAmount;
  if (reason !== 'missing-goods' || all.length === 0) return all;
  const ids = all.map(({ recordId }) => recordId);
  const paired = await pairing.pairedAmong(database, customerId, ids);
  const withReceipt = all.filter(({ recordId }) => paired.has(recordId));
  return withReceipt.length > 0 ? withReceipt : all;
}

const nameOf = ({ merchant, description }: Purchase): string => `${merchant?.name ?? ''} ${description}`;

/** "$42" is 42.00 and 42.10 alike, and "$42.10" is nothing else. */
function isOfAmount({ amount, before }: Purchase, { value, isWhole }: NonNullable<DisputeWish['amount']>): boolean {
  return [amount, before].some((one) => {
    if (one === undefined) return false;
    return isWhole ? Math.trunc(Number(one)) === Number(value) : Number(one) === Number(value);
  });
}

/**
 * Several may be meant: a button for each, under its own link. It names the record, for a purchase that was charged
 * twice is told apart by nothing that could be said.
 */
function which(meant: readonly Found[], { reason }: DisputeWish, manner: Manner): Answer[] {
  const { locale } = manner;
  return [...Map.groupBy(meant, ({ link }) => link.linkId).values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const { linkId } = first.link;
    const labels = toldApart(some, manner, [shortWords, dayOf, timeOf]);
    const asks = some.map(({ recordId }, at): Ask => {
      const about = { what: 'dispute', recordId, ...(reason && { reason }) } as const;
      return { act: 'ask-case', linkId, about, label: labels[at] ?? '', weight: 'plain' };
    });
    const listed = toldApart(some, manner, [({ purchase }) => purchaseWords(purchase, locale), timeOf]).join('\n');
    return [telling(first.link, 'transactions', `${say(locale, 'dispute.which')}\n${listed}`, { asks })];
  });
}

type Naming = (one: Found, manner: Manner) => string;

const shortWords: Naming = ({ purchase: { amount, currency, merchant, description } }, { locale }) =>
  `${moneyWords(amount, currency, locale)}, ${merchant?.name ?? description}`;
const dayOf: Naming = ({ purchase }, { locale }) => fullDayWords(purchase.localDate, locale);
const timeOf: Naming = ({ purchase }, { locale, timeZone }) => {
  const at = Temporal.Instant.from(purchase.occurredAt).toZonedDateTimeISO(timeZone).toPlainTime();
  return timeWords(at.toString({ smallestUnit: 'minute' }), locale);
};

/** What names each of some purchases: the first naming, more of them where that is not enough, and at last a number. */
function toldApart(some: readonly Found[], manner: Manner, [first, ...more]: readonly [Naming, ...Naming[]]): string[] {
  let names = some.map((one) => first(one, manner));
  const isShared = (name: string): boolean => names.filter((one) => one === name).length > 1;
  for (const next of more)
    names = names.map((name, at) => {
      const one = some[at];
      return one && isShared(name) ? `${name}, ${next(one, manner)}` : name;
    });
  return names.map((name, at) =>
    isShared(name) ? `${name} (${names.slice(0, at + 1).filter((one) => one === name).length})` : name,
  );
}
