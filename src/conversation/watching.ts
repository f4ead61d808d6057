import { newId, TellerlineError, type MessageId } from '#base';
import type { Act } from '#customers';
import { findCustomer } from '#customers';
import type { Transaction } from '#db';
import type { Audience, Body, Thread } from '#delivery';
import { taskActor } from '#vault';
import { askToDispute, disputableFrom, disputableLinks, disputablesOf } from './disputing.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/** Stores words of the customer's own, which are answered like typed ones. */
type SayFor = (tx: Transaction, thread: Thread, clientId: string, text: string) => Promise<unknown>;

/**
 * The question, with its button, whether a purchase that the watch asked about is to be disputed from here; undefined
 * where its bank is telephoned instead, or it is disputed already.
 */
export async function disputeOfWatch(
  parts: TalkParts,
  { customerId, linkId, watch }: Act,
): Promise<Answer | undefined> {
  if (!linkId || !watch?.recordId || watch.answer === 'mine') return undefined;
  const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
  const [link] = (await disputableLinks(parts, customerId, locale, linkId)).links;
  if (!link?.purposes.includes('transactions')) return undefined;
  const span = { ...disputableFrom(parts.clock.nowMs()), recordIds: [watch.recordId] };
  const [found] = await disputablesOf(parts, customerId, linkId, span);
  return found && askToDispute(link, found, locale, 'not-mine');
}

/**
 * What an answer to the customer's own watch does: "It was me" nothing more than to close the question; "Not me" asks
 * whether it is to be disputed (`dispute`, or the bank's telephone where that cannot be done from here), and in the
 * customer's name to freeze the card. Each takes a button of its own.
 *
 * @throws TellerlineError `act_invalid`
 */
export async function carryOutWatch(
  parts: TalkParts,
  tx: Transaction,
  { customerId, conversationId, linkId, watch }: Act,
  dispute: Answer | undefined,
  to: Audience,
  sayFor: SayFor,
): Promise<void> {
  if (!linkId || !watch) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  if (watch.answer === 'mine') return;
  const thread = { customerId, conversationId };
  const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
  const link = (await parts.linking.links(customerId)).find((one) => one.linkId === linkId);
  const bank = parts.faces().find(({ id }) => id === link?.bank);
  if (!bank) return;
  const said = dispute
    ? [plain(locale, 'watch.not-mine.here', { bank: bank.name }), dispute]
    : [plain(locale, 'watch.not-mine', { bank: bank.name, telephone: bank.telephone })];
  await parts.delivery.write(tx, changesOf(parts, thread, said, { to }));
  await sayFor(tx, thread, newId<MessageId>(), say(locale, 'card.say.freeze', { last4: watch.last4 }));
}

/** Shows under the question how it was answered. */
export async function closeWatch(
  parts: TalkParts,
  { customerId, conversationId, messageId, watch }: Act,
): Promise<void> {
  const thread = { customerId, conversationId };
  const message = await parts.delivery.openMessage(taskActor('answer', customerId), thread, messageId);
  const said = message?.body.said;
  if (!watch || !said || said.content.kind !== 'card' || said.content.card.card !== 'fraudAlert') return;
  const atMs = parts.clock.nowMs();
  const at = new Date(atMs).toISOString();
  const { actions: _pressed, ...rest } = said;
  const card = {
    ...said.content.card,
    state: 'released',
    answer: watch.answer,
    answeredAt: at,
    settledAt: at,
  } as const;
  const body: Body = { ...message.body, said: { ...rest, content: { ...said.content, card } } };
  await parts.database.transaction((tx) =>
    parts.delivery.write(tx, [{ ...thread, entry: 'edit', messageId, author: message.author, atMs, body }]),
  );
}
