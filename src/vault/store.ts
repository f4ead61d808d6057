import type { RecordId } from '#base';
import { invariant, newId } from '#base';
import { sql, type Transaction } from '#db';
import type { RecordDraft, StoredRecord } from './records.ts';
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

async function upsert(
  tx: Transaction,
  sealers: ReadonlyMap<string, LinkSealer>,
  drafts: readonly RecordDraft[],
  origin: 'event' | 'history',
): Promise<StoredRecord[]> {
  const sealed = drafts.map((draft) => {
    const sealer = sealers.get(draft.linkId);
    invariant(sealer, 'a record is stored under a link whose key is there');
    return { epoch: sealer.epoch, bytes: sealer.sealRecord(draft.subjectIndex, draft.content) };
  });
  const rows = await tx.query<{ n: bigint; recordId: RecordId | null; revision: number; replaced: boolean }>(sql`
    with incoming as (
      select * from unnest(
        ${drafts.map((draft) => draft.linkId)}::uuid[], ${drafts.map(() => newId<RecordId>())}::uuid[],
        ${drafts.map((draft) => draft.accountRef)}::uuid[], ${drafts.map((draft) => draft.content.kind)}::text[],
        ${drafts.map((draft) => draft.subjectIndex)}::bytea[], ${drafts.map((draft) => draft.localDate)}::date[],
        ${drafts.map((draft) => draft.occurredAt)}::timestamptz[], ${drafts.map((draft) => draft.stage)}::smallint[],
        ${sealed.map((one) => one.epoch)}::integer[], ${sealed.map((one) => one.bytes)}::bytea[]
      ) with ordinality as i (link_id, record_id, account_ref, kind, subject_index, local_date, occurred_at, stage, epoch, sealed, n)
    ), stored as (
      insert into records (link_id, record_id, account_ref, kind, subject_index, local_date, occurred_at, stored_at, stage, revision, epoch, sealed)
      select link_id, record_id, account_ref, kind, subject_index, local_date, occurred_at, now(), stage, 1, epoch, sealed
      from incoming order by link_id, subject_index
      on conflict (link_id, subject_index) do update set
        local_date = excluded.local_date, occurred_at = excluded.occurred_at, stage = excluded.stage,
        revision = records.revision + 1, epoch = excluded.epoch, sealed = excluded.sealed
      where records.stage + ${origin === 'history' ? 1 : 0} <= excluded.stage
        and (records.kind <> 'balance' or records.occurred_at <= excluded.occurred_at)
      returning link_id, subject_index, record_id, revision
    )
    select i.n, coalesce(s.record_id, r.record_id) as "recordId", coalesce(s.revision, r.revision) as revision,
      s.record_id is not null as replaced
    from incoming i
    left join stored s on s.link_id = i.link_id and s.subject_index = i.subject_index
    left join records r on r.link_id = i.link_id and r.subject_index = i.subject_index
    order by i.n`);
  return Promise.all(
    rows.map(async ({ recordId, revision, replaced }, position): Promise<StoredRecord> => {
      // Another transaction stored the same subject after this statement's snapshot was taken: now it is seen.
      if (recordId === null)
        return (await upsert(tx, sealers, drafts.slice(position, position + 1), origin))[0] as StoredRecord;
      return { recordId, revision, outcome: !replaced ? 'kept' : revision === 1 ? 'created' : 'replaced' };
    }),
  );
}
