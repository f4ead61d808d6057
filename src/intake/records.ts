import type { BankId } from '#base';
import type { BankEvent } from '#contract';
import { isFraudSuspected } from '#controls';
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
      const draft = await draftOf(tx, parts, bankId, parsed.event, to, sealers);
      if (draft) drafted.push({ type: parsed.event.type, to, draft: asSigned(draft, parsed.signed) });
    }
  const drafts = drafted.map((one) => one.draft);
  const stored = await parts.vault.storeRecords(tx, sealers, drafts, origin);
  await watchAlerts(tx, parts, drafted);
  return drafted.flatMap(({ type, to }, position): StoredEvent[] => {
    const { customerId, conversationId, linkId, wishes } = to;
    const record = stored[position];
    return record ? [{ type, thread: { customerId, conversationId }, linkId, stored: record, wishes }] : [];
  });
}

/** With the signature that it came by, so that its customer can check later who said so. */
const asSigned = (draft: RecordDraft, signed: SignedBy | undefined): RecordDraft =>
  signed ? { ...draft, content: { ...draft.content, signed } } : draft;

/** Has each alert looked at when the time to answer it is over. */
async function watchAlerts(
  tx: Transaction,
  { alerts }: IntakeParts,
  drafted: readonly { readonly to: Route; readonly draft: RecordDraft }[],
): Promise<void> {
  for (const { to, draft } of drafted) {
    const { linkId, accountRef, content, subjectIndex: caseIndex } = draft;
    if (content.kind === 'alert') await alerts.watch(tx, to.customerId, [{ linkId, accountRef, content, caseIndex }]);
  }
}

/** The record of an event; undefined of one that is only heard. Types whose purposes are not offered yet never come this far. */
async function draftOf(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  event: BankEvent,
  to: Route,
  sealers: Routed['sealers'],
): Promise<RecordDraft | undefined> {
  const place = { bank: bankId, linkId: to.linkId, accountRef: to.accountRef, account: to.account };
  if (isFraudSuspected(event)) {
    const sealer = sealers.get(to.linkId);
    const { customerId, conversationId, purposes } = to;
    return sealer && parts.alerts.draft(tx, { place, thread: { customerId, conversationId }, purposes }, sealer, event);
  }
  switch (event.type) {
    case 'transaction.authorized':
    case 'transaction.posted':
    case 'transaction.reversed':
      // What is given back may go with a decision.
      if (event.transaction.direction === 'credit') await parts.disputes.lookAgain(tx, [to.linkId]);
      return transactionDraft(parts.vault, place, event.transaction, {
        occurredAt: event.occurredAt,
        eventId: event.id,
        // What an account holds is another purpose than what was bought.
        balance: to.purposes.has('balances') ? event.balance : undefined,
      });
    case 'card.status':
      // Whoever froze the card in the bank's own app may have answered there too.
      await parts.alerts.lookAgain(tx, [to.linkId]);
      return undefined;
    case 'balance.changed':
      return balanceDraft(parts.vault, place, event.balance, event.balance.asOf.slice(0, 10));
    default:
      return undefined;
  }
}
