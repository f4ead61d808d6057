import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatField, Disclosure, Privacy, Purpose } from '#contract';
import { sql } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { Visitor, type Answered } from './visitor.ts';

// What a customer lets a bank's staff see, from the disclosure to the switch that takes it back.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

/** Signs at Citi with these ticks; answers where the bank's login is, or the refusal. */
async function sign(
  visitor: Visitor,
  purposes: readonly Purpose[],
  chatFields: readonly ChatField[],
): Promise<Answered<{ continueTo: string; code?: string }>> {
  const begun = await visitor.call<{ address: string }>('POST', '/api/links', { bank: 'citi' });
  const attempt = begun.body.address.replace('/link/', '');
  const { body } = await visitor.call<Disclosure>('GET', `/api/linking/${attempt}`);
  const signed = { hash: body.hash, purposes, chatFields, durationDays: 90, signature: 'A. Customer' };
  return visitor.call('POST', `/api/linking/${attempt}/sign`, signed);
}

async function link(visitor: Visitor, purposes: readonly Purpose[], chatFields: readonly ChatField[]): Promise<void> {
  const signed = await sign(visitor, purposes, chatFields);
  assert.equal(signed.status, 200, JSON.stringify(signed.body));
  await visitor.open(await visitor.atTheBank(new URL(signed.body.continueTo), 'customer-1'));
}

async function shared(visitor: Visitor) {
  const [one] = (await visitor.call<Privacy>('GET', '/api/privacy')).body.links;
  assert.ok(one);
  return one;
}

const fieldsInForce = async (linkId: string): Promise<ChatField[] | undefined> => {
  const rows = await hub.db.database.query<{ fields: ChatField[] }>(
    sql`select chat_fields as fields from consents where link_id = ${linkId} and state = 'granted'`,
  );
  assert.equal(rows.length, 1);
  return rows[0]?.fields;
};

test('only what is shared can be shown to staff, and nothing where talking to them is off', async () => {
  const visitor = await Visitor.arrive(hub);
  for (const [purposes, fields] of [
    [
      ['balances', 'customer-chat'],
      ['accounts', 'purchases'],
    ],
    [['transactions', 'customer-chat'], ['balances']],
    [['balances', 'transactions', 'customer-chat'], ['card']],
    [['balances'], ['accounts']],
  ] as const) {
    const refused = await sign(visitor, purposes, fields);
    assert.deepEqual([refused.status, refused.body.code], [422, 'chat_field_unavailable']);
  }
});

test('what was ticked is in force, in the signed copy and in the record; a tick is taken back at once', async () => {
  const visitor = await Visitor.arrive(hub);
  await link(visitor, ['balances', 'transactions', 'customer-chat'], ['purchases', 'accounts']);
  const { id, copy, chatFields } = await shared(visitor);
  assert.deepEqual(chatFields, ['accounts', 'purchases']);
  assert.deepEqual(await fieldsInForce(id), ['accounts', 'purchases']);
  const { page } = await visitor.open(copy);
  assert.match(page, /What Citi’s staff may see when you write to them/);
  assert.match(page, /Allowed: The last five purchases\./);
  assert.match(page, /Not allowed: Balances\. What each account holds at that moment\./);
  const record = await visitor.call<object>('GET', `/api${copy}/record`);
  assert.match(JSON.stringify(record.body), /"tellerline:fields":\["accounts","purchases"\]/);

  const narrowed = await visitor.call('POST', `/api/links/${id}/narrow`, { chatFields: ['purchases'] });
  assert.deepEqual([narrowed.status, narrowed.body], [200, {}]);
  assert.deepEqual(await fieldsInForce(id), ['accounts']);
  const after = await shared(visitor);
  assert.deepEqual(after.purposes, ['balances', 'transactions', 'customer-chat']);
  assert.match(JSON.stringify(await visitor.conversation()), /You no longer share purchases with staff of Citi here/);
  assert.match((await visitor.open(after.copy)).page, /Not allowed: The last five purchases\./);
});

test('what is no longer shared is no longer shown to staff either, and signing again brings ticks back', async () => {
  const visitor = await Visitor.arrive(hub);
  await link(visitor, ['balances', 'transactions', 'customer-chat'], ['accounts', 'balances', 'purchases']);
  const { id } = await shared(visitor);
  await visitor.call('POST', `/api/links/${id}/narrow`, { purposes: ['transactions'] });
  assert.deepEqual(await fieldsInForce(id), ['accounts', 'balances']);
  await visitor.call('POST', `/api/links/${id}/narrow`, { purposes: ['customer-chat'] });
  assert.deepEqual(await fieldsInForce(id), []);
  assert.equal((await shared(visitor)).chatFields, undefined);
  await link(visitor, ['balances', 'customer-chat'], ['balances']);
  assert.deepEqual(await fieldsInForce(id), ['balances']);
});

test('the entry of a consent in the customer’s own list says what staff may see', async () => {
  const visitor = await Visitor.arrive(hub);
  await link(visitor, ['balances', 'customer-chat'], ['accounts']);
  const granted = await until('the entry is in the log', async () => {
    const { body } = await visitor.call<{ entries: { record: { type: string; chatFields?: string[] } }[] }>(
      'GET',
      '/api/log-export',
    );
    return body.entries.find(({ record }) => record.type === 'consent');
  });
  assert.deepEqual(granted.record.chatFields, ['accounts']);
});

test('what staff may no longer see stays so when an older copy of the database is put in place', async () => {
  const visitor = await Visitor.arrive(hub);
  await link(visitor, ['balances', 'customer-chat'], ['accounts', 'balances']);
  const { id } = await shared(visitor);
  const [before] = await hub.db.database.query<{ consentId: string }>(
    sql`select consent_id as "consentId" from consents where link_id = ${id} and state = 'granted'`,
  );
  await visitor.call('POST', `/api/links/${id}/narrow`, { chatFields: ['balances'] });
  // As in the copy: the consent of before, in force.
  await hub.db.database.execute(sql`delete from consents where link_id = ${id} and state = 'granted'`);
  await hub.db.database.execute(sql`update consents set state = 'granted', ended_at = null, ended_by = null
    where consent_id = ${before?.consentId}`);
  await hub.restart();
  assert.deepEqual(await fieldsInForce(id), ['accounts']);
});
