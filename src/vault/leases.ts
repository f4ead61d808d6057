import { randomUUID } from 'node:crypto';
import { TellerlineError, type BankId, type Clock, type Random } from '#base';
import { sql, type Database, type Queryable } from '#db';
import {
  appendToLog,
  exportOf,
  parseVerifier,
  saltOf,
  verifyExport,
  type EntryPlace,
  type LogExport,
  type LogRecord,
  type ProofLog,
} from '#proof';
import type { Releases } from './key-service.ts';

/** A lease of a bank's root, as the table beside the log has it. */
interface LeaseRow {
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

async function leasesOf(db: Queryable, bankId: BankId): Promise<LeaseRow[]> {
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

/** A lease of a bank's root that the log proves. */
export interface ProvenLease {
  readonly at: Date;
}

/**
 * The leases of a bank's root that the log proves, oldest first, and the export that shows it. The table alone
 * counts for nothing: whoever can write to the database can add to it.
 *
 * @throws TellerlineError `lease_not_in_log`; `log_not_ready`, for the second until a checkpoint covers a new one
 */
export async function provenLeases(
  db: Queryable,
  proof: Pick<ProofLog, 'proofs' | 'key'>,
  bankId: BankId,
): Promise<{ readonly leases: readonly ProvenLease[]; readonly exported: LogExport }> {
  const leases = await leasesOf(db, bankId);
  const proofs = await proof.proofs(leases.map((lease) => lease.place));
  if (!proofs) throw new TellerlineError('log_not_ready', 503, 'The log has signed nothing yet. Try again soon.');
  const entries = leases.map(({ record, saltKey }) => ({ record, salt: saltOf(saltKey, record.id) }));
  const exported = exportOf(proof.key, entries, proofs);
  const verdict = verifyExport(JSON.stringify(exported), parseVerifier(proof.key));
  if (!verdict.holds || proofs.nowhere > 0) {
    const nowhere =
      proofs.nowhere > 0 ? [`${proofs.nowhere} of ${leases.length} leases are in no leaf of the log.`] : [];
    const message = `The table of leases says what the log does not: nothing was counted. ${[...verdict.said, ...nowhere].join(' ')}`;
    throw new TellerlineError('lease_not_in_log', 409, message, { bankId });
  }
  if (exported.waiting > 0) {
    const message =
      'The log has not signed the newest lease yet. Try again in a second; it signs while Tellerline is running.';
    throw new TellerlineError('log_not_ready', 503, message, { retryAfterSeconds: 1 });
  }
  return { leases, exported };
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
export function reconcile(releases: Releases, leases: readonly ProvenLease[]): ReconciledDay[] {
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
