import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isTellerlineError, systemRandom, type BankId } from '#base';
import { noCertificates } from '#test/certificates';
import { readConfig } from './config.ts';
import { openKeyProvider } from './keys.ts';
import { startSandboxKeyService } from './sandbox-key-service.ts';

const bank = 'us-bank' as BankId;

test(
  'the sandbox’s key service holds its bank’s root across restarts, and the hub reaches it',
  { skip: noCertificates },
  async () => {
    const keys = mkdtempSync(join(tmpdir(), 'tellerline-sandbox-keys-'));
    try {
      const released: Buffer[] = [];
      for (let start = 0; start < 2; start += 1) {
        const service = await startSandboxKeyService(keys, bank);
        const provider = openKeyProvider(readConfig({ TELLERLINE_KEYS: keys }), systemRandom);
        await provider.createRoot(bank, 1);
        released.push(await provider.leaseRoot(bank, 1));
        await service.stop();
        await assert.rejects(provider.leaseRoot(bank, 1), (error) =>
          isTellerlineError(error, 'key_service_unavailable'),
        );
      }
      assert.equal(released[0]?.length, 32);
      assert.deepEqual(released[0], released[1]);
      // Whose key it is must not be forgotten with a setting: the bank's root would be made anew at the operator.
      rmSync(join(keys, 'services', bank, 'url'));
      assert.throws(
        () => openKeyProvider(readConfig({ TELLERLINE_KEYS: keys }), systemRandom),
        (error) => isTellerlineError(error, 'key_service_unnamed'),
      );
    } finally {
      rmSync(keys, { recursive: true });
    }
  },
);
