import { invariant, TellerlineError, type AccountRef, type LinkId } from '#base';
import { purposesInForce } from '#consent';
import type { Purpose } from '#contract';
import { operation, type Transaction } from '#db';
import { requireActorMay } from './actor.ts';
import type { Distilled } from './distilled.ts';
import type { AccessRequest, Distilling, LinkReading, RecordSpan } from './gate.ts';
import type { LinkKey } from './keys.ts';
import { enterInLedger, type LedgerParts } from './ledger.ts';
import { Plaintext } from './plaintext.ts';
import type { OpenedRecord, RecordContent } from './records.ts';
import { openDistilled } from './sealing.ts';
import { requirePurposeMay } from './uses.ts';
import { accessOf, openRecord, withKeys, type RecordRow, type TakeOut } from './using.ts';

/** See `Gate.recordsOfLinks`. */
export function recordsOfLinks(
  parts: LedgerParts,
  reads: readonly LinkReading[],
  span: RecordSpan,
): Promise<Plaintext<ReadonlyMap<LinkId, readonly OpenedRecord[]>>> {
  const uses = reads.map(({ use }) => use);
  return ofEach(parts, uses, span.kind, async (tx) => {
    const rows = await selectOfLinks(tx, reads, span);
    await enterUses(tx, parts, uses, ({ linkId }) => rows.get(linkId)?.length ?? 0);
    return (use, allowed) => openAll(use, allowed, rows.get(use.linkId));
  });
}

const allDays = { from: '1900-01-01', to: '2999-12-31' };

/** See `Gate.distilled`. */
export function distilledOf<Made>(
  parts: LedgerParts,
  memory: Distilled,
  uses: readonly AccessRequest[],
  { place, kind, distil }: Distilling<Made>,
): Promise<Plaintext<ReadonlyMap<LinkId, Made>>> {
  return ofEach(parts, uses, kind, async (tx, allowed) => {
    const standing = await standingOf(tx, kind, allowed);
    const sealed = new Map(
      [...allowed.values()].map(({ key }) => [key.linkId, memory.find(key, place, standing(key.linkId).as)]),
    );
    const unknown = uses.filter(({ linkId }) => sealed.get(linkId) === undefined).map((use) => ({ use }));
    const rows = unknown.length > 0 ? await selectOfLinks(tx, unknown, { kind, ...allDays }) : new Map<LinkId, never>();
    await enterUses(tx, parts, uses, ({ linkId }) => standing(linkId).records);
    return (use, { key, purposes }) => {
      const { linkId } = use;
      const before = sealed.get(linkId);
      if (before !== undefined) return openDistilled<Made>(key, place, standing(linkId).as, before);
      const made = distil(openAll(use, { key, purposes }, rows.get(linkId)), linkId);
      memory.keep(key, place, standing(linkId).as, made);
      return made;
    };
  });
}

/** A link's key, and all that its owner consented to. */
interface Allowed {
  readonly key: LinkKey;
  readonly purposes: ReadonlySet<Purpose>;
}

type PrepareOpening<Opened> = (
  tx: Transaction,
  allowed: ReadonlyMap<LinkId, Allowed>,
) => Promise<(use: AccessRequest, allowed: Allowed) => Opened>;

/**
 * Does uses of one customer's links in one transaction: all of them are checked under their links' locks and entered
 * by `prepare`; what that answers opens, and is called after COMMIT alone.
 */
async function ofEach<Opened>(
  parts: LedgerParts,
  uses: readonly AccessRequest[],
  kind: RecordContent['kind'],
  prepare: PrepareOpening<Opened>,
): Promise<Plaintext<ReadonlyMap<LinkId, Opened>>> {
  const [first] = uses;
  if (first === undefined) return new Plaintext(new Map());
  const { customerId } = first.actor;
  invariant(
    uses.every(({ actor }) => actor.customerId === customerId),
    'links that are read together are of one customer',
  );
  const { keys, readers, database } = parts;
  await keys.ahead(database, { linkIds: uses.map(({ linkId }) => linkId) });
  return withKeys(keys.ofLinks, async (take) => {
    const { allowed, openOf } = await readers.of(customerId).transaction(async (tx) => {
      const [held] = await Promise.all([
        requireUses(tx, take, uses, kind, parts.clock.nowMs()),
        keys.readLedgerKeys(tx, [customerId]),
      ]);
      return { allowed: held, openOf: await prepare(tx, held) };
    });
    return new Plaintext(
      new Map(
        uses.map((use) => {
          const own = allowed.get(use.linkId);
          invariant(own, 'every use was allowed');
          return [use.linkId, openOf(use, own)];
        }),
      ),
    );
  });
}

async function requireUses(
  tx: Transaction,
  take: TakeOut,
  uses: readonly AccessRequest[],
  kind: RecordContent['kind'],
  nowMs: number,
): Promise<Map<LinkId, Allowed>> {
  for (const { actor, purpose, fields } of uses) {
    // Staff look at one link of one case: `look`.
    if (actor.kind === 'staff')
      throw new TellerlineError('staff_not_allowed', 403, 'Staff may not use that.', { purpose });
    requirePurposeMay(purpose, fields, kind);
    requireActorMay(actor, purpose, fields);
  }
  const linkIds = uses.map(({ linkId }) => linkId);
  const [held, consented] = await Promise.all([take(tx, linkIds), purposesInForce(tx, linkIds, nowMs)]);
  const allowed = new Map<LinkId, Allowed>();
  for (const { linkId, actor, purpose } of uses) {
    const key = held.get(linkId);
    if (key?.customerId !== actor.customerId)
      throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
    const purposes = consented.get(linkId);
    if (!purposes?.has(purpose))
      throw new TellerlineError('purpose_not_consented', 403, 'You have not allowed this use.', { purpose });
    allowed.set(linkId, { key, purposes });
  }
  return allowed;
}

async function enterUses(
  tx: Transaction,
  parts: LedgerParts,
  uses: readonly AccessRequest[],
  recordsOf: (use: AccessRequest) => number,
): Promise<void> {
  await enterInLedger(
    tx,
    parts,
    uses.map((use) => accessOf({ ...use, records: recordsOf(use) })),
  );
}

/** Records of links by their days, newest first, still sealed; of the accounts named where a link is not read whole. */
export const recordsByDay = operation<RecordRow>()(
  'records.by-day',
  { linkIds: 'uuid[]', whole: 'bool[]', accountRefs: 'uuid[]', kind: 'text', from: 'text', to: 'text' },
  `select r.link_id as "linkId", r.record_id as "recordId", r.account_ref as "accountRef",
    r.subject_index as "subjectIndex", r.epoch, r.sealed
  from unnest($linkIds, $whole) as w (link_id, whole) join records r on r.link_id = w.link_id
  where r.kind = $kind and r.local_date between $from::date and $to::date
    and (w.whole or r.account_ref = any($accountRefs))
  order by r.local_date desc, r.occurred_at desc, r.record_id`,
);

async function selectOfLinks(
  tx: Transaction,
  reads: readonly LinkReading[],
  { kind, from, to }: RecordSpan,
): Promise<Map<LinkId, RecordRow[]>> {
  const accountRefs: AccountRef[] = reads.flatMap((one) => [...(one.accountRefs ?? [])]);
  const rows = await tx.run(recordsByDay, {
    linkIds: reads.map(({ use }) => use.linkId),
    whole: reads.map((one) => one.accountRefs === undefined),
    accountRefs,
    kind,
    from,
    to,
  });
  return Map.groupBy(rows, ({ linkId }) => linkId);
}

/** How many records of a kind links have, and a sum over ids, revisions and epochs that is another when one was added, changed or taken away. */
export const recordsStanding = operation<{ linkId: LinkId; records: number; sum: string }>()(
  'records.standing',
  { linkIds: 'uuid[]', kind: 'text' },
  `select link_id as "linkId", count(*)::integer as records, 
    sum(uuid_hash_extended(record_id, revision::bigint * 65536 + epoch))::text as sum
  from records where link_id = any($linkIds) and kind = $kind group by link_id`,
);

/** How the records of links stand, with what is consented to: as long as that is the same, so is what is made of them. */
async function standingOf(
  tx: Transaction,
  kind: RecordContent['kind'],
  allowed: ReadonlyMap<LinkId, Allowed>,
): Promise<(linkId: LinkId) => { readonly records: number; readonly as: string }> {
  const rows = await tx.run(recordsStanding, { linkIds: [...allowed.keys()], kind });
  const byLink = new Map(rows.map((row) => [row.linkId, row]));
  return (linkId) => {
    const { records, sum } = byLink.get(linkId) ?? { records: 0, sum: '0' };
    return { records, as: [kind, records, sum, ...[...(allowed.get(linkId)?.purposes ?? [])].toSorted()].join('|') };
  };
}

/** What was sealed under an earlier key is being sealed anew, and is read with the next use. */
function openAll(
  { fields }: AccessRequest,
  { key, purposes }: Allowed,
  rows: readonly RecordRow[] = [],
): OpenedRecord[] {
  return rows.filter((row) => row.epoch === key.epoch).map((row) => openRecord(key, row, fields, purposes));
}
