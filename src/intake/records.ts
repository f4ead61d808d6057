import type { BankId } from '#base';
import type { BankEvent } from '#contract';
import type { Transaction } from '#db';
import { balanceDraft, transactionDraft, type Route } from '#linking';
import type { StoredEvent } from '#notices';
import type { RecordDraft, SignedBy } from '#vault';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';
import type { Routed } from './route.ts';

/**
 * Seals and stores the records of the events that are new, one for each link that they go to; `origin`: whether
 * they replace what is known as far as they tell, or only what is behind it.
 */
export async function storeRecords(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  news: readonly ParsedEvent[],
  { allowed, sealers }: Routed,
  origin: 'event' | 'history' = 'event',
): Promise<StoredEvent[]> {
  const drafted: { readonly type: BankEvent['type']; readonly to: Route; readonly draft: RecordDraft }[] = [];
  for (const parsed of news)
    for (const to of allowed.get(parsed) ?? []) {
      const draft = draftOf(parts, bankId, parsed.event, to);
      if (draft) drafted.push({ type: parsed.event.type, to, draft: asSigned(draft, parsed.signed) });
    }
  const drafts = drafted.map((one) => one.draft);
  const stored = await parts.vault.storeRecords(tx, sealers, drafts, origin);
  return drafted.flatMap(({ type, to }, position): StoredEvent[] => {
    const { customerId, conversationId, linkId, wishes } = to;
    const record = stored[position];
    return record ? [{ type, thread: { customerId, conversationId }, linkId, stored: record, wishes }] : [];
  });
}

/** With the signature that it came by, so that its customer can check later who said so. */
const asSigned = (draft: RecordDraft, signed: SignedBy | undefined): RecordDraft =>
  signed ? { ...draft, content: { ...draft.content, signed } } : draft;

/** The record of an event. Types whose purposes are not offered yet never come this far. */
function draftOf(parts: IntakeParts, bankId: BankId, event: BankEvent, to: Route): RecordDraft | undefined {
  const place = { bank: bankId, linkId: to.linkId, accountRef: to.accountRef, account: to.account };
  switch (event.type) {
    case 'transaction.authorized':
    case 'transaction.posted':
    case 'transaction.reversed':
      return transactionDraft(parts.vault, place, event.transaction, {
        occurredAt: event.occurredAt,
        eventId: event.id,
        // What an account holds is another purpose than what was bought.
        balance: to.purposes.has('balances') ? event.balance : undefined,
      });
    case 'balance.changed':
      return balanceDraft(parts.vault, place, event.balance, event.balance.asOf.slice(0, 10));
    default:
      return undefined;
  }
}
