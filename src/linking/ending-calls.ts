import { randomUUID } from 'node:crypto';
import { newId, type BankId, type CustomerId, type LinkId, type MessageId } from '#base';
import { sql, type Transaction } from '#db';
import { isKeyShut } from '#vault';
import type { BankTokens } from './bank-api.ts';
import type { LinkingParts } from './parts.ts';

/** A call that ends a grant at its bank, with what it takes. */
export interface EndingCall {
  readonly callId: string;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  /** The message that says how far it has come; null when nobody is told. */
  readonly messageId: MessageId | null;
  readonly value: { readonly tokens: BankTokens; readonly grantId: string };
}

/**
 * Keeps calls that end grants of one bank, each sealed under a key that serves it alone; `tellBanks` makes them
 * until the bank confirms. `shut`: the bank's own key service keeps them from being sealed.
 */
export async function keepCalls(
  tx: Transaction,
  parts: LinkingParts,
  bankId: BankId,
  calls: readonly EndingCall[],
): Promise<'kept' | 'shut'> {
  // They are sealed under the bank's root of today, which may be another one than that under which they stood.
  const sealed = await parts.vault.sealForCalls(tx, bankId, calls).catch((error: unknown) => {
    if (!isKeyShut(error)) throw error;
    return undefined;
  });
  if (!sealed) return 'shut';
  const now = new Date(parts.clock.nowMs());
  await tx.execute(sql`
    insert into revocations (revocation_id, link_id, customer_id, bank_id, message_id, sealed, created_at, next_try_at)
    select revocation_id, link_id, customer_id, ${bankId}, message_id, sealed, ${now}, ${now}
    from unnest(${calls.map((call) => call.callId)}::uuid[], ${calls.map((call) => call.linkId)}::uuid[],
      ${calls.map((call) => call.customerId)}::uuid[], ${calls.map((call) => call.messageId)}::uuid[], ${sealed}::bytea[])
      as u (revocation_id, link_id, customer_id, message_id, sealed)`);
  return 'kept';
}

/** Gives back a grant that no link came of: its bank is told as of any other, and nobody else. */
export async function giveBackUnused(
  tx: Transaction,
  parts: LinkingParts,
  { customerId, bankId }: { readonly customerId: CustomerId; readonly bankId: BankId },
  value: EndingCall['value'],
): Promise<void> {
  const call = { callId: randomUUID(), linkId: newId<LinkId>(), customerId, messageId: null, value };
  if ((await keepCalls(tx, parts, bankId, [call])) === 'kept') return;
  parts.log.warn({ bank: bankId }, 'an unused grant could not be given back: the bank keeps its key shut');
}
