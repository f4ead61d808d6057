import { TellerlineError } from '#base';
import { waitWords } from '#contract';
import { findCustomer, type Act } from '#customers';
import type { Transaction } from '#db';
import type { OpenedCase, Talk } from '#desk';
import type { Audience, Thread } from '#delivery';
import { whenWords } from './moments.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import type { Tried } from './tried.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/**
 * Opens a case by the customer's own button: from then on what they type goes to the bank's staff, who see the
 * question that came before, how it was sorted, and what was tried.
 *
 * @throws TellerlineError `link_ended`, `cases_too_many`
 */
export async function openTalk(parts: TalkParts, tx: Transaction, act: Act, tried: Tried, to: Audience): Promise<void> {
  const { linkId, opening, customerId, conversationId } = act;
  if (!linkId || !opening)
    throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat. Nothing was done.');
  const thread = { customerId, conversationId };
  const customer = await findCustomer(tx, customerId);
  const { locale, timeZone } = customer ?? { locale: 'en', timeZone: 'UTC' };
  const asked = opening.asked && (await parts.delivery.ownMessage(tx, thread, opening.asked));
  const opened = await parts.desk.open(tx, thread, {
    linkId,
    topic: opening.topic,
    ...(opening.confidence !== undefined && { confidence: opening.confidence }),
    ...(asked?.content.kind === 'text' && { asked: asked.content.text }),
    tried: tried.sentences(conversationId, linkId, locale),
    locale,
    ...(to !== 'browsers' && { identityId: to }),
  });
  await parts.talkCards.begin(tx, thread, opened.caseId, to);
  if (to !== 'browsers') {
    const talk = await parts.desk.talkOf(tx, conversationId);
    const bank = talk && nameOf(parts, talk);
    const words = openedWords(parts, opened, bank ?? '', { locale, timeZone });
    await parts.delivery.write(tx, changesOf(parts, thread, [words], { to }));
  }
  tellBrowsers(parts, tx, thread);
}

/** A talk's bank by its name in the directory. */
export const nameOf = ({ faces }: Pick<TalkParts, 'faces'>, { bankId }: Pick<Talk, 'bankId'>): string =>
  faces().find(({ id }) => id === bankId)?.name ?? bankId;

/** To whom words go has changed: the line above the composer. */
export function tellBrowsers({ delivery }: Pick<TalkParts, 'delivery'>, tx: Transaction, thread: Thread): void {
  tx.afterCommit(() => delivery.outlets.send(thread.conversationId, { frame: 'changed' }));
}

/** Where no card may stand it is said in words, in which nothing of a bank is told but that one was written to. */
function openedWords(
  { clock }: Pick<TalkParts, 'clock'>,
  { number, place, expectedWaitSeconds, waitSpan, answerBy, opensAt }: OpenedCase,
  bank: string,
  { locale, timeZone }: { readonly locale: 'en' | 'es'; readonly timeZone: string },
): Answer {
  const now = Temporal.Instant.fromEpochMilliseconds(clock.nowMs());
  const when = (at: Date): string => whenWords(at.toISOString(), locale, timeZone, now);
  const wait = opensAt
    ? say(locale, 'case.opened.shut', { bank, when: when(opensAt) })
    : expectedWaitSeconds === undefined
      ? say(locale, 'case.opened.place', { place })
      : say(locale, 'case.opened.wait', { place, wait: waitWords(expectedWaitSeconds, waitSpan, locale) });
  const promise = answerBy ? say(locale, 'case.opened.promise', { when: when(answerBy) }) : '';
  return plain(locale, 'case.opened.words', { bank, number: String(number), wait, promise });
}
