import { TellerlineError } from '#base';
import { limitChanged } from '#controls';
import type { Act } from '#customers';
import type { Transaction } from '#db';
import { proofFor } from './card-answer.ts';
import type { TalkParts } from './talk-parts.ts';

/**
 * Asks the bank how a card stands, before a limit is set by a button alone: whether it still only narrows is decided
 * by the limit of now, not by that of when the button was made.
 *
 * @throws TellerlineError those of `Cards.list`
 */
export async function lookBeforeLimit(
  { controls }: Pick<TalkParts, 'controls'>,
  { customerId, linkId, control, proof }: Act,
): Promise<void> {
  if (linkId && control?.action === 'limit' && !proof) await controls.cards.list(customerId, linkId);
}

/**
 * Does to a card what a button says: its bank is asked after COMMIT, and a message of its own says how far that has
 * come. What the button needs besides was proven before.
 *
 * @throws TellerlineError `card_unknown`, `limit_changed`, `link_ended`, `purpose_not_consented`
 */
export async function carryOutControl(
  { controls }: Pick<TalkParts, 'controls'>,
  tx: Transaction,
  { customerId, linkId, control, proof }: Act,
): Promise<void> {
  if (!linkId || !control) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const { cardRef, action, limit } = control;
  const card = await controls.cards.find(tx, linkId, cardRef);
  const { bankId, cardId, last4, account, accountRef } = card;
  const ask = { kind: 'card', cardRef, cardId, cardLast4: last4, account, action, ...(limit && { limit }) } as const;
  const wish = { customerId, linkId, bankId, ...(accountRef && { accountRef }) };
  if (action !== 'limit') {
    await controls.request(tx, { ...wish, ask });
    return;
  }
  // Nobody has proven that they may widen the limit that the card has by now.
  if (!proof && proofFor(action, limit, card)) throw limitChanged();
  const limitGeneration = await controls.cards.nextLimit(tx, linkId, cardRef, control.limitGeneration);
  const compared = proof ? {} : { insteadOf: card.limit ?? null };
  await controls.request(tx, { ...wish, ask: { ...ask, limitGeneration, ...compared } });
}
