import { limits, type ActionId } from '#base';
import type { BankEvent, CardAction } from '#contract';
import { sql, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import type { ActionState, BankAsk, Settled } from './bank-action.ts';

/** How a card stands, as its bank tells it by itself. */
export type CardStatus = Extract<BankEvent, { type: 'card.status' }>;

/** The act on a card by which it comes to stand so; none of a card that has run out, for its bank sends the next. */
export const actOfStatus: Readonly<Partial<Record<CardStatus['status'], CardAction>>> = {
  active: 'unfreeze',
  frozen: 'freeze',
  lost: 'report-lost',
  stolen: 'report-stolen',
  replaced: 'replace',
};

/**
 * Whether a bank's word of a card tells nothing new: it follows from what was asked for here, whose own message says
 * how far that has come, or something that was asked for here has been confirmed since. See `recent_card_asks`,
 * 0035_card_statuses.sql.
 */
export async function isKnownHere(tx: Transaction, sealer: LinkSealer, event: CardStatus): Promise<boolean> {
  const atMs = Date.parse(event.occurredAt);
  // Until then a bank may carry out what it was asked for.
  const since = new Date(atMs - limits.bankActionValidMs - limits.bankClockSkewMsMax);
  const rows = await tx.query<{ id: ActionId; state: ActionState; sealed: Buffer }>(sql`
    select action_id as id, state, sealed from recent_card_asks(${sealer.linkId}, ${since})`);
  return rows.some(({ id, state, sealed }) =>
    sealer.openState<{ ask: BankAsk; settled?: Settled }>('bank_actions.ask', id, sealed).use(({ ask, settled }) => {
      if (ask.kind !== 'card' || ask.cardLast4 !== event.cardLast4 || state === 'refused') return false;
      const isCause = ask.action === actOfStatus[event.status];
      const changesStatus = Object.values(actOfStatus).includes(ask.action);
      return isCause || (changesStatus && settled?.result === 'confirmed' && Date.parse(settled.at) > atMs);
    }),
  );
}
