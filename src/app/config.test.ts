import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isTellerlineError } from '#base';
import { describeConfig, readConfig } from './config.ts';

const page = new URL('../../docs/configuration.md', import.meta.url);

/** The sentence with which the settings are refused. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(isTellerlineError(error, 'config_invalid'));
    return error.message;
  }
  return assert.fail('the settings were accepted');
}

test('nothing has to be set', () => {
  const config = readConfig({});
  assert.equal(config.port, 7070);
  assert.equal(config.staffPort, 7071);
  assert.equal(config.sandboxPort, 7080);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.keys, `${config.data}.keys`);
  assert.equal(config.sandbox, true);
  assert.equal('databaseUrl' in config, false);
  assert.equal('url' in config, false);
});

test('an empty variable counts as not set', () => {
  assert.equal(readConfig({ TELLERLINE_PORT: '', DATABASE_URL: '' }).port, 7070);
});

for (const [variable, values] of Object.entries({
  TELLERLINE_PORT: ['70700', '-1', 'seven', '7070.5', 'tcp://10.0.0.1:7070'],
  TELLERLINE_HOST: ['not a host', 'http://localhost'],
  TELLERLINE_ROOT_ROTATION_HOURS: ['0', '721', '1.5', 'daily'],
  TELLERLINE_KEY_SERVICES: ['citi', 'citi=http://localhost:1', 'nobank=https://keys.bank.example', 'citi=https://a/b'],
  TELLERLINE_SANDBOX: ['yes', 'ON'],
  TELLERLINE_BANKS: ['real', 'citi', 'citi=real', 'nobank=live'],
  TELLERLINE_URL: ['bank.example.com', 'http://bank.example.com', 'https://bank.example.com/chat', 'ftp://localhost'],
  TELLERLINE_LOG_LEVEL: ['loud'],
  TELLERLINE_TRUST_PROXY: ['on', '1', '10.0.0.300', '10.0.0.0/8/8'],
  TELLERLINE_OPERATOR_NAME: [' ', 'x'.repeat(101)],
  TELLERLINE_KEYS: ['./data', './data/keys'],
})) {
  test(`a wrong ${variable} is refused by its name, with what it must be`, () => {
    for (const value of values) {
      const sentence = refusal({ [variable]: value });
      assert.ok(sentence.startsWith(`${variable} must be `), sentence);
    }
  });
}

test('a wrong DATABASE_URL is refused without being quoted', () => {
  const sentence = refusal({ DATABASE_URL: 'mysql://root:hunter2@localhost/x' });
  assert.match(sentence, /^DATABASE_URL must be /);
  assert.doesNotMatch(sentence, /hunter2/);
});

test('a public address is https, or http on this machine, and is kept as an origin', () => {
  assert.equal(readConfig({ TELLERLINE_URL: 'https://Bank.example.com/' }).url, 'https://bank.example.com');
  assert.equal(readConfig({ TELLERLINE_URL: 'http://localhost:9000' }).url, 'http://localhost:9000');
  assert.equal(readConfig({ TELLERLINE_URL: 'http://[::1]:9000' }).url, 'http://[::1]:9000');
});

test('two listeners cannot share a port', () => {
  assert.match(refusal({ TELLERLINE_STAFF_PORT: '7070' }), /must differ/);
  assert.equal(readConfig({ TELLERLINE_PORT: '0', TELLERLINE_STAFF_PORT: '0', TELLERLINE_SANDBOX_PORT: '0' }).port, 0);
});

test('banks are set one by one or all at once', () => {
  assert.equal(readConfig({ TELLERLINE_BANKS: 'live' }).banks, 'live');
  assert.deepEqual(readConfig({ TELLERLINE_BANKS: 'citi=live, us-bank=sandbox' }).banks, {
    citi: 'live',
    'us-bank': 'sandbox',
  });
  assert.match(refusal({ TELLERLINE_SANDBOX: 'off' }), /leaves no bank/);
});

test("a live bank's settings are read by its id", () => {
  const { live } = readConfig({
    TELLERLINE_BANK_US_BANK_ISSUER: 'https://login.bank.example',
    TELLERLINE_BANK_US_BANK_CLIENT_ID: 'abc',
  });
  assert.deepEqual(live['us-bank'], { issuer: 'https://login.bank.example', clientId: 'abc' });
  assert.deepEqual(live['citi'], {});
});

test('a variable that is spelt like ours and is none of ours is pointed out', () => {
  assert.deepEqual(readConfig({ TELLERLINE_PROT: '1', PATH: '/bin' }).unknown, ['TELLERLINE_PROT']);
});

test('the page of the settings says what the code reads', () => {
  assert.equal(
    readFileSync(page, 'utf8'),
    describeConfig(),
    'write it anew: node src/app/cli.ts config > docs/configuration.md',
  );
});
