import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { ConsentCard, Privacy, Problem, WithdrawalView } from '#contract';
import { sql } from '#db';
import { parseVerifier, verifyExport, type LogExport } from '#proof';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { operatorOf } from './operator.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// A whole bank pulls out: by its own signed order, and at the operator's word.

let hub: TestHub;
let citi: BankSigner;
let operator: { readonly cookie: string };
before(async () => {
  hub = await testHub();
  operator = await operatorOf(hub);
  citi = await BankSigner.of(hub, 'citi');
});
after(() => hub.close());

type Ordered = { status: number; body: WithdrawalView & Problem };
const order = (which: 'withdraw' | 'return', bank: string, id?: string, signer = citi): Promise<Ordered> =>
  signer.order(which, bank, id) as Promise<Ordered>;

async function done(bank: string): Promise<WithdrawalView> {
  return until(`the withdrawal of ${bank}`, async () => {
    const answer = await fetch(`${hub.staffUrl}/api/console`, { headers: operator });
    const { banks } = (await answer.json()) as { banks: { face: { id: string }; withdrawal: WithdrawalView | null }[] };
    const standing = banks.find(({ face }) => face.id === bank)?.withdrawal;
    return standing?.step === 'done' ? standing : undefined;
  });
}

const revoked = async (visitor: Visitor, bank: string): Promise<ConsentCard | undefined> =>
  cardsOf(await visitor.conversation(), 'consent').findLast((card) => card.bank === bank && card.state === 'revoked');

test('a bank that withdraws is unreadable from the answer on, its customers are told why, and the receipt holds', async () => {
  const [ana, bea] = [await Visitor.arrive(hub), await Visitor.arrive(hub, 'es')];
  await ana.link('citi', 'customer-1');
  await ana.link('us-bank', 'customer-1');
  await bea.link('citi', 'customer-2');
  const before = await fetch(`${hub.staffUrl}/api/console/banks/citi`, { headers: operator });
  const counts = (await before.json()) as Record<string, number>;
  assert.deepEqual([counts['links'], counts['customers'], counts['keys']], [2, 2, 2]);
  assert.ok((counts['records'] ?? 0) > 100);

  const { status, body } = await order('withdraw', 'citi');
  assert.equal(status, 200, JSON.stringify(body));
  const [live] = await hub.db.database.query<{ keys: bigint }>(
    sql`select count(*) as keys from link_keys where bank_id = 'citi' and wrapped_key is not null`,
  );
  assert.equal(live?.keys, 0n, 'no key is left when the bank is answered');

  const standing = await done('citi');
  assert.deepEqual([standing.links, standing.ended, standing.keys, standing.by], [2, 2, 2, 'bank']);
  assert.equal(standing.records, counts['records']);
  assert.ok(standing.rootGoneAt, 'the root of that time is destroyed');
  for (const [visitor, words] of [
    [ana, /Citi has ended its link to Tellerline/],
    [bea, /Citi ha terminado su vínculo con Tellerline/],
  ] as const) {
    const card = await revoked(visitor, 'citi');
    assert.equal(card?.ended?.by, 'bank');
    const texts = (await visitor.conversation()).flatMap(({ content }) => ('text' in content ? [content.text] : []));
    assert.ok(texts.some((text) => words.test(text)));
  }
  assert.deepEqual(
    (await ana.me()).links.map((link) => link.bank),
    ['us-bank'],
    'other banks are untouched',
  );
  const [left] = await hub.db.database.query<{ rows: bigint }>(sql`
    select (select count(*) from records r join link_keys k using (link_id) where k.bank_id = 'citi')
      + (select count(*) from accounts a join links l using (link_id) where l.bank_id = 'citi') as rows`);
  assert.equal(left?.rows, 0n);

  const receipt = await until('the receipt', async () => {
    const answer = await fetch(`${hub.staffUrl}/api/console/banks/citi/receipt`, { headers: operator });
    return answer.status === 200 ? answer.text() : undefined;
  });
  const key = parseVerifier(await (await fetch(`${hub.url}/log/key`)).text());
  const verdict = verifyExport(receipt, key);
  assert.ok(verdict.holds, verdict.said.join(' '));
  const [entry] = (JSON.parse(receipt) as LogExport).entries;
  const fields = ['type', 'what', 'bank', 'by', 'keys', 'records'].map((field) => entry?.record[field]);
  assert.deepEqual(fields, ['deletion', 'bank', 'citi', 'bank', 2, standing.records]);
  assert.equal(verifyExport(receipt.replace('"keys":2', '"keys":3'), key).holds, false, 'an altered receipt is found');

  const own = await until('the ledger', async () => {
    const { body: exported } = await ana.call<LogExport>('GET', '/api/log-export');
    return exported.waiting === 0 ? exported : undefined;
  });
  const ofCiti = own.entries.map(({ record }) => record).filter((record) => record['bank'] === 'citi');
  assert.ok(ofCiti.some((record) => record.type === 'consent' && record['change'] === 'revoked'));
  assert.ok(ofCiti.some((record) => record.type === 'deletion' && record['what'] === 'bank'));
  const { receipts } = (await ana.call<Privacy>('GET', '/api/privacy')).body;
  assert.deepEqual(
    receipts.map(({ what, bank }) => [what, bank]),
    [['bank', 'citi']],
  );
  assert.equal((await ana.call('GET', receipts[0]?.address ?? '')).status, 200);
});

test('a bank that has withdrawn is refused by one code, until it comes back', async () => {
  const visitor = await Visitor.arrive(hub);
  const refused = await visitor.call('POST', '/api/links', { bank: 'citi' });
  assert.deepEqual([refused.status, refused.body.code], [409, 'bank_withdrawn']);
  const event = await citi.send([purchaseOn(await citi.accountId('customer-1', 'checking'))]);
  assert.deepEqual([event.status, event.body.code], [409, 'bank_withdrawn']);
  const again = await order('withdraw', 'citi');
  assert.deepEqual([again.status, again.body.step], [200, 'done'], 'a second order finds it done');
  const back = await order('return', 'citi');
  assert.equal(back.status, 200);
  assert.ok(back.body.returnedAt);
  await visitor.link('citi', 'customer-1');
  assert.equal((await visitor.me()).links.length, 1);
});

test('a replayed order changes nothing, and no other signed body passes for one', async () => {
  const id = `msg_${randomUUID()}`;
  await order('withdraw', 'citi', id);
  await done('citi');
  await order('return', 'citi');
  const replayed = await order('withdraw', 'citi', id);
  assert.equal(replayed.status, 200);
  assert.ok(replayed.body.returnedAt, 'the bank stays returned');
  const twice = await order('return', 'citi');
  assert.deepEqual([twice.status, twice.body.code], [409, 'bank_not_withdrawn']);
  const events = await citi.sendRaw(Buffer.from('{"events":[]}'), { path: 'withdraw' });
  assert.equal((events.body as Problem).code, 'order_malformed');
  const foreign = await BankSigner.of(hub, 'us-bank');
  const forged = await foreign.sendRaw(Buffer.from('{"withdraw":"citi"}'), { path: 'withdraw', bank: 'citi' });
  assert.deepEqual([forged.status, forged.body.code], [401, 'webhook_signature_invalid']);
});

test('when the operator pulls a bank out, the bank is told of every grant until it confirms', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('us-bank', 'customer-3');
  const confirm = (name: string): Promise<Response> =>
    fetch(`${hub.staffUrl}/api/console/banks/us-bank/withdraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: hub.staffUrl, ...operator },
      body: JSON.stringify({ name }),
    });
  const wrong = await confirm('Citi');
  assert.deepEqual([wrong.status, ((await wrong.json()) as Problem).code], [422, 'bank_name_differs']);
  const begun = await confirm('U.S. Bank');
  assert.equal(begun.status, 200, await begun.clone().text());
  const standing = await done('us-bank');
  assert.equal(standing.by, 'operator');
  assert.equal(standing.keys, standing.links);
  const card = await until('the bank’s word', async () => {
    const one = await revoked(visitor, 'us-bank');
    return one?.ended?.bankConfirmed ? one : undefined;
  });
  assert.equal(card.ended?.by, 'operator');
  const foreign = await fetch(`${hub.staffUrl}/api/console/banks/citi/withdraw`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example', ...operator },
    body: JSON.stringify({ name: 'Citi' }),
  });
  assert.equal(foreign.status, 403, 'a page of another origin cannot pull a bank out');
});
