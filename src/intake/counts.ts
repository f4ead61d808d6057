import { limits, type BankId } from '#base';
import { operation, sql, type Queryable, type Transaction } from '#db';

/** What became of events: of one sender, for one day. */
export interface IntakeCount {
  readonly sender: string;
  readonly day: string;
  readonly what: string;
  readonly count: number;
  readonly lastAt: Date;
}

/** Adds to a sender's counts of a day, each named once. */
export const addCounts = operation<object>()(
  'intake.count',
  { sender: 'text', day: 'text', now: 'timestamptz', what: 'text[]', counts: 'int8[]' },
  `insert into intake_counts (sender, day, what, count, last_at)
  select $sender, $day::date, what, n, $now from unnest($what, $counts) as c (what, n) order by what
  on conflict (sender, day, what) do update set count = intake_counts.count + excluded.count, last_at = excluded.last_at`,
);

/** Adds to a sender's counts of the day; zeros are not written. */
export async function countIntake(
  tx: Transaction,
  bankId: BankId,
  counts: Readonly<Record<string, number>>,
  nowMs: number,
): Promise<void> {
  return countOf(tx, `bank:${bankId}`, counts, nowMs);
}

/** The same of any sender: `shop:…`, `carrier:…`. */
export async function countOf(
  tx: Transaction,
  sender: string,
  counts: Readonly<Record<string, number>>,
  nowMs: number,
): Promise<void> {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  if (some.length === 0) return;
  const now = new Date(nowMs);
  await tx.run(addCounts, {
    sender,
    day: now.toISOString().slice(0, 10),
    now,
    what: some.map(([what]) => what),
    counts: some.map(([, count]) => count),
  });
}

/** The counts of the last days, newest first. */
export async function intakeCounts(db: Queryable, days: number): Promise<IntakeCount[]> {
  const rows = await db.query<{ sender: string; day: string; what: string; count: bigint; lastAt: Date }>(sql`
    select sender, day::text, what, count, last_at as "lastAt" from intake_counts
    where day > current_date - ${days}::integer order by day desc, sender, what`);
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Forgets dedupe keys and counts that have served their time. */
export async function forgetOldIntake(db: Queryable, nowMs: number): Promise<void> {
  const before = (days: number): Date => new Date(nowMs - days * 86_400_000);
  await db.execute(sql`delete from event_keys where received_at < ${before(limits.dedupeKeyDays)}`);
  await db.execute(sql`delete from intake_counts where day < ${before(limits.countDaysKept)}::date`);
}
