import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '#base';
import { referenceOf, type ConsentCard, type Disclosure, type Problem, type SupportLink } from '#contract';
import { sql } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { operatorOf } from './operator.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// What staff do on a customer's word, and what is done before a customer has signed: nothing.

let hub: TestHub;
let operator: { readonly cookie: string };
before(async () => {
  hub = await testHub();
  operator = await operatorOf(hub);
});
after(() => hub.close());

async function staff<Body>(
  method: string,
  path: string,
  origin = hub.staffUrl,
): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${hub.staffUrl}/api/console/links/${path}`, { method, headers: { origin, ...operator } });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : null) as Body };
}

test('staff stop a link by the reference that its customer reads out, see nothing of the customer, and the chat says so', async () => {
  const ana = await Visitor.arrive(hub, 'es');
  await ana.link('citi', 'customer-1');
  const [link] = (await ana.me()).links;
  assert.ok(link);
  const reference = referenceOf(link.id);
  assert.match(reference, /^[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}$/);
  const found = await staff<SupportLink>('GET', encodeURIComponent(reference.toLowerCase().replaceAll('-', ' ')));
  assert.equal(found.status, 200);
  assert.deepEqual(Object.keys(found.body).toSorted(), ['bank', 'linkedAt', 'reference']);
  assert.equal(found.body.bank, 'citi');

  const elsewhere = await staff<Problem>('POST', `${reference}/stop`, 'https://elsewhere.example');
  assert.deepEqual([elsewhere.status, elsewhere.body.code], [403, 'origin_foreign']);
  const twice = await Promise.all([staff('POST', `${reference}/stop`), staff('POST', `${reference}/stop`)]);
  assert.ok(twice.some(({ status }) => status === 204));
  const [consent] = await hub.db.database.query<{ state: string; by: string; keys: bigint }>(sql`
    select state, ended_by as by, (select count(*) from link_keys where link_id = c.link_id and wrapped_key is not null) as keys
    from consents c where link_id = ${link.id}`);
  assert.deepEqual({ ...consent }, { state: 'revoked', by: 'staff', keys: 0n });
  const card = await until('the card', async () =>
    cardsOf(await ana.conversation(), 'consent').find((one: ConsentCard) => one.state === 'revoked'),
  );
  assert.equal(card.bank, 'citi');
  await until('the deletion in the log', async () => {
    const ledger = await ana.call<{ entries: { record: { type: string; by?: string } }[] }>('GET', '/api/log-export');
    return ledger.body.entries.some(({ record }) => record.type === 'deletion' && record.by === 'staff');
  });
  const gone = await staff<Problem>('GET', reference);
  assert.deepEqual([gone.status, gone.body.code], [404, 'reference_unknown']);
});

test('references cannot be tried one after another, and what is none is refused', async (t) => {
  assert.equal((await staff<Problem>('GET', 'nothing')).body.code, 'request_malformed');
  const answers = [];
  for (let n = 0; n < 200; n += 1) answers.push(await staff<Problem>('GET', String(n).padStart(12, '0')));
  const heard = answers.filter(({ status }) => status === 404).length;
  assert.ok(heard > 0 && heard <= limits.referencesPerHourMax);
  assert.ok(answers.every(({ status }) => status === 404 || status === 429));
  assert.match(hub.logged(), /references_harvested/, 'the operator learns of it at once');
  t.diagnostic(`200 references tried: ${heard} looked up, then refused, with an alarm`);
});

test('no call for data reaches the bank before the disclosure was shown, signed and allowed', async () => {
  const bea = await Visitor.arrive(hub);
  const seen = (): number => hub.logged().split('"msg":"FDX call"').length - 1;
  const before = seen();
  const begun = await bea.call<{ address: string }>('POST', '/api/links', { bank: 'us-bank' });
  const attempt = begun.body.address.replace('/link/', '');
  const signing = { purposes: ['balances'], durationDays: 365, signature: 'B. Customer' };
  // Another browser's disclosure is the same text but for its visit: a hash alone is not a reading.
  const other = await Visitor.arrive(hub);
  const same = await other.call<{ address: string }>('POST', '/api/links', { bank: 'us-bank' });
  const read = await other.call<Disclosure>('GET', `/api/linking/${same.body.address.replace('/link/', '')}`);
  const unread = await bea.call('POST', `/api/linking/${attempt}/sign`, { ...signing, hash: read.body.hash });
  assert.ok(['disclosure_not_shown', 'disclosure_changed'].includes(unread.body.code), unread.body.code);
  const shown = await bea.call<Disclosure>('GET', `/api/linking/${attempt}`);
  const { body } = await bea.call<{ continueTo: string }>('POST', `/api/linking/${attempt}/sign`, {
    ...signing,
    hash: shown.body.hash,
  });
  assert.equal(seen(), before, 'shown and signed: the bank has been asked for a login and for no data');
  const returned = await bea.atTheBank(new URL(body.continueTo), 'customer-2');
  assert.equal(seen(), before, 'allowed at the bank: still none');
  await bea.open(returned);
  assert.ok(seen() > before, 'only now');
  const [consent] = await hub.db.database.query<{ id: string }>(
    sql`select consent_id as id from consents where bank_id = 'us-bank'`,
  );
  const record = await bea.call<{ 'dct:hasPart': { 'dpv:isIndicatedAtTime': { '@value': string } }[] }>(
    'GET',
    `/api/consents/${consent?.id}/record`,
  );
  const [requested = '', given = ''] = record.body['dct:hasPart'].map(
    (part) => part['dpv:isIndicatedAtTime']['@value'],
  );
  assert.ok(requested < given, 'the record says when it was shown and when it was given');
});
