import type { AccountRef, LinkId } from '#base';
import type { Purpose } from '#contract';
import { sql, type Transaction } from '#db';
import type { Thread } from '#delivery';
import type { LinkingParts } from './parts.ts';

/**
 * Deletes, in the transaction that narrows a consent, what nothing else needs any more: the records and
 * messages of purposes and accounts that are no longer allowed. Answers how many; undefined when nothing is
 * no longer allowed.
 */
export async function narrow(
  tx: Transaction,
  parts: LinkingParts,
  thread: Thread,
  linkId: LinkId,
  dropped: { readonly purposes: readonly Purpose[]; readonly accounts: readonly AccountRef[] },
): Promise<{ readonly records: number; readonly messages: number } | undefined> {
  const { delivery, vault, clock } = parts;
  if (dropped.purposes.length === 0 && dropped.accounts.length === 0) return undefined;
  const kinds = dropped.purposes.flatMap((purpose) =>
    purpose === 'transactions' ? (['transaction'] as const) : purpose === 'balances' ? (['balance'] as const) : [],
  );
  // Records before the conversation, as everywhere.
  const erased = await vault.eraseRecords(tx, linkId, { kinds, accountRefs: dropped.accounts });
  let messages = await delivery.removeOfLink(tx, thread, linkId, clock.nowMs(), dropped.purposes);
  // An answer may tell of several accounts at once, so none of them stays when one account is gone.
  if (dropped.accounts.length > 0) messages += await delivery.removeAnswers(tx, thread, linkId, clock.nowMs());
  messages += await delivery.removeShowing(tx, thread, erased, clock.nowMs());
  const ended = dropped.purposes.includes('transactions') ? null : [...dropped.accounts];
  await tx.execute(sql`delete from lookbacks where link_id = ${linkId}
    and (${ended}::uuid[] is null or account_ref = any(${ended}::uuid[]))`);
  return { records: erased.length, messages };
}
