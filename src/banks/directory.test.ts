import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { BankId } from '#base';
import { bankFaceSchema, PURPOSES } from '#contract';
import { clustersFor } from './fdx/consent-request.ts';
import { BANKS, liveSettingName, type LiveBank } from './index.ts';
import { isAllowedAddress, outgoingFetch } from './outgoing.ts';
import { banksAt, citi, loginRequest, refusedWith } from './bank-client.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'tellerline-banks-'));
after(() => rmSync(folder, { recursive: true }));

function keyFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}
const pem = (type: 'ec' | 'ed25519') =>
  (type === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('ed25519')
  ).privateKey.export({ type: 'pkcs8', format: 'pem' });
const live: LiveBank = {
  issuer: 'https://auth.bank.example',
  baseUrl: 'https://api.bank.example/fdx/v6/',
  clientId: 'client-77',
  keyFile: keyFile('citi.pem', pem('ec')),
};
const liveBanks = (settings: LiveBank | undefined) =>
  banksAt('http://127.0.0.1:1', { environment: { citi: 'live' }, live: { citi: settings } });

suite('the directory', () => {
  test('holds the four banks in order, each with its face', () => {
    const faces = banksAt('http://127.0.0.1:1').api.faces();
    assert.deepEqual(
      faces.map(({ id, name, mark }) => [id, name, mark]),
      [
        ['jpmorgan-chase', 'JPMorgan Chase', 'JP'],
        ['wells-fargo', 'Wells Fargo', 'WF'],
        ['citi', 'Citi', 'Ci'],
        ['us-bank', 'U.S. Bank', 'US'],
      ],
    );
    for (const face of faces) {
      assert.deepEqual(bankFaceSchema.parse(face), face);
      assert.match(face.telephone, /555 01\d\d$/);
    }
  });

  test('knows a bank by its id alone', () => {
    const { directory } = banksAt('http://127.0.0.1:1');
    assert.equal(directory.find('citi'), 'citi');
    assert.equal(directory.find('Citi'), undefined);
    assert.equal(directory.find('__proto__'), undefined);
    assert.throws(() => directory.connection('nobody' as BankId), refusedWith('bank_unknown'));
  });

  test('reaches a sandbox bank by its path, and follows the sandbox when its port changes', () => {
    let url = 'http://127.0.0.1:1';
    const { directory } = banksAt(url, { sandboxUrl: () => url });
    assert.equal(directory.connection('us-bank' as BankId).baseUrl, 'http://127.0.0.1:1/us-bank/fdx/v5');
    url = 'http://localhost:2';
    assert.equal(directory.connection(citi).issuer, 'http://localhost:2/citi');
    assert.deepEqual(directory.connection(citi).origins, ['http://localhost:2']);
  });

  test('plain http is for this machine alone, and for the sandbox alone', async () => {
    for (const address of [
      'http://localhost:7080/citi',
      'http://127.0.0.1',
      'http://[::1]:1',
      'https://sandbox.example',
    ]) {
      assert.equal(isAllowedAddress(address, 'sandbox'), true, address);
    }
    for (const address of [
      'http://localhost.attacker.example',
      'http://127.0.0.1.attacker.example',
      'http://10.0.0.1',
      'ftp://localhost',
      'x',
      'https://user:pass@bank.example',
    ]) {
      assert.equal(isAllowedAddress(address, 'sandbox'), false, address);
    }
    assert.equal(isAllowedAddress('http://localhost', 'live'), false);
    const remote = banksAt('http://bank.example');
    await assert.rejects(remote.api.beginAuthorization(citi, loginRequest), refusedWith('bank_not_configured'));
  });
});

suite('a live bank', () => {
  test('that lacks settings says which, when it is used and not before', async () => {
    const banks = liveBanks({ issuer: 'https://auth.bank.example' });
    await assert.rejects(banks.api.beginAuthorization(citi, loginRequest), (error: unknown) => {
      assert.ok(refusedWith('bank_not_configured')(error));
      assert.equal(
        (error as Error).message,
        'Citi is set to live, but what the bank issued is missing: TELLERLINE_BANK_CITI_BASE_URL, TELLERLINE_BANK_CITI_CLIENT_ID, TELLERLINE_BANK_CITI_KEY_FILE.',
      );
      return true;
    });
    assert.equal(banks.directory.problems().length, 1);
    assert.equal(banks.api.faces().length, 4);
    await assert.rejects(banks.eventKeys(citi), refusedWith('bank_not_configured'));
  });

  test('must be reached by https at every address', () => {
    for (const wrong of [
      { issuer: 'http://localhost/x' },
      { baseUrl: 'http://api.bank.example' },
      { origins: 'http://a.example' },
      { eventKeys: 'http://k.example' },
    ]) {
      assert.throws(
        () => liveBanks({ ...live, ...wrong }).directory.connection(citi),
        refusedWith('bank_not_configured'),
      );
    }
  });

  test('is called at its own origins alone', async () => {
    const connection = liveBanks({ ...live, origins: 'https://mtls.bank.example' }).directory.connection(citi);
    assert.deepEqual(connection.origins, [
      'https://auth.bank.example',
      'https://api.bank.example',
      'https://mtls.bank.example',
    ]);
    assert.equal(connection.baseUrl, 'https://api.bank.example/fdx/v6');
    assert.equal(connection.clientId, 'client-77');
    await assert.rejects(
      connection.fetch('https://attacker.example/', { method: 'GET', headers: {} }),
      refusedWith('bank_unreachable', { reason: 'address-not-allowed' }),
    );
  });

  test('has a key of its own, whose public half alone is published', () => {
    const banks = banksAt('http://127.0.0.1:1', {
      environment: { citi: 'live', 'us-bank': 'live' },
      live: { citi: live, 'us-bank': { ...live, keyFile: keyFile('us.pem', pem('ed25519')) } },
    });
    const { keys } = banks.clientJwks();
    assert.deepEqual(
      keys.map(({ alg }) => String(alg)).toSorted((a, b) => (a < b ? -1 : 1)),
      ['ES256', 'ES256', 'Ed25519'],
    );
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, 3);
    for (const key of keys) assert.equal('d' in key, false);
  });

  test('whose key cannot be read says so, and the others go on', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    for (const file of [
      join(folder, 'missing.pem'),
      keyFile('broken.pem', 'no key'),
      keyFile('weak.pem', weak),
      keyFile('broken.json', '{"kty":'),
    ]) {
      const banks = liveBanks({ ...live, keyFile: file });
      assert.throws(() => banks.directory.connection(citi), refusedWith('bank_not_configured'));
      assert.equal(banks.clientJwks().keys.length, 1);
    }
  });

  test('has its telephone from the settings', () => {
    const number = (settings: LiveBank) => liveBanks(settings).api.faces()[2]?.telephone;
    assert.equal(number({ ...live, telephone: '+1 800 000 0000' }), '+1 800 000 0000');
    assert.equal(number(live), '');
  });

  test('has settings that are named by its id', () => {
    assert.equal(liveSettingName('jpmorgan-chase', 'keyFile'), 'TELLERLINE_BANK_JPMORGAN_CHASE_KEY_FILE');
    const names = BANKS.map(({ id }) => liveSettingName(id, 'issuer'));
    assert.equal(new Set(names).size, BANKS.length);
  });
});

test('a purpose asks the bank for nothing that it does not need', () => {
  const expected: Record<(typeof PURPOSES)[number], string[]> = {
    balances: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED'],
    transactions: ['ACCOUNT_BASIC', 'TRANSACTIONS'],
    'fraud-alerts': ['ACCOUNT_BASIC', 'TRANSACTIONS', 'HOLD_ANSWERS'],
    receipts: ['ACCOUNT_BASIC'],
    shipping: ['ACCOUNT_BASIC'],
    'customer-chat': ['ACCOUNT_BASIC'],
    'account-management': ['ACCOUNT_BASIC', 'STATEMENTS', 'CARD_CONTROL'],
  };
  for (const purpose of PURPOSES) assert.deepEqual(clustersFor([purpose]), expected[purpose], purpose);
  assert.deepEqual(clustersFor(['transactions', 'fraud-alerts']), ['ACCOUNT_BASIC', 'TRANSACTIONS', 'HOLD_ANSWERS']);
});

test('an address that differs from an allowed origin in any part is not called', async () => {
  let called = 0;
  const fetch = outgoingFetch({ id: citi, name: 'Citi' }, ['https://bank.example'], {
    fetch: () => {
      called += 1;
      return Promise.resolve(new Response('{}'));
    },
    callMsMax: 1000,
    answerBytesMax: 1000,
  });
  const refused = [
    'http://bank.example/',
    'https://bank.example:444/',
    'https://bank.example.attacker.example/',
    'https://bank.example@attacker.example/',
    'https://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
  ];
  for (const address of refused)
    await assert.rejects(fetch(address, { method: 'GET', headers: {} }), refusedWith('bank_unreachable'), address);
  assert.equal(called, 0);
  await fetch('https://bank.example/x', { method: 'GET', headers: {} });
  assert.equal(called, 1);
});
