import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTellerlineError } from '#base';
import { standingAfter, TRANSITIONS, type CausedBy, type ConsentChange, type Standing } from './transitions.ts';

const standings: readonly Standing[] = ['none', 'offered', 'in-force', 'ended'];
const changes: readonly ConsentChange[] = [
  'offered',
  'declined',
  'granted',
  'amended',
  'renewed',
  'expired',
  'revoked',
];
const causes: readonly CausedBy[] = ['customer', 'bank', 'staff', 'operator', 'expiry'];

test('what is not in the table is refused, whoever asks', () => {
  let refused = 0;
  for (const from of standings) {
    for (const change of changes) {
      for (const by of causes) {
        const row = TRANSITIONS.find((one) => one.from === from && one.change === change && one.by.includes(by));
        if (row) {
          assert.equal(standingAfter(from, change, by), row.to);
          continue;
        }
        refused += 1;
        assert.throws(
          () => standingAfter(from, change, by),
          (error: unknown) => isTellerlineError(error, 'consent_transition_refused'),
        );
      }
    }
  }
  const allowed = TRANSITIONS.reduce((all, row) => all + row.by.length, 0);
  assert.equal(refused, standings.length * changes.length * causes.length - allowed);
});

test('no row is doubled: where a consent stands and what happens decide where it goes', () => {
  const keys = TRANSITIONS.map((row) => `${row.from}|${row.change}`);
  assert.equal(new Set(keys).size, keys.length);
});

test('nobody but the customer brings a consent into force, and no walk gets there without an offer', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...changes), fc.constantFrom(...causes)), { maxLength: 30 });
  fc.assert(
    fc.property(steps, (walk) => {
      let standing: Standing = 'none';
      for (const [change, by] of walk) {
        const before: Standing = standing;
        try {
          standing = standingAfter(standing, change, by);
        } catch {
          // Refused: it stays where it was.
          assert.equal(standing, before);
          continue;
        }
        if (standing === 'in-force' && before !== 'in-force') assert.deepEqual([before, by], ['offered', 'customer']);
        if (before === 'in-force' && standing === 'in-force') assert.equal(by, 'customer');
      }
    }),
    { numRuns: 2000 },
  );
});

test('the table reaches every standing, and what is in force can be ended by each side', () => {
  const reached = new Set<Standing>(['none']);
  for (let round = 0; round < standings.length; round += 1) {
    for (const row of TRANSITIONS) if (reached.has(row.from)) reached.add(row.to);
  }
  assert.equal(reached.size, standings.length);
  for (const by of ['customer', 'bank', 'staff', 'operator'] as const)
    assert.equal(standingAfter('in-force', 'revoked', by), 'ended');
});
