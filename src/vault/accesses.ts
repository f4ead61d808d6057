import { newId, type AccessId, type CustomerId, type LinkId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { EntryPlace, LogRecord, ProofLog } from '#proof';
import type { KeyTable } from './keys.ts';

/** One use of a link's data, as it is entered. */
export interface EnteredUse {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly actorName: string;
  readonly purpose: string;
  readonly fields: readonly string[];
  readonly reason: string;
  readonly records: number;
}

interface Access extends EnteredUse {
  readonly accessId: AccessId;
  readonly at: Date;
}

/** An access that stands in the log, with what proves it: the record, the key of its salt, its place. */
export interface LoggedAccess {
  readonly record: LogRecord;
  readonly saltKey: Buffer;
  readonly place: EntryPlace;
}

/** The record of an access, exactly as the log commits to it. A change here needs a new `type`. */
function recordOf(access: Access): LogRecord {
  return {
    type: 'access',
    id: access.accessId,
    at: access.at.toISOString(),
    customer: access.customerId,
    link: access.linkId,
    actor: access.actorName,
    purpose: access.purpose,
    fields: access.fields,
    reason: access.reason,
    records: access.records,
  };
}

/**
 * Enters uses in the transaction given, and the log's leaf of them with it (P7): both are committed
 * before anything that they speak of leaves the process.
 */
export async function enterUses(
  tx: Transaction,
  parts: { readonly keys: KeyTable; readonly proof: ProofLog },
  nowMs: number,
  uses: readonly EnteredUse[],
): Promise<void> {
  if (uses.length === 0) return;
  const at = new Date(nowMs);
  const accesses = uses.map((use): Access => ({ ...use, accessId: newId<AccessId>(), at }));
  const saltKeys = await parts.keys.ledgerSaltKeys(
    tx,
    uses.map((use) => use.customerId),
  );
  const places = await parts.proof.append(
    tx,
    accesses.map((access) => ({ record: recordOf(access), saltKey: saltKeys(access.customerId) })),
  );
  await tx.execute(sql`
    insert into accesses (customer_id, access_id, link_id, at, actor, purpose, fields, reason, records, leaf_id, leaf_position)
    select customer_id, access_id, link_id, ${at}, actor, purpose,
      string_to_array(fields, ','), reason, records, leaf_id, leaf_position
    from unnest(
      ${accesses.map((one) => one.customerId)}::uuid[], ${accesses.map((one) => one.accessId)}::uuid[],
      ${accesses.map((one) => one.linkId)}::uuid[], ${accesses.map((one) => one.actorName)}::text[],
      ${accesses.map((one) => one.purpose)}::text[], ${accesses.map((one) => one.fields.join())}::text[],
      ${accesses.map((one) => one.reason)}::text[], ${accesses.map((one) => one.records)}::integer[],
      ${places.map((place) => place.leafId)}::bigint[], ${places.map((place) => place.position)}::integer[]
    ) as u (customer_id, access_id, link_id, actor, purpose, fields, reason, records, leaf_id, leaf_position)`);
}

/** A customer's accesses that stand in the log, newest first. Reading one's own list is no access. */
export async function loggedAccesses(db: Queryable, keys: KeyTable, customerId: CustomerId): Promise<LoggedAccess[]> {
  const rows = await db.query<Access & { leafId: bigint; position: number }>(sql`
    select customer_id as "customerId", access_id as "accessId", link_id as "linkId", at, actor as "actorName",
      purpose, fields, reason, records, leaf_id as "leafId", leaf_position as position
    from accesses where customer_id = ${customerId} and leaf_id is not null order by at desc, access_id desc`);
  if (rows.length === 0) return [];
  const saltKeys = await keys.ledgerSaltKeys(db, [customerId]);
  return rows.map(({ leafId, position, ...access }) => ({
    record: recordOf(access),
    saltKey: saltKeys(customerId),
    place: { leafId, position },
  }));
}
