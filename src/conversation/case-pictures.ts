import { isTellerlineError, newId, TellerlineError, type ActionId, type IdentityId, type MessageId } from '#base';
import type { Locale } from '#contract';
import type { OpenDispute } from '#controls';
import { findCustomer } from '#customers';
import type { Transaction } from '#db';
import type { Talk } from '#desk';
import { encodeAnew, pictureForBank, type Thread } from '#delivery';
import { caseOver } from './case-questions.ts';
import { askToSend, openedWithin } from './evidence.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/** Pictures for cases: kept under the link's key, and sent to the bank by the button of a question. */

/**
 * Takes a picture that a browser brings to an open case of the customer's, and asks whether the bank gets it.
 *
 * @throws TellerlineError `case_over`, `picture_too_large`, `picture_unreadable`, `case_pictures_many`
 */
export async function addPicture(parts: TalkParts, thread: Thread, caseId: ActionId, bytes: Buffer): Promise<void> {
  const { customerId } = thread;
  const talk = await parts.desk.talkOf(parts.database, thread.conversationId);
  if (talk && (talk.caseId as string) === (caseId as string)) return addToTalk(parts, thread, talk, bytes);
  const open = await parts.controls.disputes.open(parts.database, customerId);
  const dispute = open.find(({ actionId }) => actionId === caseId);
  if (!dispute) throw caseOver();
  const jpeg = await pictureForBank(await read(bytes));
  const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
  await parts.vault.askAhead({ customerId });
  await parts.database.transaction(async (tx) => {
    const asked = await askAboutPicture(parts, tx, thread, [dispute], jpeg, locale);
    if (asked.length === 0) throw caseOver();
    const content = { kind: 'text', text: say(locale, 'chat.picture') } as const;
    const said = { entry: 'message', messageId: newId<MessageId>(), author: 'customer' } as const;
    const body = { from: 'customer', said: { content } } as const;
    await parts.delivery.write(tx, [
      { ...thread, ...said, atMs: parts.clock.nowMs(), body, to: 'browsers' },
      ...changesOf(parts, thread, asked, { to: 'browsers' }),
    ]);
  });
}

/** Decoded and encoded anew. @throws TellerlineError `picture_too_large`, `picture_unreadable` */
async function read(bytes: Buffer): Promise<Buffer> {
  const taken = await encodeAnew(bytes);
  if (taken.taken) return taken.bytes;
  throw taken.why === 'too-large'
    ? new TellerlineError('picture_too_large', 413, 'That picture is too large. Up to 5 MB can be added.')
    : new TellerlineError('picture_unreadable', 422, 'That is no picture that I can open. A JPEG or PNG works.');
}

/** A picture in a talk goes to staff as words do: its customer has opened the case for that. */
async function addToTalk(parts: TalkParts, thread: Thread, talk: Talk, bytes: Buffer): Promise<void> {
  const picture = await read(bytes);
  await parts.vault.askAhead({ linkIds: [talk.linkId] });
  await parts.database.transaction((tx) => sendInTalk(parts, tx, thread, picture, { messageId: newId<MessageId>() }));
}

/**
 * Sends a picture, encoded anew, to the staff of the talk that goes on; false when there is none any more. `sent`:
 * under which id its message stands, and where it was sent from.
 */
export async function sendInTalk(
  { desk, delivery, talkCards, clock }: TalkParts,
  tx: Transaction,
  thread: Thread,
  bytes: Buffer,
  sent: { readonly messageId: MessageId; readonly identityId?: IdentityId; readonly clientId?: string },
): Promise<boolean> {
  const talk = await desk.talkIn(tx, thread);
  if (!talk) return false;
  const { messageId, clientId } = sent;
  await desk.sentPicture(tx, talk, { bytes, messageId, ...(sent.identityId && { identityId: sent.identityId }) });
  const content = { kind: 'text', text: say(talk.locale, 'chat.picture') } as const;
  const of = { ...thread, entry: 'message', messageId, author: 'customer', atMs: clock.nowMs() } as const;
  const { customerId, conversationId } = thread;
  await delivery.write(tx, [
    {
      ...of,
      customerId,
      conversationId,
      ...(clientId !== undefined && { clientId }),
      body: { from: 'customer', said: { content } },
      to: 'browsers',
    },
  ]);
  tx.afterCommit(() => talkCards.soon({ customerId, conversationId }, talk.caseId));
  return true;
}

/**
 * Keeps a picture once, and asks for which of these cases it is; empty when none of them takes anything more.
 *
 * @throws TellerlineError `link_ended`, `case_pictures_many`
 */
export async function askAboutPicture(
  parts: Pick<TalkParts, 'controls' | 'faces'>,
  tx: Transaction,
  { customerId }: Thread,
  open: readonly OpenDispute[],
  jpeg: Buffer,
  locale: Locale,
): Promise<Answer[]> {
  const known = await openedWithin(tx, parts, customerId, open);
  const [first] = known;
  if (!first) return [];
  const keptFor = { linkId: first.linkId, actionId: first.actionId };
  const picture = await parts.controls.casePictures.keep(tx, { customerId, ...keptFor }, jpeg);
  return askToSend(parts, known, () => ({ picture, keptFor }), 'picture', locale);
}

/**
 * Like `askAboutPicture`, for a picture that somebody sent at a messenger: that it cannot be kept is said there, as
 * sending it again and again would change nothing.
 */
export async function answerPicture(
  parts: Pick<TalkParts, 'controls' | 'faces'>,
  tx: Transaction,
  thread: Thread,
  open: readonly OpenDispute[],
  jpeg: Buffer,
  locale: Locale,
): Promise<Answer[]> {
  try {
    const asked = await askAboutPicture(parts, tx, thread, open, jpeg, locale);
    return asked.length > 0 ? asked : [plain(locale, 'case.none')];
  } catch (error) {
    // Both are found before anything is written, so that the transaction goes on.
    if (isTellerlineError(error, 'case_pictures_many')) return [plain(locale, 'case.pictures.many')];
    if (isTellerlineError(error, 'link_ended')) return [plain(locale, 'case.none')];
    throw error;
  }
}
