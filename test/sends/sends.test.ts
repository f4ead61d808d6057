import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyFault, runSends } from './sends.ts';

// A whole hub against platforms that fail in every way; 10,000 in `npm run sends`.

test('of 300 sends through platforms that fail in every way none is missing, and what comes twice followed an unknown outcome', async (t) => {
  // Nothing here is so slow that a run has to wait for it.
  const faults = { ...everyFault('three hundred'), slow: 0, webhooksLateMs: 5_000 };
  const counted = await runSends({ sends: 300, people: 60, faults, settleMs: 3_000, troubleMs: 1_500 });
  t.diagnostic(JSON.stringify(counted));
  const { undelivered, answers } = counted;
  assert.equal(counted.sends, 300);
  assert.equal(counted.missing, 0);
  assert.equal(counted.duplicates['without a reason'] ?? 0, 0);
  assert.equal(counted.outOfOrder, 0);
  assert.ok(
    Object.keys(undelivered).some((one) => one.endsWith('unreachable')),
    'who is not there stands so',
  );
  for (const trouble of ['error 2', 'error 10/2018278', 'error 10/2018300', 'error 551/1545041'])
    assert.ok((answers.messenger[trouble] ?? 0) > 0, `Messenger: ${trouble}`);
  for (const trouble of ['error 131016', 'failed by a status of 131047', 'failed by a status of 131026'])
    assert.ok((answers.whatsapp[trouble] ?? 0) > 0, `WhatsApp: ${trouble}`);
  assert.ok(counted.asTemplates > 0 && counted.unknown > 0);
});
