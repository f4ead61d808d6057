import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom, type Clock, type IdentityId, type MessageId } from '#base';
import type { Problem, ViewAnswer } from '#contract';
import { asksToShow, showAgain } from '#conversation';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import type { Thread } from '#delivery';
import { buildWebIfStale } from '../tools/build-web.ts';
import { createViews, mintView } from '../src/delivery/views.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { SoftwarePasskey, type Options } from './software-passkey.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// What a one-time address out of a messenger opens, and for whom.

let aheadMs = 0;
const clock: Clock = { nowMs: () => systemClock.nowMs() + aheadMs, monotonicMs: () => systemClock.monotonicMs() };
let hub: TestHub;
let ana: Visitor;
let passkey: SoftwarePasskey;
let thread: Thread;
let identityId: IdentityId;
let messageId: MessageId;

before(async () => {
  await buildWebIfStale();
  hub = await testHub({ clock });
  ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  const options = await ana.call<Options>('POST', '/api/passkeys/options');
  passkey = new SoftwarePasskey(hub.url);
  assert.equal((await ana.call('POST', '/api/passkeys', passkey.create(options.body))).status, 200);
  const [row] = await hub.db.database.query<Thread>(sql`
    select customer_id as "customerId", conversation_id as "conversationId" from conversations`);
  assert.ok(row);
  thread = row;
  identityId = await hub.db.database.transaction((tx) =>
    enterIdentity(tx, thread.customerId, 'messenger', clock.nowMs()),
  );
  const bank = await BankSigner.of(hub, 'citi');
  const event = purchaseOn(await bank.accountId('customer-1', 'card'));
  const transaction = { ...event.transaction, amount: '41.37', merchant: { name: 'QUILLWORKS' } };
  await bank.send([{ ...event, transaction }]);
  messageId = await until('the purchase', async () => {
    const found = (await ana.conversation()).find((one) => JSON.stringify(one).includes('QUILLWORKS'));
    return found?.id as MessageId | undefined;
  });
});
after(() => hub.close());

const mint = (of: { messageId?: MessageId } = { messageId }): Promise<string> =>
  mintView(hub.db.database, systemRandom, { customerId: thread.customerId, identityId, ...of }, clock.nowMs());

type Viewed = ViewAnswer & Problem;
const view = (visitor: Visitor, token: string, userAgent = 'Mozilla/5.0 Firefox/140.0') =>
  visitor.call<Viewed>('POST', '/api/view', { token }, { 'user-agent': userAgent });

async function signInByPasskey(visitor: Visitor): Promise<number> {
  const options = await visitor.call<Options>('POST', '/api/passkey-session/options');
  return (await visitor.call('POST', '/api/passkey-session', passkey.get(options.body))).status;
}

test('a browser that is signed in opens it once; it then is over, and says how to get a fresh one', async () => {
  const token = await mint();
  const opened = await view(ana, token);
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
  assert.equal(opened.body.messages.length, 1);
  assert.match(JSON.stringify(opened.body.messages), /QUILLWORKS/);
  const again = await view(ana, token);
  assert.equal(again.status, 410);
  assert.equal(again.body.code, 'view_over');
  assert.match(again.body.message, /show/);
});

test('fifty taps at once open it once', async () => {
  const token = await mint();
  const answers = await Promise.all(Array.from({ length: 50 }, () => view(ana, token)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status }) => [200, 410, 429].includes(status)));
  assert.ok(answers.filter(({ status }) => status === 410).length >= 1);
});

test('the address alone opens nothing: a browser’s first opening takes a passkey', async () => {
  const token = await mint();
  const stranger = new Visitor(hub);
  const refused = await view(stranger, token);
  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, 'view_foreign');
  assert.equal((await stranger.call('POST', '/api/session', { locale: 'en', timeZone: 'UTC' })).status, 200);
  assert.equal((await view(stranger, token)).body.code, 'view_foreign');
  assert.equal(await signInByPasskey(stranger), 200);
  const opened = await view(stranger, token);
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
  assert.match(JSON.stringify(opened.body.messages), /QUILLWORKS/);
});

test('or the login at a linked bank, after which the browser comes back to the view', async () => {
  const token = await mint();
  const stranger = await Visitor.arrive(hub);
  const begun = await stranger.call<{ continueTo: string }>('POST', '/api/bank-session', {
    bank: 'citi',
    back: 'view',
  });
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const login = await stranger.open(begun.body.continueTo);
  const action = /action="([^"]+login)"/.exec(login.page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const form = new URLSearchParams({ username: 'customer-1', password: 'sandbox' });
  const returned = await stranger.open(new URL(action, login.at), form, true);
  const end = await stranger.open(returned.at);
  assert.equal(end.at.pathname, '/v');
  assert.equal((await view(stranger, token)).status, 200);
});

test('somebody else’s session is refused, learns nothing of whose it is, and does not use it up', async () => {
  const token = await mint();
  const bob = await Visitor.arrive(hub);
  await bob.link('us-bank', 'customer-2', ['balances']);
  const refused = await view(bob, token);
  assert.equal(refused.status, 403);
  const fresh = await view(await Visitor.arrive(hub), token);
  assert.deepEqual(refused.body, fresh.body);
  assert.equal((await view(ana, token)).status, 200);
});

test('ten minutes later it is over, for everybody, before anybody signs in for it', async () => {
  const token = await mint();
  aheadMs += 10 * 60_000;
  assert.equal((await view(new Visitor(hub), token)).status, 410);
  assert.equal((await view(ana, token)).status, 410);
  assert.equal((await view(ana, 'never-given')).status, 410);
});

test('a messenger’s own browser is asked to open it outside, whoever is signed in there', async () => {
  const token = await mint();
  for (const agent of [
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 [FBAN/MessengerForiOS;FBAV/519.0]',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Instagram 350.0',
    'WhatsApp/2.24.20 A',
  ])
    assert.equal((await view(ana, token, agent)).body.code, 'view_in_app', agent);
  assert.equal((await view(ana, token)).status, 200);
});

test('link previews burn nothing and read nothing of the bank: every byte that is answered without a proof', async () => {
  const token = await mint();
  let bytes = 0;
  for (const agent of [
    'facebookexternalhit/1.1',
    'WhatsApp/2.24.20 A',
    'Twitterbot/1.0',
    'Mozilla/5.0 Firefox/140.0',
  ]) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const path of [`/v#${token}`, '/v', `/v?${token}`, `/v/${token}`, `/api/view?token=${token}`]) {
        const response = await fetch(new URL(path, hub.url), { method, headers: { 'user-agent': agent } });
        const said = [...response.headers].join('\n') + (await response.text());
        bytes += said.length;
        assert.doesNotMatch(said, /QUILLWORKS|41\.37|Citi|citi|2291|customer-1/);
        assert.ok(!said.includes(thread.customerId) && !said.includes(messageId));
        if (method === 'GET' && new URL(path, hub.url).pathname === '/v') {
          assert.equal(response.status, 200);
          assert.equal(response.headers.get('cache-control'), 'no-store');
          assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
          assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
        }
      }
    }
  }
  const guessed = await new Visitor(hub).call('POST', '/api/view', { token });
  assert.doesNotMatch(JSON.stringify(guessed.body), /QUILLWORKS|41\.37|Citi/);
  assert.ok(bytes > 10_000);
  assert.equal((await view(ana, token)).status, 200);
});

test('without a message named it opens what the bank told last, entered as a use and as shown in this browser', async () => {
  const opened = await view(ana, await mint({}));
  assert.equal(opened.status, 200);
  assert.match(JSON.stringify(opened.body.messages.at(-1)), /QUILLWORKS/);
  const { body } = await ana.call<{ entries: { record: Record<string, unknown> }[] }>('GET', '/api/log-export');
  const shown = body.entries.map(({ record }) => record).filter((one) => one['type'] === 'delivery');
  assert.ok(shown.some((one) => one['detail'] === 'full' && one['channel'] === 'web'));
});

test('“show” in a messenger brings a fresh address of one message, or of what the bank told last', async () => {
  assert.ok(['show', 'Show me!', 'Muéstrame', 'MOSTRAR.'].every(asksToShow));
  assert.ok(['show my balance', 'muéstrame mis compras', 'no show', ''].every((text) => !asksToShow(text)));
  const { database } = hub.db;
  const parts = { database, clock, delivery: { views: viewsOf(hub) } };
  for (const asked of [messageId, undefined]) {
    const [answer] = await showAgain(parts, { ...thread, identityId }, asked);
    const [way] = answer?.waysOn ?? [];
    assert.equal(way?.way, 'view');
    assert.equal(answer?.derivedFrom, null);
    const opened = await view(ana, (way?.address ?? '').replace('/v#', ''));
    assert.match(JSON.stringify(opened.body.messages), /QUILLWORKS/);
  }
  const [none] = await showAgain(parts, { ...thread, identityId }, '00000000-0000-4000-8000-000000000000' as MessageId);
  assert.equal(none?.waysOn, undefined);
});

test('with the channel identity its addresses go; with the link there is nothing left to show', async () => {
  const kept = await mint();
  await ana.ask('stop');
  assert.equal((await ana.press('stop-link')).status, 200);
  const opened = await view(ana, kept);
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
  assert.deepEqual(opened.body.messages, []);
  const token = await mint();
  await hub.db.database.execute(sql`delete from channel_identities where identity_id = ${identityId}`);
  assert.equal((await view(ana, token)).status, 410);
});

/** Views that mint and look, without what reading takes. */
function viewsOf({ db: { database } }: TestHub): Pick<ReturnType<typeof createViews>, 'mint' | 'hasNews'> {
  const shut = (): never => {
    throw new Error('nothing is read here');
  };
  const vault = new Proxy({} as Parameters<typeof createViews>[0]['vault'], { get: shut });
  return createViews({ database, readers: { of: shut, pressure: shut, close: shut }, vault, random: systemRandom });
}
