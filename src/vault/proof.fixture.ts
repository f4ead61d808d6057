import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, systemRandom } from '#base';
import type { Database } from '#db';
import { createProofLog, readLogKey, type ProofLog } from '#proof';

/** A real proof log over a test's database, with a key of its own that is in no file afterwards. */
export function testProof(database: Database): ProofLog {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-log-key-'));
  const signer = readLogKey(folder, 'log.example/log', systemRandom);
  rmSync(folder, { recursive: true });
  return createProofLog({ database, signer, log: createLog('silent') });
}
