import { TellerlineError } from '#base';
import { findCustomer, type Act, type ControlAct } from '#customers';
import type { Transaction } from '#db';
import type { Audience } from '#delivery';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain } from './turn.ts';

/**
 * What staff propose becomes, once its customer has pressed its button, the customer's own act on their card: looked
 * up at the bank before the transaction that carries it out.
 *
 * @throws TellerlineError `proposal_unknown`, `proposal_over`, `card_unknown`, and those of `Cards.list`
 */
export async function controlProposed(parts: TalkParts, act: Act): Promise<ControlAct> {
  const { customerId, conversationId, linkId, proposal } = act;
  if (!linkId || !proposal)
    throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat. Nothing was done.');
  await parts.vault.askAhead({ linkIds: [linkId] });
  const wanted = await parts.database.transaction((tx) =>
    parts.desk.proposal(tx, { customerId, conversationId }, proposal),
  );
  const cards = await parts.controls.cards.list(customerId, linkId);
  const { action, cardLast4, limit } = wanted;
  const named = cards.filter(({ card }) => cardLast4 === undefined || card.last4 === cardLast4);
  const [one] = named;
  // Of several cards none was named: which one is meant nobody guesses.
  if (!one || named.length > 1)
    throw new TellerlineError('card_unknown', 404, 'This card is not known here any more. Nothing was done.');
  return {
    cardRef: one.cardRef,
    action,
    ...(limit && { limit: { ...limit, per: 'day' as const } }),
    ...(action === 'limit' && { limitGeneration: one.limitGeneration }),
  };
}

/** "No" to a proposal: it goes back to the case. @throws TellerlineError `proposal_unknown`, `proposal_over` */
export async function declineProposal(parts: TalkParts, tx: Transaction, act: Act, to: Audience): Promise<void> {
  const { customerId, conversationId, proposal } = act;
  if (!proposal)
    throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat. Nothing was done.');
  const thread = { customerId, conversationId };
  await parts.desk.settle(tx, thread, proposal, 'declined');
  const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
  await parts.delivery.write(tx, changesOf(parts, thread, [plain(locale, 'desk.declined')], { to }));
}
