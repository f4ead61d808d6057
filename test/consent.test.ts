import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { LedgerPage, Privacy, SharedLink } from '#contract';
import { sql } from '#db';
import { verifyExport, type LogExport } from '#proof';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// What a customer allowed can be made smaller at any time, ends by itself, and is never wider than what was signed.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

async function privacy(visitor: Visitor): Promise<Privacy> {
  const { status, body } = await visitor.call<Privacy>('GET', '/api/privacy');
  assert.equal(status, 200);
  return body;
}

async function linkOf(visitor: Visitor): Promise<SharedLink> {
  const [link] = (await privacy(visitor)).links;
  assert.ok(link);
  return link;
}

/** The receipt holds offline, and is the only one that the customer's privacy centre lists. */
async function assertReceipt(
  visitor: Visitor,
  address: string,
  said: { readonly what: string; readonly records: number },
): Promise<void> {
  assert.match(address, /^\/api\/receipts\/[\w-]{43}$/);
  const { receipts } = await privacy(visitor);
  assert.deepEqual(
    receipts.map((one) => [one.address, one.what, one.records]),
    [[address, said.what, said.records]],
  );
  const stranger = await Visitor.arrive(hub);
  assert.deepEqual((await privacy(stranger)).receipts, []);
  const held = await stranger.call<LogExport>('GET', address);
  assert.equal(held.status, 200);
  const { record } = held.body.entries[0] ?? {};
  assert.deepEqual([record?.['type'], record?.['what'], record?.['records']], ['deletion', said.what, said.records]);
  assert.equal(verifyExport(JSON.stringify(held.body), undefined).holds, true);
}

/** A balance that the bank tells meanwhile is a record too, of another purpose, so purchases are counted alone. */
async function countOf(what: 'purchases' | 'lookbacks', linkId: string): Promise<number> {
  const [row] =
    what === 'purchases'
      ? await hub.db.database.query<{ count: bigint }>(
          sql`select count(*) from records where link_id = ${linkId} and kind = 'transaction'`,
        )
      : await hub.db.database.query<{ count: bigint }>(sql`select count(*) from lookbacks where link_id = ${linkId}`);
  return Number(row?.count);
}

test('a purpose that is switched off is gone at once, with its records and messages', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('wells-fargo', 'customer-1');
  await visitor.ask('how much did I spend this month');
  const link = await linkOf(visitor);
  assert.ok((await countOf('purchases', link.id)) > 100);
  const narrowed = await visitor.call<{ receipt?: string }>('POST', `/api/links/${link.id}/narrow`, {
    purposes: ['transactions'],
  });
  assert.equal(narrowed.status, 200);
  const after = await linkOf(visitor);
  assert.deepEqual([after.id, after.purposes, after.expiresAt], [link.id, ['balances'], link.expiresAt]);
  assert.equal(await countOf('purchases', link.id), 0);
  assert.equal(await countOf('lookbacks', link.id), 0);
  const shown = cardsOf(await visitor.conversation(), 'consent').at(-1);
  assert.deepEqual(shown?.purposes, ['balances']);
  assert.ok(shown?.narrowed && shown.narrowed.records > 100);
  assert.deepEqual(shown.givenUp, { purposes: ['transactions'], accounts: [] });
  // The answer, the chat and the privacy centre lead to the same receipt, which says what the chat says.
  assert.equal(shown.narrowed.receipt, narrowed.body.receipt);
  await assertReceipt(visitor, narrowed.body.receipt ?? '', { what: 'narrowed', records: shown.narrowed.records });
  assert.equal(cardsOf(await visitor.conversation(), 'chart').length, 0);
  // What is asked now finds nothing to be answered from.
  const [answer] = await visitor.ask('how much did I spend this month');
  assert.ok(answer && answer.content.kind !== 'card');
  // Giving up the same again changes nothing.
  assert.deepEqual(await visitor.call('POST', `/api/links/${link.id}/narrow`, { purposes: ['transactions'] }), {
    status: 200,
    body: {},
  });
  assert.equal((await linkOf(visitor)).copy, after.copy);
});

test('an account that is left out tells nothing any more, and signing again brings it back', async () => {
  const visitor = await Visitor.arrive(hub);
  const signer = await BankSigner.of(hub, 'jpmorgan-chase');
  await visitor.link('jpmorgan-chase', 'customer-2');
  const link = await linkOf(visitor);
  const card = link.accounts.find((account) => account.kind === 'card');
  assert.ok(card && link.accounts.length > 1);
  assert.equal((await visitor.call('POST', `/api/links/${link.id}/narrow`, { accounts: [card.id] })).status, 200);
  const left = (await linkOf(visitor)).accounts.map((account) => account.id);
  assert.deepEqual(
    left,
    link.accounts.map((account) => account.id).filter((id) => id !== card.id),
  );
  const before = (await visitor.conversation()).length;
  const sent = await signer.send([purchaseOn(await signer.accountId('customer-2', 'card'))]);
  assert.deepEqual([sent.status, sent.body.accepted, sent.body.dropped], [202, 0, 1]);
  assert.equal((await visitor.conversation()).length, before);
  // It is known to be left out, so it is not counted as an account that nobody linked.
  const [row] = await hub.db.database.query<{ count: bigint }>(sql`
    select coalesce(sum(count), 0) as count from intake_counts where sender = 'jpmorgan-chase' and what = 'unlinked'`);
  assert.equal(Number(row?.count ?? 0), 0);
  await visitor.link('jpmorgan-chase', 'customer-2');
  assert.equal((await linkOf(visitor)).accounts.length, link.accounts.length);
});

test('when nothing is left to allow, the link is stopped and everything of it deleted', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('us-bank', 'customer-3');
  const link = await linkOf(visitor);
  await visitor.call('POST', `/api/links/${link.id}/narrow`, { purposes: ['balances', 'transactions'] });
  const { links, ended } = await privacy(visitor);
  assert.equal(links.length, 0);
  assert.deepEqual([ended[0]?.id, ended[0]?.by], [link.id, 'customer']);
  const told = await until('the bank to confirm', async () => {
    const { told: state } = (await privacy(visitor)).ended[0] ?? {};
    return state?.state === 'confirmed' && state;
  });
  assert.ok(told.attempts >= 1);
  assert.equal((await visitor.open(ended[0]?.copy ?? '')).status, 200);
});

test('nobody narrows or stops what is another customer’s', async () => {
  const [owner, other] = [await Visitor.arrive(hub), await Visitor.arrive(hub)];
  await owner.link('citi', 'customer-1');
  const { id } = await linkOf(owner);
  for (const [path, body] of [
    [`/api/links/${id}/narrow`, { purposes: ['balances'] }],
    [`/api/links/${id}/stop`, undefined],
    [`/api/links/${randomUUID()}/stop`, undefined],
  ] as const) {
    const refused = await other.call('POST', path, body);
    assert.deepEqual([refused.status, refused.body.code], [410, 'link_ended'], path);
  }
  assert.equal((await other.call('POST', `/api/links/${id}/narrow`, {})).status, 422);
  assert.deepEqual((await linkOf(owner)).purposes, ['balances', 'transactions']);
  const stopped = await owner.call<{ receipt?: string }>('POST', `/api/links/${id}/stop`);
  assert.match(stopped.body.receipt ?? '', /^\/api\/receipts\//);
  assert.equal((await other.open(stopped.body.receipt ?? '')).status, 200);
  assert.equal((await privacy(owner)).links.length, 0);
});

test('every change of a consent is in the customer’s ledger, newest first, page by page', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-2');
  const { id } = await linkOf(visitor);
  await visitor.call('POST', `/api/links/${id}/narrow`, { purposes: ['transactions'] });
  await visitor.call('POST', `/api/links/${id}/stop`);
  const all: LedgerPage['entries'] = [];
  for (let before: string | undefined; ;) {
    const query: string = before === undefined ? '' : `&before=${before}`;
    const page = await until('a page that is covered', async () => {
      const { body } = await visitor.call<LedgerPage>('GET', `/api/ledger?limit=3${query}`);
      return body.waiting.length === 0 && body;
    });
    all.push(...page.entries);
    if (page.next === undefined) break;
    before = page.next;
  }
  const consents = all.map(({ record }) => record).filter((record) => record['type'] === 'consent');
  assert.deepEqual(
    consents.map((record) => record['change']),
    ['revoked', 'amended', 'granted'],
  );
  assert.equal(new Set(all.map(({ record }) => record['id'])).size, all.length);
});

test('reminders come at 30, 7 and 1 days, each once, with the way to the whole text; then access stops by itself', async () => {
  const visitor = await Visitor.arrive(hub, 'es');
  await visitor.link('citi', 'customer-3');
  const link = await linkOf(visitor);
  /** The end of the consent, moved to where the calendar would have brought it. */
  const endIn = (ms: number) =>
    hub.db.database.execute(
      sql`update consents set expires_at = ${new Date(Date.now() + ms)} where link_id = ${link.id}`,
    );
  const day = 86_400_000;
  const reminders = async () =>
    (await visitor.conversation()).filter(({ waysOn }) => waysOn?.some((way) => way.label === 'Leerlo y renovar'));
  for (const [n, days] of [30, 7, 1].entries()) {
    await endIn(days * day - 60_000);
    // A restart looks at once, and says nothing twice.
    await hub.restart();
    await until(`the reminder at ${days} days`, async () => (await reminders()).length === n + 1);
    await hub.restart();
    assert.equal((await reminders()).length, n + 1);
  }
  assert.ok((await reminders()).every(({ waysOn }) => waysOn?.[0]?.bank === 'citi'));
  await endIn(-60_000);
  assert.equal((await privacy(visitor)).links.length, 0);
  await hub.restart();
  const ended = await until('the link to end', async () => (await privacy(visitor)).ended[0]);
  assert.equal(ended.by, 'expiry');
  // The copy stays, in the language in which it was agreed.
  await visitor.call('PUT', '/api/settings', { locale: 'en' });
  assert.match((await visitor.open(ended.copy)).page, /Lo que firmaste/);
});

test('a consent that ran out before the next one was signed has expired: nothing read under it is carried over', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-4', ['balances', 'transactions']);
  const [link] = (await visitor.me()).links;
  const { continueTo } = await visitor.sign('citi', ['balances']);
  const returned = await visitor.atTheBank(continueTo, 'customer-4');
  await hub.db.database.execute(sql`
    update consents set granted_at = granted_at - interval '200 days', expires_at = now() - interval '1 second'
    where link_id = ${link?.id}`);
  assert.equal((await visitor.open(returned)).status, 200);
  const [left] = await hub.db.database.query<{ state: string; records: bigint }>(sql`
    select state, (select count(*) from records where link_id = ${link?.id}) as records from consents where link_id = ${link?.id}`);
  assert.deepEqual({ ...left }, { state: 'expired', records: 0n });
  const [again] = (await visitor.me()).links;
  assert.deepEqual(again?.purposes, ['balances']);
  assert.notEqual(again?.id, link?.id);
});

test('a consent is a record for programs too: its purposes, its standing and who changed it', async () => {
  const visitor = await Visitor.arrive(hub, 'es');
  await visitor.link('us-bank', 'customer-1');
  const { copy, accounts } = await linkOf(visitor);
  const record = async (): Promise<Record<string, unknown>> => {
    const { status, body } = await visitor.call<Record<string, unknown>>('GET', `/api${copy}/record`);
    assert.equal(status, 200);
    return body;
  };
  const granted = await record();
  assert.deepEqual(
    [granted['@type'], granted['dpv:hasConsentStatus'], granted['dct:language']],
    ['dpv:ConsentRecord', 'dpv:ConsentGiven', 'es'],
  );
  assert.match(JSON.stringify(granted['dpv:hasProcess']), /"dpv:hasPurpose":"dpv:RequestedServiceProvision"/);
  // Names and account numbers stay out of what may be handed on.
  for (const secret of ['A. Customer', ...accounts.map(({ last4 }) => `"${last4}"`)])
    assert.ok(!JSON.stringify(granted).includes(secret), secret);
  await visitor.call('POST', `/api/links/${(await linkOf(visitor)).id}/stop`);
  const revoked = await record();
  assert.equal(revoked['dpv:hasConsentStatus'], 'dpv:ConsentWithdrawn');
  assert.match(JSON.stringify(revoked['dct:hasPart']), /ConsentGiven.*DataSubject.*ConsentWithdrawn.*DataSubject/);
  assert.equal((await (await Visitor.arrive(hub)).call('GET', `/api${copy}/record`)).status, 404);
});

test('words for sharing less act by their button alone, once, and delete what nothing else needs', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-4');
  await visitor.ask('how much did I spend this month');
  const link = await linkOf(visitor);
  const [asked] = await visitor.ask('please stop sharing my purchases');
  assert.ok(asked?.content.kind === 'card' && asked.content.card.card === 'consent');
  assert.deepEqual(
    [asked.content.card.state, asked.content.card.givenUp],
    ['narrow-asked', { purposes: ['transactions'], accounts: [] }],
  );
  assert.deepEqual((await linkOf(visitor)).purposes, ['balances', 'transactions'], 'words alone take nothing back');
  const token = asked.actions?.find(({ act }) => act === 'narrow-link')?.token;
  const other = await Visitor.arrive(hub);
  assert.equal((await other.call('POST', '/api/acts', { token })).body.code, 'act_invalid');
  const pressed = await Promise.all(Array.from({ length: 20 }, () => visitor.call('POST', '/api/acts', { token })));
  assert.deepEqual(
    pressed.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, ...Array.from({ length: 19 }, () => 409)],
  );
  assert.deepEqual((await linkOf(visitor)).purposes, ['balances']);
  assert.equal(await countOf('purchases', link.id), 0);
  const said = (await visitor.conversation()).findLast(({ content }) => content.kind === 'card');
  assert.ok(said?.content.kind === 'card' && said.content.card.card === 'consent' && said.content.card.narrowed);
  assert.match(said.content.text, /^You no longer share purchases of Citi here\. [\d,]+ records were erased\./);
  const { receipt, records } = said.content.card.narrowed;
  await assertReceipt(visitor, receipt ?? '', { what: 'narrowed', records });
  // Nothing is left that was not said: the buttons are gone, and the last purpose ends the link.
  const buttons = (await visitor.conversation()).flatMap(({ actions }) => actions ?? []);
  assert.ok(buttons.every(({ act }) => act !== 'narrow-link' && act !== 'keep-link'));
  const [last] = await visitor.ask('deja de compartir mis saldos');
  assert.deepEqual(
    last?.actions?.map(({ act }) => act),
    ['keep-link', 'stop-link'],
  );
});

test('an account is left out at a word, in Spanish too, and “keep it” changes nothing', async () => {
  const visitor = await Visitor.arrive(hub, 'es');
  await visitor.link('jpmorgan-chase', 'customer-2');
  const { accounts } = await linkOf(visitor);
  const kept = await visitor.ask('no compartas mi tarjeta');
  assert.equal(kept.length, accounts.filter(({ kind }) => kind === 'card').length);
  await visitor.press('keep-link');
  assert.equal((await linkOf(visitor)).accounts.length, accounts.length);
  await visitor.ask('no compartas mi tarjeta');
  await visitor.press('narrow-link');
  const left = (await linkOf(visitor)).accounts;
  assert.equal(left.length, accounts.length - 1);
  assert.ok(left.every(({ kind }) => kind !== 'card'));
  const said = (await visitor.conversation()).findLast(({ content }) => content.kind === 'card');
  assert.match(said?.content.text ?? '', /^Ya no compartes .+ \d{4} de JPMorgan Chase aquí\./);
});

test('what a narrowing deleted stays said when the history that was still being read is there', async () => {
  const visitor = await Visitor.arrive(hub);
  const { continueTo } = await visitor.sign('wells-fargo');
  await visitor.open(await visitor.atTheBank(continueTo, 'customer-3'));
  const link = await linkOf(visitor);
  const [account] = link.accounts;
  assert.ok(account && !link.historyRead, 'it is being read');
  await visitor.call('POST', `/api/links/${link.id}/narrow`, { accounts: [account.id] });
  await until('the history to be read', async () => {
    const first = cardsOf(await visitor.conversation(), 'consent')[0];
    return (await linkOf(visitor)).historyRead && first?.reading?.done;
  });
  const narrowed = cardsOf(await visitor.conversation(), 'consent').find((card) => card.narrowed);
  assert.deepEqual(
    narrowed?.givenUp?.accounts.map(({ last4 }) => last4),
    [account.last4],
  );
  const { receipts } = await privacy(visitor);
  assert.deepEqual(
    receipts.map(({ address }) => address),
    [narrowed?.narrowed?.receipt],
  );
});
