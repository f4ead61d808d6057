import { newId, TellerlineError, type MessageId } from '#base';
import type { Purpose } from '#contract';
import type { Act } from '#customers';
import { findCustomer } from '#customers';
import type { Transaction } from '#db';
import type { Audience, Body, Thread } from '#delivery';
import { taskActor } from '#vault';
import { askToDispute, disputableFrom, disputableLinks, disputablesOf } from './disputing.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain } from './turn.ts';
import { say } from './words.ts';

/** Stores words of the customer's own, which are answered like typed ones. */
type SayFor = (tx: Transaction, thread: Thread, clientId: string, text: string) => Promise<unknown>;

/**
 * What an answer to the customer's own watch does: "It was me" nothing more than to close the question; "Not me" asks
 * in the customer's name to freeze the card, which takes a button of its own, and names the bank's telephone. Nothing
 * here waits for a bank: whether the purchase is disputed from here is asked afterwards, by `offerDisputeOfWatch`.
 *
 * @throws TellerlineError `act_invalid`
 */
export async function carryOutWatch(
  parts: TalkParts,
  tx: Transaction,
  { customerId, conversationId, linkId, watch }: Act,
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
  const isHere = watch.recordId !== undefined && disputing.every((one) => link?.purposes.includes(one));
  const key = isHere ? 'watch.not-mine.here' : 'watch.not-mine';
  const said = plain(locale, key, { bank: bank.name, telephone: bank.telephone });
  await parts.delivery.write(tx, changesOf(parts, thread, [said], { to }));
  await sayFor(tx, thread, newId<MessageId>(), say(locale, 'card.say.freeze', { last4: watch.last4 }));
}

/** What has to be shared for a purchase to be disputed from here. */
const disputing = ['transactions', 'account-management'] as const satisfies readonly Purpose[];

/**
 * After "Not me": asks, with a button, whether the purchase is to be disputed from here. Nothing is asked where its bank
 * is telephoned instead, or it is disputed already; what fails on the way is logged, for the press has counted.
 */
export async function offerDisputeOfWatch(
  parts: TalkParts,
  { customerId, conversationId, linkId, watch }: Act,
  to: Audience,
): Promise<void> {
  if (!linkId || !watch?.recordId || watch.answer === 'mine') return;
  try {
    const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
    const [link] = (await disputableLinks(parts, customerId, locale, linkId)).links;
    if (!link?.purposes.includes('transactions')) return;
    const span = { ...disputableFrom(parts.clock.nowMs()), recordIds: [watch.recordId] };
    const [found] = await disputablesOf(parts, customerId, linkId, span);
    if (!found) return;
    await parts.vault.askAhead({ customerId });
    const asked = changesOf(parts, { customerId, conversationId }, [askToDispute(link, found, locale, 'not-mine')], {
      to,
    });
    await parts.database.transaction((tx) => parts.delivery.write(tx, asked));
  } catch (error) {
    parts.log.warn({ err: error }, 'the dispute of a watched purchase could not be offered');
  }
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
