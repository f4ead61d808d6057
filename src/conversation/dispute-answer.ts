import { isTellerlineError } from '#base';
import type { Locale, Purchase } from '#contract';
import type { Customer } from '#customers';
import type { Thread } from '#delivery';
import { disputeReply } from './dispute-replies.ts';
import { namedIn, wishToDispute, type DisputeWish } from './dispute-words.ts';
import {
  askToDispute,
  disputableFrom,
  disputableLinks,
  disputablesOf,
  purchasesAskedMax,
  purchaseWords,
  type Disputable,
} from './disputing.ts';
import type { LinkOfCustomer } from './money.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, telling, wayToLink, type Answer } from './turn.ts';
import { say } from './words.ts';

interface Found extends Disputable {
  readonly link: LinkOfCustomer;
}

/**
 * "Dispute the $42 at Target": asks why, with a button for each reason, or which purchase is meant. Undefined when the
 * text wants no dispute.
 */
export async function answerDispute(
  parts: TalkParts,
  { customerId }: Thread,
  text: string,
  { locale }: Pick<Customer, 'locale'>,
): Promise<Answer[] | undefined> {
  const wish = wishToDispute(text);
  if (wish === undefined) return undefined;
  const { links, said } = await disputableLinks(parts, customerId, locale);
  if (links.length === 0)
    return said.length > 0 ? [...said] : [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })];
  const all = (await Promise.all(links.map((link) => purchasesOf(parts, customerId, link)))).flat();
  const meant = await narrowed(parts, customerId, wish, all);
  const [only] = meant;
  if (only && meant.length === 1) return [askToDispute(only.link, only, locale, wish.reason)];
  if (meant.length === 0) return [plain(locale, 'dispute.none')];
  return which(meant.slice(0, purchasesAskedMax), wish, locale);
}

async function purchasesOf(parts: TalkParts, customerId: Thread['customerId'], link: LinkOfCustomer): Promise<Found[]> {
  if (!link.purposes.includes('transactions')) return [];
  try {
    const found = await disputablesOf(parts, customerId, link.linkId, disputableFrom(parts.clock.nowMs()));
    return found.map((one) => ({ ...one, link }));
  } catch (error) {
    // Taken back meanwhile: what the other links show is searched.
    if (!isTellerlineError(error)) throw error;
    return [];
  }
}

/** Those that everything fits that was said; where nothing names one, those with a receipt when goods are missing. */
async function narrowed(
  { pairing, database }: TalkParts,
  customerId: Thread['customerId'],
  { reason, amount, day, words }: DisputeWish,
  all: readonly Found[],
): Promise<readonly Found[]> {
  const ofDay = all.filter(({ purchase }) => day === undefined || purchase.localDate === day);
  const ofAmount = ofDay.filter(({ purchase }) => amount === undefined || isOfAmount(purchase, amount));
  const named = ofAmount.map((one) => ({ one, count: namedIn(words, nameOf(one.purchase)) }));
  const most = Math.max(0, ...named.map(({ count }) => count));
  if (most > 0) return named.flatMap(({ one, count }) => (count === most ? [one] : []));
  if (amount !== undefined || day !== undefined) return ofAmount;
  if (reason !== 'missing-goods') return all;
  const withReceipt: Found[] = [];
  for (const one of all) {
    if (withReceipt.length === purchasesAskedMax) break;
    const { linkId } = one.link;
    if ((await pairing.receiptsOf(database, customerId, { linkId, recordId: one.recordId })).length > 0)
      withReceipt.push(one);
  }
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

/** Several may be meant: words to tap, one for each, under its own link. */
function which(meant: readonly Found[], { reason }: DisputeWish, locale: Locale): Answer[] {
  return [...Map.groupBy(meant, ({ link }) => link.linkId).values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const quickReplies = some.map(({ purchase }) => disputeReply(purchase, reason, locale));
    const listed = some.map(({ purchase }) => purchaseWords(purchase, locale)).join('\n');
    return [telling(first.link, 'transactions', `${say(locale, 'dispute.which')}\n${listed}`, { quickReplies })];
  });
}
