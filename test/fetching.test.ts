import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Privacy } from '#contract';
import { sql } from '#db';
import { BankSigner } from './bank-signer.ts';
import { callControl } from './control-api.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// Banks that do not push: one that says that there is something to fetch, and one that says nothing.

let hub: TestHub;
let visitor: Visitor;

before(async () => {
  hub = await testHub();
  visitor = await Visitor.arrive(hub);
  await visitor.link('wells-fargo', 'customer-1');
  await visitor.link('us-bank', 'customer-2');
  await settled('wells-fargo');
  await settled('us-bank');
});
after(() => hub.close());

interface Fetch {
  readonly link: string;
  readonly due: Date | null;
  readonly fence: bigint;
  readonly read: Date | null;
  readonly since: Date | null;
  readonly why: string | null;
}

async function fetchOf(bank: string): Promise<Fetch | undefined> {
  const [row] = await hub.db.database.query<Fetch>(sql`select link_id as link, due_at as due, fence, read_at as read,
    unread_since as since, unread_why as why from fetches where bank_id = ${bank}`);
  return row;
}

const settled = (bank: string) =>
  until(`the first fetch of ${bank}`, async () => (await fetchOf(bank))?.read !== null && (await fetchOf(bank)));

/** Makes a bank's fetch due now, as time does. */
async function due(bank: string): Promise<void> {
  await hub.db.database.execute(sql`update fetches set due_at = now(), told = told + 1 where bank_id = ${bank}`);
}

const control = (path: string, body: unknown): Promise<void> => callControl(hub, 'POST', `banks/${path}`, body);

async function buy(bank: string, customer: string, count = 1): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const purchases = ids.map((id) => ({ id, amount: '4.20', merchant: { name: 'Kiosk' } }));
  await control(`${bank}/purchases`, { customer, purchases });
  return ids;
}

const shown = async (): Promise<string[]> =>
  cardsOf(await visitor.conversation(), 'transaction').map((card) => card.transaction.id);

async function untilShown(ids: readonly string[]): Promise<void> {
  const all = await until('the cards', async () => {
    const now = await shown();
    return ids.every((id) => now.includes(id)) && now;
  });
  assert.equal(new Set(all).size, all.length, 'none is shown twice');
}

test('history that was read when a bank was linked is not told again by the first fetch', async () => {
  assert.deepEqual(await shown(), []);
});

test('a thin notification leads to the card, once', async () => {
  const ids = await buy('wells-fargo', 'customer-1');
  await untilShown(ids);
  const before = (await fetchOf('wells-fargo'))?.fence ?? 0n;
  await due('wells-fargo');
  await until('another fetch', async () => ((await fetchOf('wells-fargo'))?.fence ?? 0n) > before);
  await settled('wells-fargo');
  await untilShown(ids);
});

test('what is fetched is entered as asked by the task, and as shown', async () => {
  const rows = await hub.db.database.query<{ what: string }>(
    sql`select what from intake_counts where sender = 'bank:wells-fargo'`,
  );
  assert.ok(rows.some((row) => row.what === 'notified'));
  const uses = JSON.stringify((await visitor.call<unknown>('GET', '/api/ledger')).body);
  assert.match(uses, /task:fetch/);
  assert.match(uses, /bank-fetched/);
});

test('a notification that nobody linked, or of no form, is dropped or refused', async () => {
  const bank = await BankSigner.of(hub, 'wells-fargo');
  const told = {
    notificationId: 'n',
    type: 'BALANCE',
    category: 'NEW_DATA',
    notificationPayload: { id: 'nobody', idType: 'ACCOUNT' },
  };
  const send = (body: unknown) => bank.sendRaw(Buffer.from(JSON.stringify(body)), { path: 'notifications' });
  assert.equal((await send(told)).status, 202);
  const refused = await send({ ...told, notificationPayload: {} });
  assert.deepEqual([refused.status, refused.body.code], [422, 'notification_malformed']);
  const forged = await bank.sendRaw(Buffer.from(JSON.stringify(told)), {
    path: 'notifications',
    signedBody: Buffer.from('x'),
  });
  assert.equal(forged.status, 401);
});

test('a bank that says nothing is asked, and its purchase is shown once', async () => {
  const ids = await buy('us-bank', 'customer-2', 3);
  await due('us-bank');
  await untilShown(ids);
});

test('a purchase that is posted changes its card in place', async () => {
  const [id = ''] = await buy('us-bank', 'customer-2');
  await due('us-bank');
  await untilShown([id]);
  await control('us-bank/settle', { customer: 'customer-2', to: 'posted' });
  await due('us-bank');
  await until('the posting', async () =>
    cardsOf(await visitor.conversation(), 'transaction').some(
      ({ transaction }) => transaction.id === id && transaction.status === 'posted',
    ),
  );
  await untilShown([id]);
});

test('a bank that asks for a pause is not asked before its time, and the customer sees since when', async () => {
  await control('us-bank/fault', { kind: 'rate-limit', seconds: 600 });
  const ids = await buy('us-bank', 'customer-2');
  await due('us-bank');
  const paused = await until('the pause', async () => {
    const row = await fetchOf('us-bank');
    return row?.why === 'rate-limited' && row;
  });
  assert.ok((paused.due?.getTime() ?? 0) - Date.now() > 590_000, 'as long as it asked for');
  const link = (await visitor.me()).links.find((one) => one.bank === 'us-bank');
  assert.equal(link?.unreadSince, paused.since?.toISOString());
  await control('us-bank/fault', { kind: 'none' });
  await due('us-bank');
  await untilShown(ids);
  await until('the pause to be over', async () => (await fetchOf('us-bank'))?.since === null);
  assert.equal((await visitor.me()).links.find((one) => one.bank === 'us-bank')?.unreadSince, undefined);
});

/** Calls that the sandbox has answered, by who asked: the customer or nobody. */
function callsAs(actor: 'USER' | 'BATCH'): number {
  const lines = hub.logged().split('\n');
  return lines.filter((line) => line.includes('"FDX call"') && line.includes(`"actor":"${actor}"`)).length;
}

test('a fetch asks as nobody, and leaves the calls that are kept for the customer’s own questions', async () => {
  const batch = callsAs('BATCH');
  const before = (await fetchOf('us-bank'))?.read?.getTime() ?? 0;
  await due('us-bank');
  await until('a fetch', async () => ((await fetchOf('us-bank'))?.read?.getTime() ?? 0) > before);
  assert.ok(callsAs('BATCH') > batch);

  // Of 240 calls a minute 60 are kept; a slot is a second.
  await hub.db.database
    .execute(sql`update call_ledgers set newest_slot = extract(epoch from now())::bigint, calls = '{180}'
    where bank_id = 'us-bank'`);
  const [asNobody, asCustomer] = [callsAs('BATCH'), callsAs('USER')];
  const ids = await buy('us-bank', 'customer-2');
  await due('us-bank');
  const spent = await until('the calls to be spent', async () => {
    const row = await fetchOf('us-bank');
    return row?.why === 'quota-spent' && row;
  });
  assert.ok((spent.due?.getTime() ?? 0) > Date.now() + 50_000, 'until the first of them leaves the window');
  assert.equal(callsAs('BATCH'), asNobody, 'the bank was not asked');
  const answer = cardsOf(await visitor.ask('What is my balance?'), 'balance');
  assert.ok(answer.some((card) => card.bank === 'us-bank'));
  assert.ok(callsAs('USER') > asCustomer);
  await hub.db.database.execute(sql`update call_ledgers set calls = '{0}' where bank_id = 'us-bank'`);
  await due('us-bank');
  await untilShown(ids);
});

test('what ends a link forgets how it was fetched', async () => {
  const link = (await visitor.me()).links.find((one) => one.bank === 'us-bank');
  assert.equal((await visitor.call('POST', `/api/links/${link?.id ?? ''}/stop`, {})).status < 300, true);
  assert.equal(await fetchOf('us-bank'), undefined);
});

test('another link to the same account is not told what the grant of the first has fetched', async () => {
  const [own, other] = [await Visitor.arrive(hub), await Visitor.arrive(hub)];
  for (const one of [own, other]) await one.link('us-bank', 'customer-8');
  const linkOf = async (one: Visitor) => (await one.me()).links[0]?.id ?? '';
  const links = [await linkOf(own), await linkOf(other)];
  await until('their first fetches', async () => {
    const read = await hub.db.database.query(
      sql`select from fetches where link_id = any(${links}::uuid[]) and read_at is not null and lease_until <= now()`,
    );
    return read.length === 2;
  });
  await hub.db.database.execute(sql`update fetches set due_at = null where link_id = any(${links}::uuid[])`);
  const [id = ''] = await buy('us-bank', 'customer-8');
  const isShownTo = async (one: Visitor) =>
    cardsOf(await one.conversation(), 'transaction').some((card) => card.transaction.id === id);
  for (const [one, link] of [
    [own, links[0]],
    [other, links[1]],
  ] as const) {
    assert.equal(await isShownTo(one), false);
    await hub.db.database.execute(sql`update fetches set due_at = now() where link_id = ${link}`);
    await until('the card', () => isShownTo(one));
  }
});

test('a customer who allows less in the middle of a window loses the place of what is given up alone', async () => {
  const lasting = await Visitor.arrive(hub);
  await lasting.link('us-bank', 'customer-7');
  const [link] = (await lasting.call<Privacy>('GET', '/api/privacy')).body.links;
  assert.ok(link);
  const place = () =>
    hub.db.database.query<{ ref: string; sealed: Buffer | null }>(sql`
      select account_ref as ref, sealed_cursor as sealed from fetch_accounts where link_id = ${link.id}`);
  await until('its first fetch', async () => (await place()).length === link.accounts.length);
  const ids = await buy('us-bank', 'customer-7', 250);
  await control('us-bank/fault', { kind: 'slow', seconds: 2 });
  await hub.db.database.execute(sql`update fetches set due_at = now() where link_id = ${link.id}`);
  const [open] = await until('a page', async () => {
    const rows = (await place()).filter((one) => one.sealed !== null);
    return rows.length > 0 && rows;
  });
  const savings = link.accounts.find(({ kind }) => kind === 'savings')?.id;
  const narrowed = await lasting.call('POST', `/api/links/${link.id}/narrow`, { accounts: [savings] });
  assert.equal(narrowed.status, 200, JSON.stringify(narrowed.body));
  const left = await place();
  assert.equal(left.length, link.accounts.length - 1);
  const kept = left.find((one) => one.ref === open?.ref);
  assert.ok(kept?.sealed && !kept.sealed.equals(open?.sealed ?? Buffer.of()), 'resealed under the fresh key');
  await control('us-bank/fault', { kind: 'none' });
  await until('the cards', async () => {
    const now = cardsOf(await lasting.conversation(), 'transaction').map((card) => card.transaction.id);
    return ids.every((id) => now.includes(id)) && new Set(now).size === now.length;
  });
});
