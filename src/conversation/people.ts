import type { BankId, MessageId } from '#base';
import type { Locale } from '#contract';
import type { Thread } from '#delivery';
import type { CustomerPeople } from './person-answer.ts';
import { wishForPerson, withoutWish } from './person-words.ts';

import { sortQuestion } from './sorting.ts';
import type { TalkParts } from './talk-parts.ts';
import type { Tried } from './tried.ts';

/**
 * What a customer who asks for a person is offered: their question is what they say with it, or else what they asked
 * last; undefined when nobody is asked for.
 */
export async function customerPeople(
  parts: TalkParts,
  thread: Thread,
  said: { readonly text: string; readonly messageId: MessageId },
  tried: Tried,
  locale: Locale,
): Promise<CustomerPeople> {
  const { desk, database, delivery } = parts;
  const wish = wishForPerson(said.text, parts.faces());
  const before = wish && !wish.isQuestion ? tried.question(thread.conversationId) : undefined;
  const earlier = before && (await delivery.ownMessage(database, thread, before));
  const question = wish?.isQuestion
    ? said
    : before && earlier?.content.kind === 'text'
      ? { messageId: before, text: earlier.content.text }
      : undefined;
  const sorted = question && sortQuestion(withoutWish(question.text), locale);
  return {
    said,
    question,
    topic: sorted?.topic ?? 'other',
    ...(sorted?.confidence !== undefined && { confidence: sorted.confidence }),
    hours: (bankId) => desk.hours(database, bankId as BankId),
    open: async (linkId) =>
      (await desk.cases(database, thread)).find((one) => one.linkId === linkId && one.state !== 'closed'),
  };
}
