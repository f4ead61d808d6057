import { randomUUID } from 'node:crypto';
import { invariant, TellerlineError, type BankId, type LinkId } from '#base';
import type { WithdrawalCounts, WithdrawalView } from '#contract';
import { operation, sql, type Queryable, type Transaction } from '#db';
import type { LinkingParts } from './parts.ts';

/** Who may pull a bank out, and let it in again. */
export type WithdrawnBy = 'bank' | 'operator';

/** The withdrawal of a bank, as its row says. */
export interface Withdrawal {
  readonly withdrawalId: string;
  readonly bankId: BankId;
  readonly by: WithdrawnBy;
  /** `begun`: nothing new comes; `closed`: nothing is readable; then keys and roots go, then rows. */
  readonly step: 'begun' | 'closed' | 'keys-gone' | 'done';
  readonly begunAt: Date;
  readonly closedAt: Date | null;
  readonly rootGoneAt: Date | null;
  readonly doneAt: Date | null;
  readonly returnedAt: Date | null;
  readonly links: number;
  readonly ended: number;
  readonly keys: number;
  readonly records: bigint;
  readonly messages: bigint;
}

const columns = `withdrawal_id as "withdrawalId", bank_id as "bankId", begun_by as by, step, begun_at as "begunAt",
  closed_at as "closedAt", root_gone_at as "rootGoneAt", done_at as "doneAt", returned_at as "returnedAt",
  links, ended, keys, records, messages`;

/** The newest withdrawal of a bank, returned ones included; undefined when there never was one. */
export async function newestWithdrawal(db: Queryable, bankId: string): Promise<Withdrawal | undefined> {
  const [row] = await db.query<Withdrawal>({
    text: `select ${columns} from withdrawals where bank_id = $1 order by begun_at desc limit 1`,
    values: [bankId],
  });
  return row;
}

/** Withdrawals that are not done yet: a process ended in between, or they are under way. */
export function openWithdrawals(db: Queryable): Promise<Withdrawal[]> {
  return db.query<Withdrawal>({
    text: `select ${columns} from withdrawals where step <> 'done' order by begun_at`,
    values: [],
  });
}

/**
 * Passes when a bank has not withdrawn. `tx` holds that for as long as it lasts: a withdrawal waits for it,
 * so that nothing new of the bank is stored behind its back. Taken before any row's lock.
 *
 * @throws TellerlineError `bank_withdrawn`
 */
export async function requireNotWithdrawn(tx: Transaction, bankId: BankId): Promise<void> {
  await tx.run(holdWithdrawals, { bankId });
  if (await isWithdrawn(tx, bankId)) throw bankWithdrawn();
}

/** Keeps a withdrawal of this bank waiting until the transaction ends. */
export const holdWithdrawals = operation<object>()(
  'withdrawals.hold',
  { bankId: 'text' },
  `select pg_advisory_xact_lock_shared(hashtext('tellerline withdrawal'), hashtext($bankId))`,
);

/** One empty row while the bank's withdrawal is in force. */
export const findWithdrawal = operation<object>()(
  'withdrawals.in-force',
  { bankId: 'text' },
  'select from withdrawals where bank_id = $bankId and returned_at is null',
);

/** True from the first moment of a withdrawal until the bank is let in again. */
export async function isWithdrawn(db: Queryable, bankId: string): Promise<boolean> {
  return (await db.run(findWithdrawal, { bankId })).length > 0;
}

/** The refusal of everything that would bring something of the bank here. */
export function bankWithdrawn(): TellerlineError {
  return new TellerlineError(
    'bank_withdrawn',
    409,
    'This bank has ended its link to Tellerline, for all its customers. Nothing was linked and nothing was taken.',
  );
}

/** What a withdrawal of a bank would end now. */
export async function countOfBank(parts: LinkingParts, bankId: BankId): Promise<WithdrawalCounts> {
  const { database, vault, delivery } = parts;
  const rows = await database.query<{ linkId: LinkId; customerId: string }>(sql`
    select link_id as "linkId", customer_id as "customerId" from links where bank_id = ${bankId} and state <> 'stopped'`);
  const messages = await delivery.countOfLinks(
    database,
    rows.map((row) => row.linkId),
  );
  const customers = new Set(rows.map((row) => row.customerId)).size;
  return { links: rows.length, customers, messages, ...(await vault.withdrawing.count(database, bankId)) };
}

/**
 * The first step, in the transaction given: from its COMMIT on no link to the bank is made and none of its
 * events is taken. Answers the withdrawal; one that is in force already stays as it is.
 */
export async function beginWithdrawal(
  tx: Transaction,
  parts: LinkingParts,
  bankId: BankId,
  by: WithdrawnBy,
  withdrawalId: string = randomUUID(),
): Promise<Withdrawal> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tellerline withdrawal'), hashtext(${bankId}))`);
  const standing = await newestWithdrawal(tx, bankId);
  if (standing && !standing.returnedAt) return standing;
  // In the order of their ids, as everywhere, so that two acts cannot wait for each other.
  await tx.execute(sql`select from links where bank_id = ${bankId} and state <> 'stopped' order by link_id for update`);
  const links = await tx.execute(
    sql`update links set state = 'stopping' where bank_id = ${bankId} and state <> 'stopped'`,
  );
  await tx.execute(sql`insert into withdrawals (withdrawal_id, bank_id, begun_by, step, begun_at, links)
    values (${withdrawalId}, ${bankId}, ${by}, 'begun', ${new Date(parts.clock.nowMs())}, ${links})`);
  const begun = await newestWithdrawal(tx, bankId);
  invariant(begun, 'a withdrawal that was entered is there');
  parts.revocations.append([{ what: 'bank', bank: bankId, withdrawal: withdrawalId, by }]);
  return begun;
}

/**
 * Enters a withdrawal that an older copy of the database does not know, and destroys every key of its bank.
 * The rest goes on by itself. False when it is known.
 */
export async function replayWithdrawal(
  parts: LinkingParts,
  { withdrawal, bankId, by }: { readonly withdrawal: string; readonly bankId: BankId; readonly by: WithdrawnBy },
): Promise<boolean> {
  const rows = await parts.database.query(sql`select from withdrawals where withdrawal_id = ${withdrawal}`);
  if (rows.length > 0) return false;
  await parts.database.transaction(async (tx) => {
    await beginWithdrawal(tx, parts, bankId, by, withdrawal);
    const keys = await parts.vault.withdrawing.destroyAll(tx, bankId);
    await tx.execute(sql`update withdrawals set step = 'closed', keys = ${keys}, closed_at = ${new Date(parts.clock.nowMs())}
      where withdrawal_id = ${withdrawal}`);
    await tx.execute(sql`update links set sealed_tokens = null, sealed_grant = null where bank_id = ${bankId}`);
  });
  return true;
}

/** How often the keys are waited for: each time for as long as the database lets anybody wait. */
const closingTriesMax = 6;

/**
 * The second step: no read of the bank that begins after it succeeds. A bank that withdraws itself needs no
 * telling, so its keys are destroyed at once; when the operator pulls it out they are closed, and each is
 * destroyed as soon as what ends its grant was taken out. Does nothing when it was done before.
 */
export async function closeBank(parts: LinkingParts, { withdrawalId, bankId }: Withdrawal, tries = 1): Promise<void> {
  const { database, vault, clock } = parts;
  try {
    await database.transaction(async (tx) => {
      const { text, values } = sql`where withdrawal_id = ${withdrawalId} for update`;
      const [row] = await tx.query<Withdrawal>({ text: `select ${columns} from withdrawals ${text}`, values });
      if (row?.step !== 'begun') return;
      let keys = 0;
      if (row.by === 'bank') keys = await vault.withdrawing.destroyAll(tx, bankId);
      else await vault.withdrawing.close(tx, bankId);
      await tx.execute(sql`update withdrawals set step = 'closed', keys = ${keys}, closed_at = ${new Date(clock.nowMs())}
        where withdrawal_id = ${withdrawalId}`);
    });
  } catch (error) {
    // Somebody held one of the keys for longer than anybody is waited for.
    if ((error as { code?: unknown }).code !== '55P03' || tries >= closingTriesMax) throw error;
    await closeBank(parts, { withdrawalId, bankId } as Withdrawal, tries + 1);
  }
}

/**
 * Lets a bank that has withdrawn be linked again. What was deleted stays deleted.
 *
 * @throws TellerlineError `bank_not_withdrawn` 409, `withdrawal_running` 409
 */
export async function returnBank(
  tx: Transaction,
  parts: LinkingParts,
  bankId: BankId,
  by: WithdrawnBy,
): Promise<Withdrawal> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tellerline withdrawal'), hashtext(${bankId}))`);
  const standing = await newestWithdrawal(tx, bankId);
  if (!standing || standing.returnedAt)
    throw new TellerlineError('bank_not_withdrawn', 409, 'This bank has not withdrawn. There is nothing to take back.');
  if (standing.step !== 'done')
    throw new TellerlineError('withdrawal_running', 409, 'The withdrawal is not done yet. Try again when it is.');
  const at = new Date(parts.clock.nowMs());
  await tx.execute(sql`update withdrawals set returned_at = ${at}, returned_by = ${by}
    where withdrawal_id = ${standing.withdrawalId}`);
  parts.revocations.append([{ what: 'returned', bank: bankId, withdrawal: standing.withdrawalId, by }]);
  return { ...standing, returnedAt: at };
}

/** A withdrawal as it goes over the wire. */
export function viewOf(withdrawal: Withdrawal): WithdrawalView {
  const { withdrawalId, bankId, by, step, links, ended, keys } = withdrawal;
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    id: withdrawalId,
    bank: bankId,
    by,
    step,
    begunAt: withdrawal.begunAt.toISOString(),
    closedAt: iso(withdrawal.closedAt),
    rootGoneAt: iso(withdrawal.rootGoneAt),
    doneAt: iso(withdrawal.doneAt),
    returnedAt: iso(withdrawal.returnedAt),
    links,
    ended,
    keys,
    records: Number(withdrawal.records),
    messages: Number(withdrawal.messages),
  };
}
