import { limits, type CustomerId, type IdentityId, type Random } from '#base';
import { sql, type Queryable, type Transaction } from '#db';

/** Crockford's: nothing in it can be taken for something else, read aloud or typed. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code of 40 bits, in two halves, such as `7KQM-2XWA`. */
export function newJoinCode(random: Random): string {
  const letters = [...random.bytes(8)].map((byte) => alphabet[byte % alphabet.length] ?? '0').join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** The code in what somebody wrote, or came by a link with; `surely`: it can be nothing else. Undefined when there is none. */
export function joinCodeIn(text: string): { readonly code: string; readonly surely: boolean } | undefined {
  const [, prefix, first, gap, second] =
    /^\s*(join[-_ ])?([0-9a-z]{4})([- ]?)([0-9a-z]{4})\s*$/i.exec(text.slice(0, 40)) ?? [];
  if (first === undefined || second === undefined || (prefix === undefined && gap !== '-')) return undefined;
  const read = (half: string): string => half.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return { code: `${read(first)}-${read(second)}`, surely: prefix !== undefined };
}

/** A customer's code from now on; the one before is good no more. `codeIndex`: its keyed hash. */
export async function putJoinCode(
  db: Queryable,
  customerId: CustomerId,
  codeIndex: Buffer,
  nowMs: number,
): Promise<Date> {
  const expiresAt = new Date(nowMs + limits.joinCodeMinutesMax * 60_000);
  await db.execute(sql`insert into join_codes (customer_id, code_index, expires_at)
    values (${customerId}, ${codeIndex}, ${expiresAt})
    on conflict (customer_id) do update set code_index = excluded.code_index, expires_at = excluded.expires_at`);
  return expiresAt;
}

/** Whose code it is; it is good no more. */
export async function takeJoinCode(tx: Transaction, codeIndex: Buffer, nowMs: number): Promise<CustomerId | undefined> {
  const [taken] = await tx.query<{ customerId: CustomerId; expiresAt: Date }>(sql`
    delete from join_codes where code_index = ${codeIndex} returning customer_id as "customerId", expires_at as "expiresAt"`);
  return taken && taken.expiresAt.getTime() > nowMs ? taken.customerId : undefined;
}

/** Counts a try in a chat, before anything is compared; answers whether it may be made. */
export async function takeJoinTry(db: Queryable, identityId: IdentityId, nowMs: number): Promise<boolean> {
  const since = new Date(nowMs - limits.joinCodeMinutesMax * 60_000);
  const [row] = await db.query<{ tries: number }>(sql`
    update channel_identities set
      join_tries = case when join_tried_at > ${since} then join_tries + 1 else 1 end,
      join_tried_at = case when join_tried_at > ${since} then join_tried_at else ${new Date(nowMs)} end
    where identity_id = ${identityId} returning join_tries as tries`);
  return row !== undefined && row.tries <= limits.joinCodeTriesMax;
}

/** Forgets codes that nobody said. */
export async function forgetOldJoinCodes(db: Queryable, nowMs: number): Promise<void> {
  await db.execute(sql`delete from join_codes where expires_at <= ${new Date(nowMs)}`);
}
