import { invariant, TellerlineError, type LinkId } from '#base';
import { purposesInForce } from '#consent';
import type { Purpose } from '#contract';
import { operation, type Transaction } from '#db';
import { requireActorMay } from './actor.ts';
import { rowOf, type Distilled, type DistilledName } from './distilled.ts';
import type { AccessRequest, Distilling, LinkReading, RecordSpan } from './gate.ts';
import type { LinkKey } from './keys.ts';
import { enterInLedger, type LedgerParts } from './ledger.ts';
import { Plaintext } from './plaintext.ts';
import type { OpenedRecord, RecordContent } from './records.ts';
import { packedRecord, unpackRecords } from './packed-records.ts';
import { openDistilled } from './sealing.ts';
import { requirePurposeMay } from './uses.ts';
import { accessOf, openRecord, withKeys, type RecordRow, type TakeOut } from './using.ts';

/** See `Gate.recordsOfLinks`. */
export function recordsOfLinks(
  parts: LedgerParts,
  memory: Distilled,
  reads: readonly LinkReading[],
  span: RecordSpan,
): Promise<Plaintext<ReadonlyMap<LinkId, readonly OpenedRecord[]>>> {
  const uses = reads.map(({ use }) => use);
  const names = new Map(reads.map((read) => [read.use.linkId, nameOfReading(read, span)]));
  return ofEach(parts, uses, span.kind, async (tx, allowed) => {
    const kept = await keptReadings(tx, memory, { reads, span, names }, allowed);
    const unknown = reads.filter(({ use }) => !kept.has(use.linkId));
    const read = unknown.length > 0 ? await selectOfLinks(tx, unknown, span) : new Map<LinkId, never>();
    await enterUses(tx, parts, uses, ({ linkId }) => (kept.get(linkId) ?? read.get(linkId))?.records ?? 0);
    return (use, own): readonly OpenedRecord[] => {
      const { linkId } = use;
      const name = names.get(linkId);
      invariant(name, 'every reading has its name');
      const before = kept.get(linkId);
      if (before) return openDistilled(own.key, name.place, rowOf(name, before.as), before.sealed);
      const found = read.get(linkId);
      const opened = openAll(use, own, found?.rows);
      if (found && opened.length >= keptFrom) memory.keep(own.key, name, standingAs(span.kind, found, own), opened);
      return opened;
    };
  });
}

/**
 * From so many records on a reading is kept: a question is often followed by another about the same month or year.
 * Fewer are opened in about the time that looking after what is kept takes.
 */
const keptFrom = 40;

/** A long reading is found again for the same days, accounts and fields. */
function nameOfReading({ use, accountRefs }: LinkReading, { from, to }: RecordSpan): DistilledName {
  const accounts = accountRefs ? [...accountRefs].toSorted().join() : 'all';
  return { place: 'memory.reading', of: [from, to, accounts, ...use.fields].join('|') };
}

/** Those readings that are kept of records that stand as they stand now. */
async function keptReadings(
  tx: Transaction,
  memory: Distilled,
  of: {
    readonly reads: readonly LinkReading[];
    readonly span: RecordSpan;
    readonly names: ReadonlyMap<LinkId, DistilledName>;
  },
  allowed: ReadonlyMap<LinkId, Allowed>,
): Promise<ReadonlyMap<LinkId, Kept>> {
  const { reads, span, names } = of;
  const nameAt = (linkId: LinkId): DistilledName | undefined => names.get(linkId);
  // Of what is not kept nothing is asked: reading it says how it stands.
  const known = reads.filter(({ use: { linkId } }) => {
    const name = nameAt(linkId);
    return name !== undefined && memory.knows(linkId, name);
  });
  if (known.length === 0) return new Map();
  const standing = await standingOf(tx, known, span, allowed);
  const found = known.flatMap(({ use: { linkId } }): [LinkId, Kept][] => {
    const [name, key] = [nameAt(linkId), allowed.get(linkId)?.key];
    const { as, records } = standing(linkId);
    const sealed = name && key && memory.find(key, name, as);
    return sealed ? [[linkId, { as, records, sealed }]] : [];
  });
  return new Map(found);
}

/** What is kept, of how many records, which stand like this. */
interface Kept {
  readonly as: string;
  readonly records: number;
  readonly sealed: Buffer;
}

const allDays = { from: '1900-01-01', to: '2999-12-31' };

/** See `Gate.distilled`. */
export function distilledOf<Made>(
  parts: LedgerParts,
  memory: Distilled,
  uses: readonly AccessRequest[],
  { place, kind, distil }: Distilling<Made>,
): Promise<Plaintext<ReadonlyMap<LinkId, Made>>> {
  const name: DistilledName = { place, of: '' };
  const span: RecordSpan = { kind, ...allDays };
  return ofEach(parts, uses, kind, async (tx, allowed) => {
    const reads = uses.map((use) => ({ use }));
    const standing = await standingOf(tx, reads, span, allowed);
    const sealed = new Map(
      [...allowed.values()].map(({ key }) => [key.linkId, memory.find(key, name, standing(key.linkId).as)]),
    );
    const unknown = reads.filter(({ use }) => sealed.get(use.linkId) === undefined);
    const read = unknown.length > 0 ? await selectOfLinks(tx, unknown, span) : new Map<LinkId, never>();
    await enterUses(tx, parts, uses, ({ linkId }) => standing(linkId).records);
    return (use, { key, purposes }) => {
      const { linkId } = use;
      const before = sealed.get(linkId);
      if (before !== undefined) return openDistilled<Made>(key, place, rowOf(name, standing(linkId).as), before);
      const made = distil(openAll(use, { key, purposes }, read.get(linkId)?.rows), linkId);
      memory.keep(key, name, standing(linkId).as, made);
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

const readingColumns = {
  linkIds: 'uuid[]',
  whole: 'bool[]',
  accountRefs: 'uuid[]',
  kind: 'text',
  from: 'text',
  to: 'text',
} as const;

const recordsMeant = `from records r where r.link_id = w.link_id and r.kind = $kind
      and r.local_date between $from::date and $to::date and (w.whole or r.account_ref = any($accountRefs))`;

/** How many records there are, and a sum over ids, revisions and epochs that is another when one was added, changed or taken away. */
interface Standing {
  readonly linkId: LinkId;
  readonly records: number;
  /** Null where there is none. */
  readonly sum: string | null;
}

const hashOfRecord = 'uuid_hash_extended(r.record_id, r.revision::bigint * 65536 + r.epoch)';

/**
 * Records of links by their days, newest first, still sealed and packed, and how they stand; of the accounts named
 * where a link is not read whole. Link by link, so that a plan for any number of links reads each by its index; and
 * sorted before they are packed, for sorting what is packed takes three times as long.
 */
export const recordsByDay = operation<Standing & { readonly packed: Buffer | null }>()(
  'records.by-day',
  readingColumns,
  `select w.link_id as "linkId", s.records, s.sum, s.packed
  from unnest($linkIds, $whole) as w (link_id, whole) cross join lateral (
    select count(*)::integer as records, sum(hash)::text as sum, string_agg(packed, ''::bytea) as packed from (
      select ${hashOfRecord} as hash, ${packedRecord} as packed ${recordsMeant}
      order by r.local_date desc, r.occurred_at desc, r.record_id
    ) o
  ) s`,
);

/** How the records of links stand. */
export const recordsStanding = operation<Standing>()(
  'records.standing',
  readingColumns,
  `select w.link_id as "linkId", s.records, s.sum
  from unnest($linkIds, $whole) as w (link_id, whole) cross join lateral (
    select count(*)::integer as records, sum(${hashOfRecord})::text as sum ${recordsMeant}
  ) s`,
);

function columnsOf(
  reads: readonly LinkReading[],
  { kind, from, to }: RecordSpan,
): Parameters<typeof recordsByDay.encode>[0] {
  return {
    linkIds: reads.map(({ use }) => use.linkId),
    whole: reads.map((one) => one.accountRefs === undefined),
    accountRefs: reads.flatMap((one) => [...(one.accountRefs ?? [])]),
    kind,
    from,
    to,
  };
}

async function selectOfLinks(
  tx: Transaction,
  reads: readonly LinkReading[],
  span: RecordSpan,
): Promise<ReadonlyMap<LinkId, Standing & { readonly rows: readonly RecordRow[] }>> {
  const read = await tx.run(recordsByDay, columnsOf(reads, span));
  return new Map(
    read.map(({ packed, ...standing }) => [
      standing.linkId,
      { ...standing, rows: packed ? unpackRecords(standing.linkId, packed) : [] },
    ]),
  );
}

/** How the records of links stand, with what is consented to: as long as that is the same, so is what is made of them. */
async function standingOf(
  tx: Transaction,
  reads: readonly LinkReading[],
  span: RecordSpan,
  allowed: ReadonlyMap<LinkId, Allowed>,
): Promise<(linkId: LinkId) => { readonly records: number; readonly as: string }> {
  const rows = await tx.run(recordsStanding, columnsOf(reads, span));
  const byLink = new Map(rows.map((row) => [row.linkId, row]));
  return (linkId) => {
    const standing = byLink.get(linkId) ?? { linkId, records: 0, sum: null };
    return { records: standing.records, as: standingAs(span.kind, standing, allowed.get(linkId)) };
  };
}

const standingAs = (kind: RecordContent['kind'], { records, sum }: Standing, allowed: Allowed | undefined): string =>
  [kind, records, sum ?? '', ...[...(allowed?.purposes ?? [])].toSorted()].join('|');

/** What was sealed under an earlier key is being sealed anew, and is read with the next use. */
function openAll(
  { fields }: AccessRequest,
  { key, purposes }: Allowed,
  rows: readonly RecordRow[] = [],
): OpenedRecord[] {
  return rows.filter((row) => row.epoch === key.epoch).map((row) => openRecord(key, row, fields, purposes));
}
