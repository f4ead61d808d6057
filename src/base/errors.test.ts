import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invariant, isTellerlineError, TellerlineError } from './errors.ts';

test('an error has a code to match on, a status, a sentence, plain facts and what caused it', () => {
  const cause = new Error('socket closed');
  const error = new TellerlineError('bank_slow', 504, 'The bank takes long.', { bank: 'citi' }, { cause });
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.code, error.status, error.message, error.detail, error.cause],
    ['TellerlineError', 'bank_slow', 504, 'The bank takes long.', { bank: 'citi' }, cause],
  );
  assert.deepEqual(new TellerlineError('no_session', 401, 'Nobody is signed in.').detail, {});
});

test('an error is told apart by its code, and what only looks like one is none', () => {
  const error: unknown = new TellerlineError('bank_slow', 504, 'The bank takes long.');
  assert.equal(isTellerlineError(error), true);
  assert.equal(isTellerlineError(error, 'bank_slow'), true);
  assert.equal(isTellerlineError(error, 'bank_unreachable'), false);
  const others: unknown[] = [undefined, null, 'bank_slow', new Error('bank_slow'), { code: 'bank_slow', status: 504 }];
  for (const other of others) assert.equal(isTellerlineError(other), false);
});

test('a broken invariant is an error of ours that no caller may meet: without a code', () => {
  invariant(1, 'one is something');
  for (const broken of [false, 0, '', null, undefined]) {
    assert.throws(
      () => invariant(broken, 'a purchase has an account'),
      (error: unknown) =>
        error instanceof Error &&
        !isTellerlineError(error) &&
        error.message === 'invariant broken: a purchase has an account',
    );
  }
});
