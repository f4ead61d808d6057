import { newId, parseMoney, type AccountRef, type MessageId, type RecordId } from '#base';
import type { BalanceCard, Balance } from '#contract';
import type { Change, Thread } from '#delivery';
import type { SideChange } from '#linking';
import type { StoredEvent } from './plan.ts';

/** An account that has come to the other side of the limit that its customer set, and by which event. */
export interface Crossing extends SideChange {
  readonly thread: Thread;
  readonly recordId: RecordId;
  /** What says so when it fell below; drawn in the customer's language where it is shown. */
  readonly card: BalanceCard;
}

/** What an event says of its account's balance, when it says anything new. */
function balanceIn({ stored }: StoredEvent): Balance | undefined {
  const { outcome, content } = stored;
  if (outcome === 'kept' || !isOfAccount(content)) return undefined;
  return content.balance;
}

type OfAccount = Extract<StoredEvent['stored']['content'], { readonly kind: 'transaction' | 'balance' }>;
const isOfAccount = (content: StoredEvent['stored']['content']): content is OfAccount =>
  content.kind === 'transaction' || content.kind === 'balance';

/** The newest balance of each account decides: one that is made up for in the same batch is not said. */
function newestBalances(events: readonly StoredEvent[]): Map<AccountRef, { event: StoredEvent; balance: Balance }> {
  const newest = new Map<AccountRef, { event: StoredEvent; balance: Balance }>();
  for (const event of events) {
    const balance = balanceIn(event);
    if (!event.wishes.low || !balance) continue;
    const { accountRef } = event.wishes;
    const before = newest.get(accountRef)?.balance;
    if (!before || Date.parse(before.asOf) <= Date.parse(balance.asOf)) newest.set(accountRef, { event, balance });
  }
  return newest;
}

/**
 * Which accounts a batch takes to the other side of their customer's limit: below it, or up to it again. Of a card
 * nothing is left that could fall; a balance that is older than the one that was decided by, or in another
 * currency than the limit, says nothing.
 */
export function crossingsIn(events: readonly StoredEvent[]): Crossing[] {
  return [...newestBalances(events).values()].flatMap(({ event, balance }): Crossing[] => {
    const { wishes, stored, linkId, thread } = event;
    const { hearing, low: before, accountRef, accountIndex } = wishes;
    if (!isOfAccount(stored.content)) return [];
    const { bank, account } = stored.content;
    const limit = hearing.low;
    if (!limit || !before || account.kind === 'card' || limit.currency !== balance.currency) return [];
    if (Date.parse(balance.asOf) < Date.parse(before.asOf)) return [];
    const side = leftIn(balance) < parseMoney(limit.amount, limit.currency).minor ? 'under' : 'above';
    if (side === before.side) return [];
    const card: BalanceCard = { card: 'balance', bank, accounts: [{ ...account, balance }], low: limit };
    const of = { linkId, accountRef, accountIndex, before, side, asOf: balance.asOf } as const;
    return [{ ...of, thread, recordId: stored.recordId, card }];
  });
}

/** What can be drawn, in minor units. */
function leftIn({ current, available, currency }: Balance): bigint {
  return parseMoney(available ?? current, currency).minor;
}

/** Says of accounts that fell below their limit that they did; sealed under the link, as balances are. */
export function lowBalanceNotices(crossings: readonly Crossing[], nowMs: number): Change[] {
  return crossings.flatMap(({ side, thread, linkId, card }): Change[] => {
    if (side === 'above') return [];
    const said = { content: { kind: 'card', card, text: '' }, canWait: true } as const;
    const body = { from: 'link', linkId, purpose: 'balances', said } as const;
    return [{ ...thread, entry: 'message', messageId: newId<MessageId>(), author: 'bank', atMs: nowMs, body }];
  });
}
