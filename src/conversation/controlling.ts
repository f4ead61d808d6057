import { TellerlineError } from '#base';
import type { Act } from '#customers';
import type { Transaction } from '#db';
import type { TalkParts } from './talk-parts.ts';

/**
 * Does to a card what a button says: its bank is asked after COMMIT, and a message of its own says how far that has
 * come. What the button needs besides was proven before.
 *
 * @throws TellerlineError `card_unknown`, `link_ended`, `purpose_not_consented`
 */
export async function carryOutControl(
  { controls }: Pick<TalkParts, 'controls'>,
  tx: Transaction,
  { customerId, linkId, control }: Act,
): Promise<void> {
  if (!linkId || !control) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const { cardRef, action, limit } = control;
  const { bankId, cardId, last4, account } = await controls.cards.find(tx, linkId, cardRef);
  // Whether a limit is a smaller one was seen when its button was made: every other button of before is void with it.
  const named = action === 'limit' ? await controls.cards.rename(tx, linkId, cardRef) : cardRef;
  const ask = {
    kind: 'card',
    cardRef: named,
    cardId,
    cardLast4: last4,
    account,
    action,
    ...(limit && { limit }),
  } as const;
  await controls.request(tx, { customerId, linkId, bankId, ask });
}
