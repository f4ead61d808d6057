import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { bankDisputeSchema, DISPUTE_REASONS, type BankDispute, type Evidence, type Purchase } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { AccountRow } from '../accounts.ts';
import { now, type SandboxContext } from '../context.ts';
import type { Outcome } from './card-actions.ts';

interface DisputeRow {
  readonly dispute_id: string;
  readonly state: BankDispute['state'];
  readonly updated_at: Date;
}

const told = (row: DisputeRow): BankDispute => ({
  disputeId: row.dispute_id,
  state: row.state,
  updatedAt: row.updated_at.toISOString(),
});

const given = { at: z.iso.datetime() };
/** A dispute as the bank keeps it, with what its customer gave. */
export const keptDisputeSchema = bankDisputeSchema.extend({
  reason: z.enum(DISPUTE_REASONS),
  merchant: z.string(),
  evidence: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('words'), text: z.string(), ...given }),
      z.object({
        kind: z.literal('receipt'),
        shop: z.string(),
        number: z.string().optional(),
        text: z.string(),
        ...given,
      }),
      z.object({
        kind: z.literal('picture'),
        bytes: z.int(),
        /** Where it was taken, and with what, came along. */
        metadata: z.boolean(),
        ...given,
      }),
    ]),
  ),
});
/** A dispute as the bank keeps it. */
export type KeptDispute = z.infer<typeof keptDisputeSchema>;

/** What a customer disputes. */
export interface DisputeWish {
  readonly accountId: string;
  readonly transactionId: string;
  readonly purchase: Purchase;
  readonly reason: string;
  readonly words?: string | undefined;
}

/** Opens a dispute of a purchase on one of these accounts; one that is open already is that one. */
export async function openDispute(
  context: SandboxContext,
  tx: Transaction,
  accounts: readonly AccountRow[],
  { accountId, transactionId, purchase, reason, words }: DisputeWish,
): Promise<Outcome> {
  const account = accounts.find(({ account_id: id }) => id === accountId);
  if (!account) return { result: 'refused', reason: 'unknown-subject' };
  await tx.execute(sql`select from sandbox.accounts where account_id = ${accountId} for update`);
  const [open] = await tx.query<DisputeRow>(sql`select * from sandbox.disputes
    where account_id = ${accountId} and purchase ->> 'id' = ${transactionId} and state in ('opened', 'in-review', 'needs-more')`);
  if (open) return { result: 'confirmed', dispute: told(open) };
  const at = now(context);
  const evidence = words === undefined ? [] : [{ kind: 'words', text: words, at: at.toISOString() }];
  const [made] = await tx.query<DisputeRow>(sql`
    insert into sandbox.disputes (dispute_id, account_id, purchase, reason, evidence, opened_at, updated_at)
    values (${`D${randomInt(10_000_000, 99_999_999)}`}, ${accountId}, ${JSON.stringify({ ...purchase, id: transactionId })},
      ${reason}, ${JSON.stringify(evidence)}, ${at}, ${at}) returning *`);
  if (!made) throw new Error('a dispute that was just stored is not there');
  return { result: 'confirmed', dispute: told(made) };
}

/** Adds to a dispute. What is kept of a picture is what is found in it: nobody looks at it here. */
export async function addEvidence(
  context: SandboxContext,
  tx: Transaction,
  accounts: readonly AccountRow[],
  disputeId: string,
  evidence: Evidence,
): Promise<Outcome> {
  const ids = accounts.map((account) => account.account_id);
  const { kind } = evidence;
  const kept = kind === 'picture' ? { kind, ...foundIn(Buffer.from(evidence.base64, 'base64')) } : evidence;
  const at = now(context);
  const [row] = await tx.query<DisputeRow>(sql`
    update sandbox.disputes set evidence = evidence || ${JSON.stringify([{ ...kept, at: at.toISOString() }])}::jsonb,
      updated_at = ${at}, state = case when state = 'needs-more' then 'in-review' else state end
    where dispute_id = ${disputeId} and account_id = any(${ids}) returning *`);
  return row ? { result: 'confirmed', dispute: told(row) } : { result: 'refused', reason: 'unknown-subject' };
}

const foundIn = (picture: Buffer): { readonly bytes: number; readonly metadata: boolean } => ({
  bytes: picture.length,
  metadata: ['Exif', 'http://ns.adobe.com/xap', 'Photoshop'].some((mark) => picture.includes(mark)),
});

interface KeptRow extends DisputeRow {
  readonly reason: KeptDispute['reason'];
  readonly purchase: Purchase;
  readonly evidence: KeptDispute['evidence'];
}

const keptOf = ({ reason, purchase, evidence, ...row }: KeptRow): KeptDispute => ({
  ...told(row),
  reason,
  merchant: purchase.merchant?.name ?? purchase.description,
  evidence,
});

/** A dispute with all that was given for it, as the bank's staff see it. */
export async function readDispute(db: Queryable, disputeId: string): Promise<KeptDispute | undefined> {
  const [row] = await db.query<KeptRow>(sql`select * from sandbox.disputes where dispute_id = ${disputeId}`);
  return row && keptOf(row);
}

/** All disputes on these accounts, the newest first. */
export async function disputesOn(db: Queryable, accounts: readonly AccountRow[]): Promise<KeptDispute[]> {
  const ids = accounts.map((account) => account.account_id);
  const rows = await db.query<KeptRow>(sql`select * from sandbox.disputes
    where account_id = any(${ids}) order by opened_at desc limit 10`);
  return rows.map(keptOf);
}

/** A dispute on one of these accounts. */
export async function findDispute(
  db: Queryable,
  accounts: readonly AccountRow[],
  disputeId: string,
): Promise<BankDispute | undefined> {
  const ids = accounts.map((account) => account.account_id);
  const [row] = await db.query<DisputeRow>(sql`select * from sandbox.disputes
    where dispute_id = ${disputeId} and account_id = any(${ids})`);
  return row && bankDisputeSchema.parse(told(row));
}

/** Moves a dispute on, as the bank's staff do. */
export async function moveDispute(
  context: SandboxContext,
  disputeId: string,
  state: BankDispute['state'],
): Promise<boolean> {
  return (
    (await context.database.execute(sql`update sandbox.disputes set state = ${state}, updated_at = ${now(context)}
      where dispute_id = ${disputeId}`)) === 1
  );
}
