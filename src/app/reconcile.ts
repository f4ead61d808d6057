import { writeFileSync } from 'node:fs';
import { systemRandom, TellerlineError, type BankId, type Log } from '#base';
import { hubMigrations, migrate, openDatabase } from '#db';
import { createProofLog, readLogKey } from '#proof';
import { provenLeases, reconcile, releasesAt, type ReconciledDay } from '#vault';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';
import { keyServicesOf } from './keys.ts';
import { logName } from './wire.ts';

/** What a comparison works with. */
export interface ReconcileOptions {
  readonly config: Config;
  readonly log: Log;
  readonly bank: string;
  /** Where the leases go with their proofs, for the bank to check and count itself. */
  readonly exportTo?: string;
  readonly say: (line: string) => void;
}

/**
 * `tellerline reconcile`: holds what a bank's key service has counted against the leases in the log, day by
 * day. Answers whether the log explains every release.
 *
 * @throws TellerlineError `no_key_service`, `key_service_unavailable`, and those of `provenLeases`
 */
export async function reconcileBank({ config, log, bank, exportTo, say }: ReconcileOptions): Promise<boolean> {
  const access = keyServicesOf(config).get(bank);
  if (!access)
    throw new TellerlineError('no_key_service', 404, `${bank} has no key service here: it counts no releases.`);
  let days: ReconciledDay[] = [];
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log, connectionsMax: 2 });
    try {
      await migrate(database, { directory: hubMigrations, schema: 'public' });
      const signer = readLogKey(config.keys, logName(config), systemRandom);
      const proof = createProofLog({ database, signer, log });
      // Counted first: what is released meanwhile is entered before.
      const releases = await releasesAt(access, bank as BankId);
      const { leases, exported } = await provenLeases(database, proof, bank as BankId);
      if (exportTo !== undefined) writeFileSync(exportTo, `${JSON.stringify(exported, null, 2)}\n`, { mode: 0o600 });
      days = reconcile(releases, leases);
    } finally {
      await database.close();
    }
  });
  say('day         releases  leases in the log');
  for (const { day, releases, leases, unexplained } of days)
    say(
      `${day}  ${String(releases).padStart(8)}  ${String(leases).padStart(17)}${unexplained ? '  MORE than the log explains' : ''}`,
    );
  return days.every((day) => !day.unexplained);
}
