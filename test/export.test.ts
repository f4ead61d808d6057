import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Passkeys, Privacy } from '#contract';
import { sql } from '#db';
import { verifyExport, type LogExport } from '#proof';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { SoftwarePasskey, type Options } from './software-passkey.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// "Everything that Tellerline keeps of you": held against the list of all tables and against the rows themselves.

interface Exported {
  readonly settings: { readonly locale: string };
  readonly consents: readonly { readonly consent: { readonly consentId: string }; readonly state: string }[];
  readonly consentRecords: readonly Record<string, unknown>[];
  readonly records: readonly {
    readonly kind: string;
    readonly link: string;
    readonly transaction?: { readonly description: string; readonly merchant?: { readonly name: string } };
  }[];
  readonly conversation: readonly unknown[];
  readonly receipts: readonly { readonly what: string; readonly signed: LogExport }[];
  readonly signIn: Record<'identities' | 'sessions' | 'passkeys', readonly Record<string, unknown>[]>;
  readonly linking: Record<
    'links' | 'accounts' | 'lookbacks' | 'fetches' | 'fetchedAccounts' | 'bankLogins' | 'attempts' | 'revocations',
    readonly Record<string, unknown>[]
  >;
  readonly controls: Record<'actions' | 'cards', readonly Record<string, unknown>[]>;
  readonly orders: Record<'followed' | 'refunds', readonly Record<string, unknown>[]>;
  readonly notifications: { readonly email?: string; readonly browsers: readonly { readonly endpoint: string }[] };
  readonly channels: readonly { readonly channel: string; readonly detail: string }[];
  readonly ledger: LogExport;
  readonly waiting: readonly unknown[];
}

let hub: TestHub;
let ana: Visitor;
let exported: Exported;
let text: string;

before(async () => {
  hub = await testHub();
  ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  // Signed anew for longer, and then made smaller: three texts of one link.
  await ana.link('citi', 'customer-1', ['balances', 'transactions', 'account-management'], undefined, 180);
  const options = await ana.call<Options>('POST', '/api/passkeys/options');
  const passkey = new SoftwarePasskey(hub.url).create(options.body);
  assert.equal((await ana.call<Passkeys>('POST', '/api/passkeys', passkey)).status, 200);
  const { body: shared } = await ana.call<Privacy>('GET', '/api/privacy');
  const savings = shared.links[0]?.accounts.find(({ kind }) => kind === 'savings') ?? shared.links[0]?.accounts[0];
  const narrowed = { accounts: [savings?.id] };
  assert.equal((await ana.call('POST', `/api/links/${shared.links[0]?.id}/narrow`, narrowed)).status, 200);
  await ana.link('us-bank', 'customer-2', ['transactions']);
  const { body: two } = await ana.call<Privacy>('GET', '/api/privacy');
  const ended = two.links.find(({ bank }) => bank === 'us-bank');
  assert.equal((await ana.call('POST', `/api/links/${ended?.id}/stop`, {})).status, 200);
  await tell();
  await freeze();
  await follow();
  await giveBackEarly();
  // As of a bank that is asked.
  await hub.db.database.execute(sql`insert into fetches (link_id, bank_id, lease_until)
    select link_id, bank_id, now() from links where state = 'linked'`);
  await hub.db.database.execute(sql`insert into fetch_accounts (link_id, account_ref, bank_id, read_to)
    select link_id, account_ref, bank_id, current_date from accounts`);
  const keys = { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) };
  const push = await ana.call('PUT', '/api/push', {
    subscription: { endpoint: 'http://127.0.0.1:9/anas-browser', keys },
  });
  assert.equal(push.status < 300, true, JSON.stringify(push.body));
  const answer = await ana.call<Exported>('GET', '/api/export.json');
  assert.equal(answer.status, 200, JSON.stringify(answer.body).slice(0, 500));
  exported = answer.body;
  text = JSON.stringify(answer.body);
});
after(() => hub.close());

/** A card that is frozen, as a bank was asked to. */
async function freeze(): Promise<void> {
  await ana.ask('congela mi tarjeta de crédito');
  assert.equal((await ana.press('control')).status, 200);
  await until('the card to be frozen', async () => JSON.stringify(await ana.conversation()).includes('is frozen'));
}

/** Connects a shop or a carrier. */
async function connect(source: string, purposes: ('receipts' | 'shipping')[]): Promise<void> {
  const { continueTo } = await ana.sign(source, purposes);
  assert.equal((await ana.open(continueTo)).status, 200);
}

/** A parcel that is followed by its number, and told of once. */
async function follow(): Promise<void> {
  await connect('carrier-easypost', ['shipping']);
  await ana.ask('track 1Z999AA10123456784');
  assert.equal((await ana.press('follow-parcel')).status, 200);
  await until('the parcel', async () => cardsOf(await ana.conversation(), 'parcel').length > 0);
}

/** Money that a shop gives back on an order that it has not told of. */
async function giveBackEarly(): Promise<void> {
  await connect('shop-northwind-books', ['receipts']);
  const said = (await ana.conversation()).map(({ content }) => content.text).join(' ');
  const value = said.match(/\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b/g)?.at(-1);
  const body = JSON.stringify({
    id: 7,
    order_id: 8,
    created_at: new Date().toISOString(),
    transactions: [{ kind: 'refund', status: 'success', amount: '7.00', currency: 'USD' }],
    refund_line_items: [],
    note_attributes: [{ name: 'tellerline', value }],
  });
  const secret = hub.orderSenders.shops[0]?.shopify[0] ?? '';
  const headers = {
    'content-type': 'application/json',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  };
  const sent = await fetch(new URL('/v1/shops/northwind-books/shopify', hub.url), { method: 'POST', headers, body });
  assert.deepEqual(await sent.json(), { accepted: 1, duplicates: 0, dropped: 0 });
}

/** A purchase and a balance, as the bank's events tell them. */
async function tell(): Promise<void> {
  const citi = await BankSigner.of(hub, 'citi');
  const accountId = await citi.accountId('customer-1', 'card');
  const event = purchaseOn(accountId);
  const balance = { current: '-61.07', currency: 'USD', asOf: new Date().toISOString() };
  const { status, body } = await citi.send([
    { ...event, transaction: { ...event.transaction, description: 'QUILLWORKS <5521>' } },
    { id: randomUUID(), type: 'balance.changed', occurredAt: balance.asOf, accountId, balance },
  ]);
  assert.equal(status, 202, JSON.stringify(body));
  await until('the purchase', async () => JSON.stringify(await ana.conversation()).includes('QUILLWORKS'));
}

/** How many rows of each table that holds a person's are in the export. All rows are Ana's: she is alone here. */
const places: Readonly<Record<string, (of: Exported) => number>> = {
  customers: ({ settings }) => (settings.locale === 'en' ? 1 : 0),
  channel_identities: ({ signIn }) => signIn.identities.length,
  sessions: ({ signIn }) => signIn.sessions.length,
  passkeys: ({ signIn }) => signIn.passkeys.length,
  consents: ({ consents }) => consents.length,
  records: ({ records }) => records.length,
  receipts: ({ receipts }) => receipts.length,
  ledger: ({ ledger }) => ledger.entries.length,
  links: ({ linking }) => linking.links.length,
  link_attempts: ({ linking }) => linking.attempts.length,
  bank_logins: ({ linking }) => linking.bankLogins.length,
  accounts: ({ linking }) => linking.accounts.length,
  lookbacks: ({ linking }) => linking.lookbacks.length,
  fetches: ({ linking }) => linking.fetches.length,
  fetch_accounts: ({ linking }) => linking.fetchedAccounts.length,
  revocations: ({ linking }) => linking.revocations.length,
  bank_actions: ({ controls }) => controls.actions.length,
  bank_cards: ({ controls }) => controls.cards.length,
  followed_parcels: ({ orders }) => orders.followed.length,
  early_refunds: ({ orders }) => orders.refunds.length,
  messages: ({ conversation }) => conversation.length,
  destinations: ({ channels }) => channels.length,
  push_subscriptions: ({ notifications }) => notifications.browsers.length,
};

/** Tables of persons that have nothing to take along, and why. */
const without: Readonly<Record<string, string>> = {
  case_proposals: 'what staff proposed: each is an entry of its case, with what became of it',
  alerts: 'when a held purchase is looked at next: the purchase and what became of it is a record, which is there',
  disputes: 'how far a case is: its card is in the conversation, and what was asked of the bank among the actions',
  conversations: 'numbers of the conversation, whose messages are there',
  entries: 'the order of the messages that are there',
  deliveries: 'the order in which messages went there: each is a delivery in the ledger, which is there',
  turns: 'what is to be answered within seconds: the words stand in the message',
  customer_keys: 'wrapped keys: what they open is there',
  link_keys: 'wrapped keys: what they open is there',
  call_keys: 'wrapped keys: what they open is for the bank alone',
  call_ledgers: 'how many calls a bank was asked within the last minutes',
  join_codes: 'random, for ten minutes',
  email_codes: 'random, for ten minutes; the address is there once it is confirmed',
  picture_addresses: 'which message was to be drawn once: the message is there, and the token is random',
  order_routes: 'keyed hashes that lead to a receipt or a parcel: the records are there',
  receipt_pairs:
    'which receipt and which purchase belong together: both are there, and the card in the conversation shows them so',
  receipt_searches: 'receipts whose purchase is still looked for: the receipts are there',
  passkey_challenges: 'random, for five minutes',
  sign_in_proofs: 'hashes, for five minutes',
  view_addresses: 'which message was to be shown once: the message is there, and the token is random',
};

/** Tables of whoever has written to staff, whose export `glass-box.test.ts` reads. */
const ofDesk = ['case_consents', 'cases', 'case_entries', 'desk_pictures'];

/** Tables of whoever writes at a messenger or has given an address, whose export `receiving.test.ts` and `email.test.ts` read. */
const ofMessengers = ['channel_addresses', 'channel_media', 'email_addresses'];
/** Of whoever is about to add a picture to a case, whose export `disputes.test.ts` reads. */
const ofCases = ['case_pictures'];

/** Tables that docs/sealed-columns.md gives a column that names a person, a link, a conversation or a browser. */
function tablesOfPersons(): Set<string> {
  const page = readFileSync(new URL('../docs/sealed-columns.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| `([a-z_]+)` \| ([^|]+) \|/gm);
  const personal = /`(customer_id|link_id|conversation_id|session_index|receipt_index)`/;
  return new Set([...rows].flatMap(([, table = '', columns = '']) => (personal.test(columns) ? [table] : [])));
}

test('every table that holds a person’s rows is in the export, or is named with the reason why not', () => {
  const named = [...Object.keys(places), ...Object.keys(without), ...ofMessengers, ...ofCases, ...ofDesk];
  assert.deepEqual(named.toSorted(), [...tablesOfPersons()].toSorted());
});

test('the export holds as many of each as there are rows', async () => {
  for (const [table, count] of Object.entries(places)) {
    // A message that was taken out again keeps its place in the order, and nothing else.
    const shown =
      "where author is not null and message_id not in (select message_id from entries where entry = 'removal')";
    const rows = await hub.db.database.query<{ count: bigint }>({
      text: `select count(*) from ${table} ${table === 'messages' ? shown : ''}`,
      values: [],
    });
    assert.ok(count(exported) > 0, `${table}: the test has planted one`);
    assert.equal(count(exported), Number(rows[0]?.count), table);
  }
});

test('a year of purchases and the balances are read through the gate, once for each link and purpose', async () => {
  const kinds = Map.groupBy(exported.records, ({ kind }) => kind);
  assert.ok((kinds.get('transaction')?.length ?? 0) > 100, 'a year of purchases');
  assert.equal(kinds.get('balance')?.length, 1);
  assert.match(text, /QUILLWORKS <5521>/);
  assert.match(text, /-61\.07/);
  const uses = exported.ledger.entries.map(({ record }) => record).filter(({ reason }) => reason === 'exported');
  const used = uses.map(({ actor, purpose, records }) => `${String(actor)} ${String(purpose)} ${String(records)}`);
  assert.deepEqual(used.toSorted(), [
    'customer balances 1',
    'customer receipts 0',
    'customer shipping 1',
    `customer transactions ${kinds.get('transaction')?.length}`,
  ]);
});

test('the reading itself is in the ledger of the export with its proof, and all of it holds offline', () => {
  assert.equal(exported.ledger.waiting, 0);
  assert.deepEqual(exported.waiting, []);
  const { holds, said } = verifyExport(text, undefined);
  assert.equal(holds, true, said.join('\n'));
});

test('earlier consents of a link are there, each signed text and each record for programs', () => {
  const ids = exported.consents.map(({ consent }) => consent.consentId);
  assert.ok(ids.length >= 4);
  assert.ok(exported.consents.some(({ state }) => state === 'renewed' || state === 'amended'));
  assert.deepEqual(
    exported.consentRecords.map((record) => record['dct:identifier']),
    ids,
  );
});

test('the receipts of deletions are there, and each holds offline', () => {
  assert.deepEqual(exported.receipts.map(({ what }) => what).toSorted(), ['link', 'narrowed']);
  for (const { signed } of exported.receipts) assert.equal(verifyExport(JSON.stringify(signed), undefined).holds, true);
});

test('nothing in it opens anything: no cookie, no key, no bank’s token', () => {
  const cookie = ana.cookie('tellerline_session');
  assert.ok(cookie !== undefined && !text.includes(cookie));
  assert.doesNotMatch(text, /"[^"]*(sealed|wrapped|cursor|verifier|refresh_?token|access_?token|[a-z]_?index)":/i);
});

test('the page to read shows the records by bank and account, and escapes what banks wrote', async () => {
  const { page, status } = await ana.open('/api/export.html');
  assert.equal(status, 200);
  assert.match(page, /<h2>Purchases, balances, receipts and parcels<\/h2>\n<h3>Citi<\/h3>/);
  assert.match(page, /QUILLWORKS &lt;5521&gt;/);
  const rows = page.match(/<td>\d{4}-\d\d-\d\d<\/td>/g) ?? [];
  assert.equal(rows.length, exported.records.filter(({ kind }) => kind === 'transaction').length);
  for (const heading of ['Receipts of what was deleted', 'Where you are signed in', 'Passkeys'])
    assert.ok(page.includes(`<h2>${heading}</h2>\n<div class="table"`), heading);
  assert.doesNotMatch(page, /<script|src=|href=/);
  assert.match(page, /Where you are told that there is something new<\/h2>\n.*127\.0\.0\.1/);
});

test('a stranger’s export has nothing of it', async () => {
  const stranger = await Visitor.arrive(hub);
  const { body } = await stranger.call<Exported>('GET', '/api/export.json');
  assert.deepEqual([body.records, body.consents, body.receipts, body.linking.links], [[], [], [], []]);
  assert.equal(body.signIn.sessions.length, 1);
});
