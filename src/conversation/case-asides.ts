import { limits, type Clock } from '#base';
import { purposesInForce } from '#consent';
import type { Action, BankFace, Locale } from '#contract';
import type { CaseAsides, KnownDispute } from '#controls';
import { findCustomer, type ActTokens } from '#customers';
import type { Transaction } from '#db';
import { uuidOf, type Delivery, type Thread } from '#delivery';
import { offersOfReceipts, type ReceiptReading } from './receipt-evidence.ts';
import { changesOf } from './saying.ts';
import type { Answer } from './turn.ts';
import { say } from './words.ts';

/** What the buttons of cases take. */
export interface CaseAsidesParts extends ReceiptReading {
  readonly delivery: Delivery;
  readonly faces: () => readonly BankFace[];
  readonly acts: ActTokens;
  readonly clock: Clock;
}

/** The buttons under a case, and what is offered to be added to one. */
export function caseAsides(parts: CaseAsidesParts): CaseAsides {
  return {
    beside: async (tx, dispute, { thread, locale }) => ({
      actions: await actionsOf(tx, parts, dispute, thread, locale),
      waysOn: [{ way: 'add-picture', case: dispute.actionId, label: say(locale, 'way.case.picture') }],
    }),
    offer: async (dispute) => {
      const { customerId, bankId } = dispute;
      const customer = await findCustomer(parts.database, customerId);
      const bank = parts.faces().find(({ id }) => id === bankId);
      if (!customer || !bank) return;
      const offers = await offersOfReceipts(parts, dispute, bank.name, customer);
      if (offers.length === 0) return;
      await parts.vault.askAhead({ customerId });
      await parts.database.transaction(async (tx) => {
        const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
        if (thread) for (const one of offers) await offerOnce(tx, parts, thread, one);
      });
    },
  };
}

/** The case may have been opened in the moment in which its receipt was found: what was offered is not offered twice. */
async function offerOnce(tx: Transaction, parts: CaseAsidesParts, thread: Thread, offer: Answer): Promise<void> {
  const evidence = offer.asks?.[0]?.evidence;
  if (!evidence || !('receipt' in evidence)) return;
  const { linkId, recordId, shown } = evidence.receipt;
  const clientId = uuidOf(`offered|${[evidence.actionId, linkId, recordId, shown].join('|')}`);
  if (await parts.delivery.findByClientId(tx, thread, clientId)) return;
  const changes = changesOf(parts, thread, [offer]);
  await parts.delivery.write(
    tx,
    changes.map((change) => (change.entry === 'message' ? { ...change, clientId } : change)),
  );
}

/** They ask on, and do nothing by themselves: each may be pressed as often as one likes. */
async function actionsOf(
  tx: Transaction,
  { acts, clock, pairing }: CaseAsidesParts,
  { customerId, linkId, actionId, messageId, recordId, receiptIds, card }: KnownDispute,
  thread: Thread,
  locale: Locale,
): Promise<Action[]> {
  const nowMs = clock.nowMs();
  const button = (what: 'receipt' | 'others'): Action => ({
    act: 'ask-case',
    label: say(locale, `act.case.ask.${what}`),
    weight: 'plain',
    token: acts.sign(
      { act: 'ask-case', ...thread, messageId, linkId, about: { actionId, what } },
      nowMs,
      limits.caseButtonDays * 24 * 60,
    ),
  });
  const paired = recordId ? await pairing.receiptsOf(tx, customerId, { linkId, recordId }) : [];
  const receipts = paired.filter((one) => !receiptIds.includes(one.recordId));
  const purposes = (await purposesInForce(tx, [linkId], nowMs)).get(linkId);
  return [
    ...(receipts.length > 0 ? [button('receipt')] : []),
    ...(card.reason === 'not-mine' && purposes?.has('transactions') ? [button('others')] : []),
  ];
}
