import { accountName, amountOf, capital, subjectOf } from './card-words.ts';
import type { MatterContext, MatterPart } from './matter.ts';
import type { MatchedPurchase } from './purchase.ts';

/** What an order or a parcel says of the card purchase that it belongs to. */

/** Whose card paid and when, behind the bank's mark; the amount too, where another stood on the receipt. */
export function matchedPart(
  { bank, account, transaction }: MatchedPurchase,
  { words, nowMs }: MatterContext,
  total?: string,
): MatterPart {
  const last4 = transaction.cardLast4 ?? (account.kind === 'card' ? account.last4 : undefined);
  const when = capital(words.moment(transaction.occurredAt, nowMs), words.region);
  const amount = amountOf(words, transaction);
  return {
    part: 'matched',
    bank,
    text:
      last4 === undefined
        ? words.say('matched.account', { account: accountName(words, account) })
        : words.say('matched', { last4 }),
    detail: total === undefined || total === amount ? when : words.say('matched.when', { when, amount }),
  };
}

/** Where the card was used; nothing of a purchase online. */
export function matchedMap({ bank, transaction }: MatchedPurchase, { words }: MatterContext): MatterPart[] {
  const subjects = subjectOf(words, transaction);
  return subjects.length > 0 ? [{ part: 'map', subjects, height: 'low', bank }] : [];
}
