import type { BankId, MessageId } from '#base';
import type { CardControlCard } from '#contract';
import { actOfStatus, type CardStatus } from '#controls';
import type { Transaction } from '#db';
import { uuidOf, type Change } from '#delivery';
import type { Route } from '#linking';
import { taskActor, type AccessRequest } from '#vault';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';
import type { Routed } from './route.ts';

/** What customers are told of how their cards stand, and the uses that this is. */
export interface CardStatuses {
  readonly changes: readonly Change[];
  readonly uses: readonly (AccessRequest & { readonly records: number })[];
}

/**
 * Says what banks tell of cards by themselves: that one was frozen, lost or replaced elsewhere. What was asked for here
 * has a message of its own, which waits for the bank's answer to that, and nothing is said of it twice.
 */
export async function cardStatuses(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  news: readonly ParsedEvent[],
  { allowed, sealers }: Routed,
  nowMs: number,
): Promise<CardStatuses> {
  const told: { readonly event: CardStatus; readonly to: Route }[] = [];
  for (const parsed of news) {
    const { event } = parsed;
    if (event.type !== 'card.status' || actOfStatus[event.status] === undefined) continue;
    for (const to of allowed.get(parsed) ?? []) {
      const sealer = sealers.get(to.linkId);
      if (sealer && !(await parts.alerts.isKnownHere(tx, sealer, event))) told.push({ event, to });
    }
  }
  return {
    changes: told.flatMap(({ event, to }) => changeOf(bankId, event, to, nowMs)),
    uses: told.map(({ to }) => ({
      actor: taskActor('notify', to.customerId),
      purpose: 'fraud-alerts',
      linkId: to.linkId,
      fields: ['card'],
      reason: 'event-shown',
      records: 1,
    })),
  };
}

/** Its words are drawn in the customer's language where it is written. */
function changeOf(bank: BankId, event: CardStatus, to: Route, atMs: number): Change[] {
  const { id, cardLast4, status, occurredAt: at } = event;
  const { customerId, conversationId, linkId, account } = to;
  const action = actOfStatus[status];
  if (!action) return [];
  const card: CardControlCard = {
    card: 'cardControl',
    bank,
    account,
    cardLast4,
    action,
    state: 'confirmed',
    byBank: true,
    at,
    settledAt: at,
  };
  const messageId = uuidOf(`card-status|${linkId}|${id}`) as MessageId;
  const body = {
    from: 'link',
    linkId,
    purpose: 'fraud-alerts',
    said: { content: { kind: 'card', card, text: '' } },
  } as const;
  return [{ customerId, conversationId, entry: 'message', messageId, author: 'bank', atMs, body }];
}
