import type { BankId, CustomerId, LinkId, MessageId } from '#base';
import { sql, type Queryable } from '#db';
import type { BankTokens } from './bank-api.ts';
import type { LinkingParts } from './parts.ts';
import { sayConfirmed } from './stop.ts';

/** A stopped link that the bank has not confirmed yet. */
interface Revocation {
  readonly revocationId: string;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  readonly messageId: MessageId | null;
  readonly sealed: Buffer;
  readonly attempts: number;
  readonly createdAt: Date;
}

const weekMs = 7 * 86_400_000;

/** How many revocations the banks have not confirmed yet: shown to the operator. */
export async function openRevocations(db: Queryable): Promise<{ bankId: string; open: number; oldestAt: Date }[]> {
  const rows = await db.query<{ bankId: string; open: bigint; oldestAt: Date }>(sql`
    select bank_id as "bankId", count(*) as open, min(created_at) as "oldestAt" from revocations
    where confirmed_at is null and given_up_at is null group by bank_id`);
  return rows.map((row) => ({ ...row, open: Number(row.open) }));
}

/**
 * Tells the banks of the links that were stopped, as far as they are due; each until it confirms or for
 * seven days, after which the key that served the call is destroyed all the same. Answers when the next
 * one is due.
 */
export async function tellBanks(parts: LinkingParts): Promise<number | undefined> {
  const now = parts.clock.nowMs();
  const due = await parts.database.query<Revocation>(sql`
    update revocations set attempts = attempts + 1,
      next_try_at = ${new Date(now)}::timestamptz + least(3600, 2 ^ least(attempts, 12)) * interval '1 second'
    where revocation_id in (
      select revocation_id from revocations where sealed is not null and next_try_at <= ${new Date(now)}
      order by next_try_at limit 50 for update skip locked)
    returning revocation_id as "revocationId", link_id as "linkId", customer_id as "customerId", bank_id as "bankId", message_id as "messageId",
      sealed, attempts, created_at as "createdAt"`);
  // A bank that does not answer holds up nobody but itself.
  const ofBanks = [...Map.groupBy(due, (revocation) => revocation.bankId).values()];
  await Promise.all(
    ofBanks.map(async (some) => {
      for (const revocation of some) await tellBank(parts, revocation);
    }),
  );
  const [next] = await parts.database.query<{ at: Date | null }>(sql`
    select min(next_try_at) as at from revocations where sealed is not null`);
  return next?.at?.getTime();
}

async function tellBank(parts: LinkingParts, revocation: Revocation): Promise<void> {
  const { linkId, bankId } = revocation;
  try {
    const call = { callId: revocation.revocationId, linkId };
    const secret = await parts.vault.openForCall<{ tokens: BankTokens; grantId: string }>(call, revocation.sealed);
    await secret.use(({ tokens, grantId }) => {
      let current = tokens;
      return parts.banks.revoke({
        bank: bankId,
        grantId,
        actor: 'BATCH',
        tokens: () => current,
        save: async (renewed) => {
          current = renewed;
          await keepRenewed(parts, revocation, { tokens: renewed, grantId });
        },
      });
    });
    await close(parts, revocation, 'confirmed');
  } catch (error) {
    // A bank that no longer takes our tokens has confirmed nothing either: it is asked again until the week is over.
    parts.log.warn(
      { err: error, bank: bankId, attempts: revocation.attempts },
      'a bank has not confirmed a revocation',
    );
    if (parts.clock.nowMs() - revocation.createdAt.getTime() <= weekMs) return;
    await close(parts, revocation, 'given-up');
    const told = { bank: bankId, revocation: revocation.revocationId, alarm: 'revocation_given_up' };
    parts.log.error(told, 'a bank never confirmed a revocation: it has to be told in another way');
  }
}

/** A bank that rotates its tokens must find the newest ones at the next try. */
async function keepRenewed(
  parts: LinkingParts,
  { revocationId, linkId, bankId }: Revocation,
  secret: { readonly tokens: BankTokens; readonly grantId: string },
): Promise<void> {
  await parts.database.transaction(async (tx) => {
    // A revocation that was closed meanwhile gets no key again.
    const open = await tx.query(
      sql`select from revocations where revocation_id = ${revocationId} and sealed is not null for update`,
    );
    if (open.length === 0) return;
    const [sealed] = await parts.vault.sealForCalls(tx, bankId, [{ callId: revocationId, linkId, value: secret }]);
    await tx.execute(sql`update revocations set sealed = ${sealed} where revocation_id = ${revocationId}`);
  });
}

async function close(parts: LinkingParts, revocation: Revocation, outcome: 'confirmed' | 'given-up'): Promise<void> {
  const at = new Date(parts.clock.nowMs());
  await parts.database.transaction(async (tx) => {
    await tx.execute(sql`update revocations set sealed = null,
      confirmed_at = ${outcome === 'confirmed' ? at : null}, given_up_at = ${outcome === 'given-up' ? at : null}
      where revocation_id = ${revocation.revocationId} and sealed is not null`);
    await parts.vault.endCall(tx, revocation.revocationId);
    const { messageId } = revocation;
    if (outcome === 'confirmed' && messageId) await sayConfirmed(tx, parts, { ...revocation, messageId });
  });
}
