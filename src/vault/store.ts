import type { BankId, RecordId } from '#base';
import { invariant, newId } from '#base';
import { operation, type Transaction } from '#db';
import type { RecordContent, RecordDraft, StoredRecord } from './records.ts';
import type { LinkSealer } from './sealing.ts';

/**
 * Stores drafts in their order and answers what became of each. An event replaces what is not further
 * along than it; history, which knows less of a purchase than its event did, only what is behind it.
 */
export async function storeRecords(
  tx: Transaction,
  sealers: ReadonlyMap<string, LinkSealer>,
  drafts: readonly RecordDraft[],
  origin: 'event' | 'history',
): Promise<StoredRecord[]> {
  const standing = lastTold(drafts);
  const stored: StoredRecord[] = [];
  for (const wave of waves(drafts, new Set(standing))) {
    const outcomes = await upsert(
      tx,
      sealers,
      wave.map((position) => drafts[position] as RecordDraft),
      origin,
    );
    for (const [n, position] of wave.entries()) stored[position] = outcomes[n] as StoredRecord;
  }
  return standing.map((position, n): StoredRecord => {
    const record = stored[position] as StoredRecord;
    return position === n ? record : { ...record, outcome: 'kept' };
  });
}

const subjectOf = ({ linkId, subjectIndex }: RecordDraft): string => `${linkId}|${subjectIndex.toString('base64')}`;

/**
 * For each draft the position of the one that stands for it: of several that tell the same stage of one
 * subject the last. So a batch that tells one purchase a thousand times is stored a few times.
 */
function lastTold(drafts: readonly RecordDraft[]): number[] {
  const last = new Map(drafts.map((draft, position) => [`${subjectOf(draft)}|${draft.stage}`, position]));
  return drafts.map((draft, position) => last.get(`${subjectOf(draft)}|${draft.stage}`) ?? position);
}

/** Positions of the drafts that stand, in groups that name each subject once: one INSERT cannot touch a row twice. */
function waves(drafts: readonly RecordDraft[], standing: ReadonlySet<number>): number[][] {
  const seen = new Map<string, number>();
  const groups: number[][] = [];
  for (const [position, draft] of drafts.entries()) {
    if (!standing.has(position)) continue;
    const subject = subjectOf(draft);
    const wave = seen.get(subject) ?? 0;
    seen.set(subject, wave + 1);
    (groups[wave] ??= []).push(position);
  }
  return groups;
}

interface Sealed {
  readonly draft: RecordDraft;
  readonly recordId: RecordId;
  readonly bankId: BankId;
  readonly epoch: number;
  readonly bytes: Buffer;
}

/** Stores drafts of which no two name one subject. Most are new, so one statement is enough for most batches. */
async function upsert(
  tx: Transaction,
  sealers: ReadonlyMap<string, LinkSealer>,
  drafts: readonly RecordDraft[],
  origin: 'event' | 'history',
): Promise<StoredRecord[]> {
  const sealed = drafts.map((draft): Sealed => {
    const sealer = sealers.get(draft.linkId);
    invariant(sealer, 'a record is stored under a link whose key is there');
    const { bankId, epoch } = sealer;
    const bytes = sealer.sealRecord(draft.subjectIndex, draft.content);
    return { draft, recordId: newId<RecordId>(), bankId, epoch, bytes };
  });
  const outcomes = new Map<Sealed, StoredRecord>();
  let left: readonly Sealed[] = sealed;
  // What stands in the way of an insert is found afterwards, unless it was deleted in between.
  while (left.length > 0) {
    const created = await insert(tx, left);
    const others = left.filter((one) => !created.has(one.recordId));
    for (const one of left)
      if (created.has(one.recordId)) outcomes.set(one, { recordId: one.recordId, revision: 1, outcome: 'created' });
    if (others.length > 0) for (const [one, outcome] of await replace(tx, others, origin)) outcomes.set(one, outcome);
    left = others.filter((one) => !outcomes.has(one));
  }
  return sealed.map((one) => outcomes.get(one) as StoredRecord);
}

/** What each telling of a record brings, the first and all later ones. */
const told = {
  linkIds: 'uuid[]',
  recordIds: 'uuid[]',
  localDates: 'date[]',
  occurredAt: 'timestamptz[]',
  stages: 'int2[]',
  epochs: 'int4[]',
  sealed: 'bytea[]',
  matchKeys: 'bytea[]',
} as const;

function toldOf(rows: readonly Sealed[]) {
  const of = rows.map(({ draft }) => draft);
  return {
    linkIds: of.map((draft) => draft.linkId),
    recordIds: rows.map((row) => row.recordId),
    localDates: of.map((draft) => draft.localDate),
    occurredAt: of.map((draft) => draft.occurredAt),
    stages: of.map((draft) => draft.stage),
    epochs: rows.map((row) => row.epoch),
    sealed: rows.map((row) => row.bytes),
    matchKeys: of.map((draft) => draft.matchKey ?? null),
  };
}

/** Enters the first record of each subject; where one stands already, nothing is entered and nothing answered. */
export const insertRecords = operation<{ recordId: RecordId }>()(
  'records.insert',
  {
    ...told,
    accountRefs: 'uuid[]',
    bankIds: 'text[]',
    kinds: 'text[]',
    subjects: 'bytea[]',
  },
  `insert into records (link_id, record_id, account_ref, bank_id, kind, subject_index, local_date, occurred_at, stored_at, stage, revision, epoch, sealed, match_key)
  select link_id, record_id, account_ref, bank_id, kind, subject_index, local_date, occurred_at, now(), stage, 1, epoch, sealed, match_key
  from unnest($linkIds, $recordIds, $accountRefs, $bankIds, $kinds, $subjects, $localDates, $occurredAt, $stages, $epochs, $sealed, $matchKeys)
    as i (link_id, record_id, account_ref, bank_id, kind, subject_index, local_date, occurred_at, stage, epoch, sealed, match_key)
  on conflict (link_id, subject_index) do nothing returning record_id as "recordId"`,
);

/** Inserts those that are new; answers their ids. In the order of their keys, so that two batches cannot wait for each other. */
async function insert(tx: Transaction, rows: readonly Sealed[]): Promise<Set<RecordId>> {
  const sorted = rows.toSorted((a, b) => bySubject(a.draft, b.draft));
  const of = sorted.map(({ draft }) => draft);
  const created = await tx.run(insertRecords, {
    ...toldOf(sorted),
    accountRefs: of.map((draft) => draft.accountRef),
    bankIds: sorted.map((row) => row.bankId),
    kinds: of.map((draft) => draft.content.kind),
    subjects: of.map((draft) => draft.subjectIndex),
  });
  return new Set(created.map((row) => row.recordId));
}

/** The order of the table's key, as PostgreSQL compares it. */
function bySubject(a: RecordDraft, b: RecordDraft): number {
  if (a.linkId !== b.linkId) return a.linkId < b.linkId ? -1 : 1;
  return Buffer.compare(a.subjectIndex, b.subjectIndex);
}

interface Standing {
  /** Of the rows asked for, counted from 1. */
  readonly n: bigint;
  readonly recordId: RecordId;
  readonly kind: RecordContent['kind'];
  readonly occurredAt: Date;
  readonly stage: number;
  readonly revision: number;
  readonly matchKey: Buffer | null;
}

/** Locks records in the order in which they are written. */
export const holdRecords = operation<Standing>()(
  'records.hold',
  { linkIds: 'uuid[]', subjects: 'bytea[]' },
  `select w.n, r.record_id as "recordId", r.kind, r.occurred_at as "occurredAt", r.stage, r.revision, r.match_key as "matchKey"
  from unnest($linkIds, $subjects) with ordinality as w (link_id, subject_index, n)
  join records r using (link_id, subject_index)
  order by r.link_id, r.subject_index for update of r`,
);

/** Locks the records of these subjects until the transaction ends, and answers how they stand; what is gone is missing. */
export function hold(
  tx: Transaction,
  rows: readonly { readonly linkId: string; readonly subjectIndex: Buffer }[],
): Promise<Standing[]> {
  return tx.run(holdRecords, {
    linkIds: rows.map((row) => row.linkId),
    subjects: rows.map((row) => row.subjectIndex),
  });
}

/** Replaces what is not further along. Whatever stands and stays is answered as kept; what is gone is missing. */
async function replace(
  tx: Transaction,
  rows: readonly Sealed[],
  origin: 'event' | 'history',
): Promise<Map<Sealed, StoredRecord>> {
  const standing = await hold(
    tx,
    rows.map(({ draft }) => draft),
  );
  const outcomes = new Map<Sealed, StoredRecord>();
  const replaced: Sealed[] = [];
  for (const { n, recordId, kind, occurredAt, stage, revision } of standing) {
    const row = rows[Number(n) - 1] as Sealed;
    const { draft } = row;
    const further = stage + (origin === 'history' ? 1 : 0) <= draft.stage;
    const newer = kind !== 'balance' || occurredAt <= draft.occurredAt;
    if (!further || !newer) {
      outcomes.set(row, { recordId, revision, outcome: 'kept' });
      continue;
    }
    outcomes.set(row, { recordId, revision: revision + 1, outcome: 'replaced' });
    replaced.push({ ...row, recordId });
  }
  if (replaced.length > 0) await update(tx, replaced);
  return outcomes;
}

/** Replaces records, each named once, and raises their revisions. */
export const updateRecords = operation<object>()(
  'records.update',
  told,
  `update records r set local_date = u.local_date, occurred_at = u.occurred_at, stage = u.stage,
    revision = r.revision + 1, epoch = u.epoch, sealed = u.sealed, match_key = u.match_key
  from unnest($linkIds, $recordIds, $localDates, $occurredAt, $stages, $epochs, $sealed, $matchKeys)
    as u (link_id, record_id, local_date, occurred_at, stage, epoch, sealed, match_key)
  where r.link_id = u.link_id and r.record_id = u.record_id`,
);

async function update(tx: Transaction, rows: readonly Sealed[]): Promise<void> {
  await tx.run(updateRecords, toldOf(rows));
}
