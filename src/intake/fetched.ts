import { createHash } from 'node:crypto';
import { canonicalJson, type LinkId } from '#base';
import type { BankEvent } from '#contract';
import type { Fetched } from '#linking';
import type { ParsedEvent } from './parse.ts';

/**
 * What was fetched of a link's bank, as the events that the bank would have pushed. An event's id derives from
 * link and content: what is fetched a second time is a duplicate, and what has changed since is another event.
 */
export function eventsOfFetched(linkId: LinkId, { accountId, transactions, balance }: Fetched): ParsedEvent[] {
  const purchases = transactions.map(({ occurredAt, ...transaction }) => ({
    type: `transaction.${transaction.status}`,
    occurredAt,
    accountId,
    transaction,
  }));
  const balances = balance ? [{ type: 'balance.changed', occurredAt: balance.asOf, accountId, balance }] : [];
  return [...purchases, ...balances].map((event, index): ParsedEvent => {
    const contentHash = hashOf(canonicalJson(event));
    const named = { id: `fetched:${hashOf(linkId, contentHash).toString('base64url')}`, ...event };
    return { index, event: named as BankEvent, contentHash };
  });
}

function hashOf(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
