import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// No personal data, token or message body in a log, an error, a page of counts or a URL, through the whole job
// and every way that it can go wrong. The log is at its most talkative.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const marks = {
  words: 'xylophone-of-my-aunt',
  merchant: 'GRIMSBY-QUARRY',
  city: 'Zzyzx-Springs',
  name: 'Wilhelmina Ostrander',
};

test('what is planted in messages, purchases, names and tokens is in no log, no error, no count and no address', async (t) => {
  const ana = await Visitor.arrive(hub);
  const told: string[] = [];
  const addresses: string[] = [];
  const call = async (method: string, path: string, body?: unknown): Promise<number> => {
    const answer = await ana.call<unknown>(method, path, body);
    if (answer.status >= 400) told.push(JSON.stringify(answer.body));
    return answer.status;
  };
  // Linked with a name of one's own under the disclosure.
  const begun = await ana.call<{ address: string }>('POST', '/api/links', { bank: 'citi' });
  const attempt = begun.body.address.replace('/link/', '');
  const { body: shown } = await ana.call<{ hash: string }>('GET', `/api/linking/${attempt}`);
  const signature = { purposes: ['balances', 'transactions'], durationDays: 365, signature: marks.name };
  const signed = await ana.call<{ continueTo: string }>('POST', `/api/linking/${attempt}/sign`, {
    ...signature,
    hash: shown.hash,
  });
  const returned = await ana.atTheBank(new URL(signed.body.continueTo), 'customer-1');
  addresses.push(signed.body.continueTo, begun.body.address);
  await ana.open(returned);
  await until('the link', async () => (await ana.me()).links.some((link) => link.historyRead));

  const citi = await BankSigner.of(hub, 'citi');
  const accountId = await citi.accountId('customer-1', 'card');
  const event = purchaseOn(accountId);
  const place = { merchant: { name: marks.merchant, address: { city: marks.city, region: 'CA', country: 'US' } } };
  const purchase = { ...event, transaction: { ...event.transaction, description: marks.merchant, ...place } };
  assert.equal((await citi.send([purchase])).status, 202);
  for (const [sent, wanted] of [
    [[{ ...purchase, transaction: { ...purchase.transaction, amount: '9.99' } }], 409],
    [[{ ...purchase, id: marks.words.repeat(50), accountId }], 422],
    [[{ ...purchase, type: marks.words }], 422],
    [[{ ...purchase, transaction: { ...purchase.transaction, amount: marks.words } }], 422],
  ] as const) {
    const { status, body } = await citi.send(sent);
    assert.equal(status, wanted, JSON.stringify(body));
    told.push(JSON.stringify(body));
  }
  const forged = await citi.send([purchase], { signedBody: Buffer.from(marks.words) });
  told.push(JSON.stringify(forged.body));

  for (const text of [marks.words, `how much did I spend at ${marks.merchant}`, `“${marks.name}” ${accountId}`])
    await ana.ask(text);
  await call('POST', '/api/messages', { clientId: marks.words, text: marks.words });
  await call('POST', '/api/messages', { text: marks.words.repeat(2000) });
  await call('POST', '/api/acts', { token: marks.words });
  await call('POST', '/api/links', { bank: marks.words });
  await call('PUT', '/api/settings', { timeZone: marks.words });
  await call('GET', `/api/entries?after=${marks.words}`);
  told.push(
    (await ana.open(`/link/return?error=access_denied&error_description=${marks.words}&state=${marks.words}`)).page,
  );
  const tokens = await secretsAtTheBank();
  assert.ok(tokens.length >= 2, 'codes and tokens were given out');
  await ana.ask('stop');
  await ana.press('stop-link');
  await until('the bank’s word', async () => JSON.stringify(await ana.conversation()).includes('confirmed'));

  const cookie = ana.cookie('tellerline_session') ?? '';
  const counts = await Promise.all(
    [
      hub.staffUrl,
      `${hub.staffUrl}/api/console`,
      `${hub.staffUrl}/metrics`,
      `${hub.url}/readyz`,
      `${hub.url}/log/advertising.json`,
      `${hub.url}/api/log-status`,
    ].map(async (url) => (await fetch(url)).text()),
  );
  const planted = [...Object.values(marks), accountId, cookie, ...tokens].filter((one) => one.length > 8);
  const places = {
    log: hub.logged(),
    errors: told.join('\n'),
    counts: counts.join('\n'),
    addresses: addresses.join('\n'),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    planted.filter((one) => text.includes(one)).map((one) => `${one.slice(0, 12)}… in ${place}`),
  );
  const lines = places.log.split('\n').length;
  t.diagnostic(
    `${planted.length} planted values; ${lines} lines of log, ${told.length} refusals, ${counts.length} pages of counts: ${found.length} found`,
  );
  assert.ok(lines > 40 && told.length >= 8);
  assert.deepEqual(found, []);
});

/** Codes and tokens that the sandbox's banks gave out, as they stand in their own store. */
async function secretsAtTheBank(): Promise<string[]> {
  const rows = await hub.db.database.query<{ id: string }>(sql`
    select id from sandbox.authorization_state where model in ('AccessToken', 'RefreshToken', 'AuthorizationCode')`);
  return rows.map(({ id }) => id);
}
