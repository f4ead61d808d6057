import type { ConversationId } from '#base';
import { gistOfCardControl, type CardControlCard, type ControlRefusal, type Locale, type Message } from '#contract';
import { findCustomer } from '#customers';
import type { Transaction } from '#db';
import type { Tell } from './action-store.ts';
import type { BankAction, BankAsk, NotDone } from './bank-action.ts';
import type { ControlsParts } from './parts.ts';

type CardAsk = Extract<BankAsk, { kind: 'card' }>;

/** What is said beside the card: a button that undoes it, or a way on. */
export type Aside = Pick<Message, 'actions' | 'waysOn' | 'quickReplies'>;

/** The reasons that a card can word; of the others it says that the bank did not, and no more. */
const worded: Readonly<Partial<Record<NotDone, ControlRefusal>>> = {
  'already-so': 'already-so',
  'card-closed': 'card-closed',
  'not-allowed': 'not-allowed',
  'limit-out-of-range': 'limit-out-of-range',
  'call-bank': 'call-bank',
};

/** An action on a card, as the card of its message shows it. Nothing is called done before the bank has confirmed it. */
export function controlCard(
  { bankId, ask, state, settled, requestedAtMs }: BankAction & { readonly ask: CardAsk },
  telephone: string,
): CardControlCard {
  const { account, cardLast4, action, limit } = ask;
  return {
    card: 'cardControl',
    bank: bankId,
    account,
    cardLast4,
    action,
    state,
    at: new Date(requestedAtMs).toISOString(),
    ...(settled && { settledAt: settled.at }),
    ...(settled?.result === 'refused' && { reason: worded[settled.reason] ?? 'other' }),
    ...(limit && { limit }),
    ...(settled?.result === 'confirmed' && settled.replacement && { newCard: settled.replacement }),
    ...(telephone !== '' && { telephone }),
  };
}

/** Says how far an action on a card has come: one message that changes. */
export function tellControl(
  parts: Pick<ControlsParts, 'delivery' | 'faces' | 'clock'>,
  aside: (action: BankAction & { readonly ask: CardAsk }, locale: Locale, conversationId: ConversationId) => Aside,
): Tell<Transaction> {
  return async (tx, action, isNew) => {
    const { ask, customerId, bankId, linkId, messageId, state } = action;
    if (ask.kind !== 'card') return;
    const customer = await findCustomer(tx, customerId);
    const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
    const face = parts.faces().find(({ id }) => id === bankId);
    if (!customer || !thread || !face) return;
    const ofCard = { ...action, ask };
    const card = controlCard(ofCard, face.telephone);
    const text = gistOfCardControl(card, face.name, customer.locale);
    const beside = aside(ofCard, customer.locale, thread.conversationId);
    const said = { content: { kind: 'card', card, text } as const, ...beside };
    const body = { from: 'link', linkId, purpose: 'account-management', said } as const;
    const atMs = parts.clock.nowMs();
    const change = { ...thread, messageId, author: 'bank', atMs, body } as const;
    // What is on its way needs no message more where a card cannot change; how it ended does.
    const isWorthSaying = state === 'confirmed' || state === 'refused' || state === 'unknown';
    await parts.delivery.write(tx, [
      isNew
        ? { ...change, entry: 'message' }
        : { ...change, entry: 'edit', ...(isWorthSaying && { worthSaying: true as const }) },
    ]);
  };
}
