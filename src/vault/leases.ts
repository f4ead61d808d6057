import { randomUUID } from 'node:crypto';
import type { BankId, Clock, Random } from '#base';
import { sql, type Database, type Queryable } from '#db';
import { appendToLog, type EntryPlace, type LogRecord } from '#proof';
import type { Releases } from './key-service.ts';

/** A lease of a bank's root, as the log has it. */
export interface LoggedLease {
  readonly record: LogRecord;
  readonly saltKey: Buffer;
  readonly place: EntryPlace;
  readonly at: Date;
}

function recordOf(lease: { id: string; bank: string; generation: number; at: Date }): LogRecord {
  return { type: 'lease', ...lease, at: lease.at.toISOString(), customer: '' };
}

/**
 * Enters in the log that the root of a bank which holds its own is about to be asked for: what that bank
 * released and is not in here was asked for by something else. On a connection of its own, as whoever needs
 * the root is inside a transaction already.
 */
export async function enterLease(
  { database, clock, random }: { readonly database: Database; readonly clock: Clock; readonly random: Random },
  bankId: string,
  generation: number,
): Promise<void> {
  const lease = { id: randomUUID(), bank: bankId, generation, at: new Date(clock.nowMs()) };
  const saltKey = random.bytes(32);
  await database.apart(async (tx) => {
    const [place] = await appendToLog(tx, [{ record: recordOf(lease), saltKey }]);
    await tx.execute(sql`insert into root_leases (lease_id, bank_id, generation, at, leaf_id, leaf_position, salt_key)
      values (${lease.id}, ${bankId}, ${generation}, ${lease.at}, ${place?.leafId}, ${place?.position}, ${saltKey.toString('base64')})`);
  });
}

/** The leases of a bank's root that were entered, oldest first. */
export async function leasesOf(db: Queryable, bankId: BankId): Promise<LoggedLease[]> {
  const rows = await db.query<EntryPlace & { id: string; generation: number; at: Date; saltKey: string }>(sql`
    select lease_id as id, generation, at, leaf_id as "leafId", leaf_position as position, salt_key as "saltKey"
    from root_leases where bank_id = ${bankId} order by at`);
  return rows.map(({ id, generation, at, leafId, position, saltKey }) => ({
    record: recordOf({ id, bank: bankId, generation, at }),
    saltKey: Buffer.from(saltKey, 'base64'),
    place: { leafId, position },
    at,
  }));
}

/** One day of a comparison, UTC. */
export interface ReconciledDay {
  readonly day: string;
  /** Counted by the bank's key service. */
  readonly releases: number;
  /** Entered in the log before they were asked for. */
  readonly leases: number;
  /** True when the bank has released the root more often than the log says that it was asked for. */
  readonly unexplained: boolean;
}

/** A lease that was entered just before midnight may be counted just after it. */
const midnightMs = 60_000;

/** Holds a key service's counts against the leases in the log, day by day, from the first lease on. */
export function reconcile(releases: Releases, leases: readonly Pick<LoggedLease, 'at'>[]): ReconciledDay[] {
  const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
  const entered = Map.groupBy(leases, ({ at }) => dayOf(at));
  const days = [...new Set([...Object.keys(releases), ...entered.keys()])].toSorted();
  return days.map((day) => {
    const released = Object.values(releases[day] ?? {}).reduce((all, count) => all + count, 0);
    const own = entered.get(day)?.length ?? 0;
    const begins = Date.parse(day);
    const before = leases.filter(({ at }) => at.getTime() < begins && at.getTime() >= begins - midnightMs).length;
    return { day, releases: released, leases: own, unexplained: released > own + before };
  });
}
