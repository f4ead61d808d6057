import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standingOf, type StandingRow } from './standing.ts';

// How a run of sends is counted: what is missing must not hide behind a reason that does not hold.

const row = (state: string, code: string | null = null, parts = 1, seq = 1n): StandingRow => {
  return { identityId: 'ana', seq, state, code, parts };
};
/** Counts rows of which each body was shown so often, in turn. */
function counted(rows: readonly StandingRow[], copies: readonly number[], unreachable = false) {
  const left = [...copies];
  const { missing, neverShown } = standingOf(
    rows,
    () => left.shift() ?? 0,
    () => unreachable,
  );
  return { missing, neverShown };
}

test('what was delivered and not shown is missing, body by body', () => {
  assert.deepEqual(counted([row('delivered', null, 3)], [1, 0, 2]), { missing: 1, neverShown: 0 });
});

test('what was given up after two unknown outcomes is counted where it was never shown, and only there', () => {
  const given = row('parked', 'unknown-twice', 2);
  assert.deepEqual(counted([given], [1, 2]), { missing: 0, neverShown: 0 });
  assert.deepEqual(counted([given, given], [1, 0, 0, 0]), { missing: 0, neverShown: 3 });
  assert.deepEqual(counted([given], [0, 0], true), { missing: 0, neverShown: 2 });
});

test('of who cannot be reached the oldest waits and the others behind it; whatever stands otherwise is missing', () => {
  const waits = row('waiting', 'may-not-write');
  assert.equal(counted([waits, row('waiting'), row('waiting')], [], true).missing, 0);
  assert.equal(counted([waits, row('waiting')], [], false).missing, 2);
  assert.equal(counted([row('waiting'), waits], [], true).missing, 1);
  for (const other of [row('parked', 'graph-100'), row('skipped', 'may-not-write'), row('unknown', 'timeout')])
    assert.equal(counted([waits, other], [], true).missing, 1, other.state);
});
