import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TellerlineError } from './errors.ts';
import { createLog, type Log } from './log.ts';

/** What a log writes while work is done with it: the text as it is. */
function written(work: (log: Log) => void): string {
  let text = '';
  work(createLog('trace', { write: (line) => (text += line) }));
  assert.notEqual(text, '');
  return text;
}

/** Planted under the name of a field that must never be written. */
const planted: Readonly<Record<string, string>> = {
  accountNumber: '4000123412341234',
  accountId: 'acct-77aa31',
  name: 'Maren Okwuosa',
  username: 'maren.okwuosa',
  email: 'maren@example.test',
  phone: '+1 218 555 0182',
  address: '12 Harbor Street',
  token: 'tok-1f0c',
  accessToken: 'tok-2f0c',
  refreshToken: 'tok-3f0c',
  access_token: 'tok-4f0c',
  refresh_token: 'tok-5f0c',
  authorization: 'DPoP tok-6f0c',
  cookie: 'tellerline_session=tok-7f0c',
  password: 'hunter-2',
  secret: 'shh-8f0c',
  key: 'key-9f0c',
  text: 'how much did I spend on flowers',
  body: '{"said":"flowers"}',
  content: 'a card with flowers',
  description: 'FLOWER SHOP DULUTH',
  merchant: 'Petal & Stem',
  amount: '65.70',
};

test('account numbers, names, tokens and what somebody wrote are not in the log, however deep they lie', () => {
  for (const [field, value] of Object.entries(planted)) {
    const depths = [
      { [field]: value },
      { of: { [field]: value } },
      { of: { of: { [field]: value } } },
      { of: [{ of: { of: { [field]: value } } }] },
    ];
    for (const [index, facts] of depths.entries()) {
      const text = written((log) => log.info({ ...facts, status: 200 }, 'said'));
      assert.equal(text.includes(value), false, `${field} at depth ${index + 1}`);
      assert.match(text, /\[redacted\]/, `${field} at depth ${index + 1}`);
      assert.match(text, /"status":200/);
    }
  }
});

test('a whole part of a message under such a name goes, with everything inside', () => {
  const text = written((log) =>
    log.warn({ body: { lines: [{ words: 'flowers' }] }, of: { merchant: planted } }, 'said'),
  );
  for (const value of ['flowers', ...Object.values(planted)]) assert.equal(text.includes(value), false, value);
});

test('what was logged is left as it was', () => {
  const facts = { name: 'Maren Okwuosa', of: { merchant: { name: 'Petal & Stem', of: { name: 'Petal' } } } };
  const before = structuredClone(facts);
  written((log) => log.info(facts, 'said'));
  assert.deepEqual(facts, before);
});

test('an error is cut down wherever it lies, and an object of a class is not written at all', () => {
  class Purse {
    readonly holder = 'Maren Okwuosa';
  }
  const text = written((log) =>
    log.info({ of: { failure: postgresError(), purse: new Purse() }, at: new Date(0) }, 'said'),
  );
  assert.equal(text.includes('Maren'), false);
  assert.match(text, /"code":"23505"/);
  assert.match(text, /"at":"1970-01-01T00:00:00.000Z"/);
});

test('what a child of the log was bound to is held back as well', () => {
  const text = written((log) => log.child({ name: 'Maren Okwuosa', bank: 'citi' }).info('said'));
  assert.equal(text.includes('Maren'), false);
  assert.match(text, /"bank":"citi"/);
});

/** As `pg` throws it: `detail` quotes the row, the message may quote a value. */
function postgresError(): Error {
  return Object.assign(new Error('duplicate key value "Maren Okwuosa" violates unique constraint "customers_name"'), {
    name: 'DatabaseError',
    code: '23505',
    detail: 'Key (name)=(Maren Okwuosa) already exists.',
    where: 'COPY customers, line 1: "Maren Okwuosa"',
  });
}

test('an error of PostgreSQL is known by its code, and nothing of the row is said', () => {
  for (const facts of [{ err: postgresError() }, { error: postgresError() }]) {
    const text = written((log) => log.error(facts, 'storing failed'));
    assert.equal(text.includes('Maren'), false);
    assert.match(text, /"code":"23505"/);
    assert.match(text, /log\.test\.ts/, 'the trace says where');
  }
});

test('causes are followed and held to the same', () => {
  const inner = new Error('said by the bank: Maren Okwuosa', { cause: postgresError() });
  const outer = new TellerlineError(
    'bank_refused',
    502,
    'The bank refused Maren Okwuosa.',
    { bank: 'citi' },
    { cause: inner },
  );
  const text = written((log) => log.error({ err: outer }, 'reading failed'));
  assert.equal(text.includes('Maren'), false);
  const { err } = JSON.parse(text) as { err: Record<string, unknown> & { cause: { cause: Record<string, unknown> } } };
  assert.deepEqual([err['type'], err['code'], err['detail']], ['TellerlineError', 'bank_refused', { bank: 'citi' }]);
  assert.equal(err.cause.cause['code'], '23505');
});

test('an error without words of ours beside it does not bring its own', () => {
  const lines = [
    written((log) => log.error(postgresError())),
    written((log) => log.error({ err: postgresError(), bank: 'citi' })),
  ];
  for (const text of lines) {
    assert.equal(text.includes('Maren'), false);
    assert.match(text, /"code":"23505"/);
  }
});

test('a message of several lines does not get in by way of the trace', () => {
  const error = new Error('the row was\nMaren Okwuosa\n    at 12 Harbor Street');
  const text = written((log) => log.error({ err: error }, 'failed'));
  assert.equal(/Maren|Harbor/.test(text), false);
  assert.match(text, /log\.test\.ts/);
});

test('something else that is thrown is named by its kind alone', () => {
  const text = written((log) => log.error({ err: 'Maren Okwuosa' }, 'failed'));
  assert.equal(text.includes('Maren'), false);
  assert.match(text, /"type":"string"/);
});
