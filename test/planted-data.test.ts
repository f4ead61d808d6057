import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { operatorOf } from './operator.ts';
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
  const headers = await operatorOf(hub);
  const counts = await Promise.all(
    [
      hub.staffUrl,
      `${hub.staffUrl}/api/console`,
      `${hub.staffUrl}/metrics`,
      `${hub.url}/readyz`,
      `${hub.url}/log/advertising.json`,
      `${hub.url}/api/log-status`,
    ].map(async (url) => (await fetch(url, { headers })).text()),
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

interface PhoneThread {
  readonly person: { readonly key: string; readonly number?: string };
  readonly thread: readonly { readonly id: string; readonly buttons: readonly { readonly title: string }[] }[];
}

/** What the sandbox's page with the telephone does. */
async function phone(
  method: 'GET' | 'POST',
  what: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<PhoneThread> {
  const url = new URL(`/phone/api/${what}`, hub.sandboxUrl);
  if (method === 'GET') for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value));
  const headers = { 'content-type': 'application/json', origin: url.origin };
  const response = await fetch(url, { method, headers, ...(method === 'POST' && { body: JSON.stringify(fields) }) });
  const answer = (await response.json()) as PhoneThread & { readonly state?: PhoneThread };
  assert.equal(response.ok, true, JSON.stringify(answer));
  return answer.state ?? answer;
}

const bigAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

test('no id that a messenger gives a message, and no number of a person’s, stands in clear in any row', async (t) => {
  const { person } = await phone('POST', 'people', {
    platform: 'whatsapp',
    name: marks.name,
  });
  const at = { platform: 'whatsapp', person: person.key };
  const settled = async (least: number) =>
    until('what was sent is read', async () => {
      const [row] = await hub.db.database.query<{ n: number }>(sql`select count(*)::integer as n
        from channel_statuses s join deliveries d using (channel, platform_index)
        where s.channel = 'whatsapp' and s.applied and d.sealed_platform_id is not null`);
      return (row?.n ?? 0) >= least && row?.n;
    });
  await phone('POST', 'say', { ...at, text: marks.words });
  const statuses = await settled(2);
  const tables = await hub.db.database.query<{ name: string }>(sql`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`);
  const { number = '' } = person;
  assert.match(number, /^\d{8,}$/);
  // A wamid is base64 around the number, at any of the three places that a byte can have in it.
  const hidden = ['', 'x', 'xy'].map((before) => Buffer.from(`${before}${number}`).toString('base64').slice(4, 12));
  const wanted = ['wamid', number, ...hidden];
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await hub.db.database.query<object>({ text: `select * from "${name}"`, values: [] });
    const text = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value, bigAsText)))
      .join('\n');
    for (const [n, one] of wanted.entries()) if (text.includes(one)) found.push(`${n} in ${name}`);
  }
  t.diagnostic(`${tables.length} tables, ${statuses} statuses of a number's messages: ${found.length} found`);
  assert.deepEqual(found, []);

  const [customer] = await hub.db.database.query<{ id: string }>(sql`
    select customer_id as id from channel_addresses where channel = 'whatsapp'`);
  await phone('POST', 'say', { ...at, text: 'delete my account' });
  const asked = await until('the button', async () => {
    const { thread } = await phone('GET', 'state', at);
    return thread.find(({ buttons }) => buttons.some(({ title }) => /delete/i.test(title)));
  });
  const n = asked.buttons.findIndex(({ title }) => /delete/i.test(title));
  await phone('POST', 'press', { ...at, message: asked.id, n });
  await until('the account to be gone', async () => {
    const left = await hub.db.database.query(sql`select from customers where customer_id = ${customer?.id ?? ''}`);
    return left.length === 0;
  });
  const left = await hub.db.database.query(sql`select from channel_statuses where channel = 'whatsapp' and applied`);
  assert.equal(left.length, 0);
});

/** Codes and tokens that the sandbox's banks gave out, as they stand in their own store. */
async function secretsAtTheBank(): Promise<string[]> {
  const rows = await hub.db.database.query<{ id: string }>(sql`
    select id from sandbox.authorization_state where model in ('AccessToken', 'RefreshToken', 'AuthorizationCode')`);
  return rows.map(({ id }) => id);
}
