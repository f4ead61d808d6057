import { newId, TellerlineError, type ActionId, type MessageId } from '#base';
import type { Locale } from '#contract';
import type { OpenDispute } from '#controls';
import { findCustomer } from '#customers';
import type { Transaction } from '#db';
import { encodeAnew, pictureForBank, type Thread } from '#delivery';
import { caseOver } from './case-questions.ts';
import { askForOne } from './evidence.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import type { Answer } from './turn.ts';
import { say } from './words.ts';

/** Pictures for cases: kept under the link's key, and sent to the bank by the button of a question. */

/**
 * Takes a picture that a browser brings to an open case of the customer's, and asks whether the bank gets it.
 *
 * @throws TellerlineError `case_over`, `picture_too_large`, `picture_unreadable`, `case_pictures_many`
 */
export async function addPicture(parts: TalkParts, thread: Thread, caseId: ActionId, bytes: Buffer): Promise<void> {
  const { customerId } = thread;
  const open = await parts.controls.disputes.open(parts.database, customerId);
  const dispute = open.find(({ actionId }) => actionId === caseId);
  if (!dispute) throw caseOver();
  const taken = await encodeAnew(bytes);
  if (!taken.taken)
    throw taken.why === 'too-large'
      ? new TellerlineError('picture_too_large', 413, 'That picture is too large. Up to 5 MB can be added.')
      : new TellerlineError('picture_unreadable', 422, 'That is no picture that I can open. A JPEG or PNG works.');
  const jpeg = await pictureForBank(taken.bytes);
  const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
  await parts.vault.askAhead({ customerId });
  await parts.database.transaction(async (tx) => {
    const asked = await askAboutPicture(parts, tx, thread, [dispute], jpeg, locale);
    const content = { kind: 'text', text: say(locale, 'chat.picture') } as const;
    const said = { entry: 'message', messageId: newId<MessageId>(), author: 'customer' } as const;
    const body = { from: 'customer', said: { content } } as const;
    await parts.delivery.write(tx, [
      { ...thread, ...said, atMs: parts.clock.nowMs(), body, to: 'browsers' },
      ...changesOf(parts, thread, asked, { to: 'browsers' }),
    ]);
  });
}

/** Keeps a picture for each of these cases, and asks of each whether its bank gets it. */
export async function askAboutPicture(
  { controls, faces }: Pick<TalkParts, 'controls' | 'faces'>,
  tx: Transaction,
  { customerId }: Thread,
  open: readonly OpenDispute[],
  jpeg: Buffer,
  locale: Locale,
): Promise<Answer[]> {
  const asked: Answer[] = [];
  for (const one of open) {
    const { linkId, actionId, bankId } = one;
    const picture = await controls.casePictures.keep(tx, { customerId, linkId, actionId }, jpeg);
    const bank = faces().find(({ id }) => id === bankId)?.name ?? bankId;
    asked.push(askForOne(one, bank, { picture }, 'case.add.picture', 'act.case.add.picture', locale));
  }
  return asked;
}
