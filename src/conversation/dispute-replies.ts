import { moneyWords, type DisputeReason, type Locale, type Purchase, type QuickReply } from '#contract';
import { fullDayWords } from './moments.ts';
import { say } from './words.ts';

/** Words to tap by which one purchase is disputed; they ask, with buttons, and do nothing by themselves. */
export function disputeReply(purchase: Purchase, reason: DisputeReason | undefined, locale: Locale): QuickReply {
  const { amount, currency, merchant, description, localDate } = purchase;
  const values = {
    amount: moneyWords(amount, currency, locale),
    merchant: merchant?.name ?? description,
    day: fullDayWords(localDate, locale),
  };
  return {
    label: `${values.amount}, ${values.merchant}`,
    text: say(locale, reason === undefined ? 'dispute.say' : `dispute.say.${reason}`, values),
  };
}
