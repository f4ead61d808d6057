import { listWords } from './moments.ts';
import type { UsesCounted } from './money.ts';
import { plain, wayToPrivacy, type Answer, type Turn } from './turn.ts';
import { say, type Sentence } from './words.ts';

const daysAsked = 30;

/** Reasons that have words of their own; any other is counted by who it was. */
const worded: Readonly<Record<string, Sentence>> = {
  'conversation-shown': 'uses.conversation-shown',
  'question-answered': 'uses.question-answered',
  exported: 'uses.exported',
  'event-shown': 'uses.event-shown',
  'event-kept': 'uses.event-kept',
  'order-shown': 'uses.order-shown',
  digest: 'uses.digest',
  'message-compared': 'uses.message-compared',
  'message-checked': 'uses.message-checked',
  'sent-on': 'uses.sent-on',
  'receipt-matching': 'uses.receipt-matching',
  'bank-fetched': 'uses.bank-fetched',
  'first-balances-shown': 'uses.first-balances-shown',
  'cards-listed': 'uses.cards-listed',
  'statements-listed': 'uses.statements-listed',
  'statement-opened': 'uses.statement-opened',
};

function wordsOf({ reason, who }: UsesCounted): Sentence {
  // Each thing that can be done to a card has a reason of its own.
  if (reason.startsWith('card-')) return 'uses.card-asked';
  return worded[reason] ?? (who === 'staff' ? 'uses.staff' : 'uses.other');
}

/** "Who has seen my data?": the uses of the last thirty days in a sentence, and the way to each of them. */
export async function answerWhoSaw({ locale, money, now }: Turn): Promise<Answer[]> {
  const counted = await money.uses(now.subtract({ hours: 24 * daysAsked }));
  const waysOn = [wayToPrivacy(locale)];
  const count = counted.reduce((all, one) => all + one.count, 0);
  if (count === 0) return [plain(locale, 'uses.none', {}, { waysOn })];
  const uses = listWords(
    counted.map((one) => say(locale, wordsOf(one), { count: one.count })),
    locale,
  );
  return [plain(locale, 'uses', { count, uses }, { waysOn })];
}
