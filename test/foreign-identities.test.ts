import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createLog, systemClock, systemRandom } from '#base';
import { WebSocket } from 'ws';
import type { Passkeys } from '#contract';
import { sql } from '#db';
import { createPublicServer } from '#http';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { ownPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { SoftwarePasskey, type Options } from './software-passkey.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// Ana's data, asked for and acted on by everybody who is not Ana, at every route that there is.

let hub: TestHub;
let ana: Visitor;
let ids: Record<string, readonly string[]>;
let planted: readonly string[];

before(async () => {
  hub = await testHub();
  ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  await ana.ask('my secret phrase is wombat 7261');
  await ana.ask('stop');
  const citi = await BankSigner.of(hub, 'citi');
  const accountId = await citi.accountId('customer-1', 'card');
  const event = purchaseOn(accountId);
  await citi.send([{ ...event, transaction: { ...event.transaction, description: 'QUILLWORKS 5521' } }]);
  await until('the purchase', async () => JSON.stringify(await ana.conversation()).includes('QUILLWORKS 5521'));
  const begun = await ana.call<{ address: string }>('POST', '/api/links', { bank: 'us-bank' });
  ids = await idsOfAna(begun.body.address.replace('/link/', ''));
  planted = ['wombat 7261', 'QUILLWORKS', accountId, ...Object.values(ids).flat()];
});
after(() => hub.close());

async function idsOfAna(attempt: string): Promise<Record<string, readonly string[]>> {
  const [row] = await hub.db.database.query<Record<string, string>>(sql`
    select l.customer_id as customer, l.link_id as link, c.consent_id as consent, v.conversation_id as conversation,
      s.session_id as session, s.identity_id as channel, a.account_ref as account
    from links l join consents c using (link_id) join conversations v on v.customer_id = l.customer_id
      join sessions s on s.customer_id = l.customer_id join accounts a on a.link_id = l.link_id limit 1`);
  assert.ok(row);
  const messages = await ana.conversation();
  const tokens = messages.flatMap(({ actions }) => (actions ?? []).map(({ token }) => token));
  const ledger = await ana.call<{ entries: { record: { id: string } }[] }>('GET', '/api/log-export');
  const passkey = await passkeyOf(ana);
  return {
    ...Object.fromEntries(Object.entries(row).map(([name, id]) => [name, [id]])),
    attempt: [attempt],
    message: messages.slice(-3).map(({ id }) => id),
    token: tokens.slice(0, 2),
    id: ledger.body.entries.slice(0, 2).map(({ record }) => record.id),
    passkey: [passkey],
  };
}

/** A passkey of Ana's own, added as her browser does; its name in the list. */
async function passkeyOf(visitor: Visitor): Promise<string> {
  const options = await visitor.call<Options>('POST', '/api/passkeys/options');
  const added = await visitor.call<Passkeys>(
    'POST',
    '/api/passkeys',
    new SoftwarePasskey(hub.url).create(options.body),
  );
  assert.equal(added.status, 200, JSON.stringify(added.body));
  return added.body.passkeys[0]?.id ?? '';
}

/** All routes of the public listener, as "GET /api/links/:link/stop"; files of the build are the same for everybody. */
async function routes(): Promise<string[]> {
  const config = readConfig({
    TELLERLINE_DATA: '/nowhere',
    TELLERLINE_KEYS: `${process.env['TMPDIR'] ?? '/tmp'}/tellerline-routes-${process.pid}`,
  });
  const options = {
    config,
    databaseUrl: hub.db.url,
    log: createLog('silent'),
    clock: systemClock,
    sandboxUrl: () => '',
  };
  const provider = openKeyProvider(config, systemRandom);
  const server = await createPublicServer(wire(options, { ...ownPools(hub.db.database), provider }, () => hub.url));
  await server.ready();
  const found: string[] = [];
  const above: string[] = [];
  for (const line of server.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', path = '', methods = ''] =
      /^((?:│ {3}| {4})*)[├└]── (\S*?)(?: \(([^)]*)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    above.length = depth;
    above.push(path);
    for (const method of methods.split(', '))
      if (method !== '' && method !== 'HEAD' && method !== 'OPTIONS') found.push(`${method} ${above.join('')}`);
  }
  await server.close();
  return found.filter((route) => !/^GET \/(assets|docs\/js)\/|\.(br|gz)$/.test(route)).toSorted();
}

/** What is sent to routes that change something, in Ana's name as far as a stranger could. */
const bodies: Readonly<Record<string, (of: Record<string, readonly string[]>) => unknown>> = {
  'POST /api/session': () => ({ locale: 'en', timeZone: 'America/New_York' }),
  'PUT /api/settings': () => ({ locale: 'es' }),
  'PUT /api/hearing': ({ account }) => ({ accounts: account, change: { only: {} }, digestHour: 8 }),
  'POST /channels/:channel/webhook': () => ({}),
  'POST /api/view': () => ({ token: 'x'.repeat(43) }),
  'PUT /api/channels/:channel': () => ({ details: { balances: 'off' } }),
  'DELETE /api/channels/:channel': () => undefined,
  'POST /api/messages': () => ({ clientId: '00000000-0000-4000-8000-000000000001', text: 'balance' }),
  'PUT /api/messages/:message/advertising': () => ({ marked: true }),
  // Whose case it is is tried with a real picture in disputes.test.ts.
  'POST /api/cases/:case/pictures': () => ({}),
  'POST /api/acts': ({ token }) => ({ token: token?.[0] }),
  'POST /api/links': () => ({ bank: 'citi' }),
  'POST /api/linking/:attempt/sign': () => ({
    hash: 'x'.repeat(43),
    purposes: ['balances'],
    durationDays: 30,
    signature: 'A. Customer',
  }),
  'POST /api/links/:link/narrow': ({ account }) => ({ purposes: ['transactions'], accounts: account }),
  'POST /api/proofs/options': ({ passkey }) => ({ act: 'remove-passkey', subject: passkey?.[0] }),
  'POST /api/bank-session': () => ({ bank: 'citi' }),
  'POST /api/links/:link/stop': () => ({}),
  'POST /api/linking/:attempt/decline': () => ({}),
  'POST /api/linking/:attempt/enter': () => ({}),
  'POST /api/linking/claim': () => ({ token: 'x'.repeat(43) }),
  'POST /api/channels/code': () => undefined,
  'PUT /api/push': () => ({
    subscription: { endpoint: 'http://127.0.0.1:1/push', keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) } },
  }),
  'DELETE /api/push': () => ({ endpoint: 'http://127.0.0.1:1/push' }),
  'PUT /api/email': () => ({ address: 'somebody@person.example' }),
  'POST /api/email': () => ({ code: '000000' }),
  'DELETE /api/email': () => undefined,
  'POST /email/stop/:secret': () => undefined,
  'DELETE /api/sessions': () => undefined,
  'DELETE /api/sessions/:session': () => undefined,
  'DELETE /api/passkeys/:passkey': () => undefined,
  'POST /api/passkeys/options': () => ({}),
  'POST /api/passkeys': () => new SoftwarePasskey(hub.url).create({ challenge: 'Y2hhbGxlbmdl' }),
  'POST /api/proofs': ({ passkey }) => ({
    act: 'remove-passkey',
    subject: passkey?.[0],
    answer: new SoftwarePasskey(hub.url).get({ challenge: 'Y2hhbGxlbmdl' }),
  }),
  'POST /api/proofs/bank': ({ passkey }) => ({ act: 'remove-passkey', subject: passkey?.[0], bank: 'citi' }),
  'POST /api/passkey-session/options': () => ({}),
  'POST /api/passkey-session': () => new SoftwarePasskey(hub.url).get({ challenge: 'Y2hhbGxlbmdl' }),
  'POST /v1/banks/:bank/events': () => ({ events: [purchaseOn('unknown')] }),
  'POST /v1/banks/:bank/notifications': () => ({
    notificationId: 'n',
    type: 'BALANCE',
    category: 'NEW_DATA',
    notificationPayload: { id: 'unknown', idType: 'ACCOUNT' },
  }),
  'POST /v1/banks/:bank/withdraw': () => ({ withdraw: 'citi' }),
  'POST /v1/banks/:bank/return': () => ({ return: 'citi' }),
  'POST /v1/shops/:sender/events': () => ({ events: [] }),
  'POST /v1/shops/:sender/shopify': () => ({ id: 1, name: '#1', total_price: '1.00', line_items: [] }),
  'POST /v1/shops/:sender/woocommerce': () => ({ id: 1, currency: 'USD', total: '1.00', line_items: [] }),
  'POST /v1/carriers/:sender/events': () => ({ events: [] }),
  'POST /v1/carriers/:sender/easypost': () => ({ description: 'tracker.updated' }),
};

/** The addresses that a route has, with Ana's ids in the place of its parameters. */
function addresses(path: string): string[] {
  const fill = (of: Record<string, string>): string =>
    path
      .replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(of[name] ?? ids[name]?.[0] ?? name))
      .replace('*', 'x');
  const [, first] = /:(\w+)/.exec(path) ?? [];
  const sender = path.startsWith('/v1/carriers') ? 'easypost' : 'northwind-books';
  const named = { bank: ['citi'], sender: [sender] }[first ?? ''];
  const values = named ?? (first ? (ids[first] ?? [first]) : ['']);
  return values.map((value) => fill(first ? { [first]: value } : {}));
}

/** Everything that stands in the database of Ana, as one hash; but for sessions that ran out, which a chore forgets. */
async function stateOfAna(): Promise<string> {
  const { customer = [], link = [], conversation = [] } = ids;
  const owners = { customer_id: customer[0], link_id: link[0], conversation_id: conversation[0] };
  const columns = await hub.db.database.query<{ table: string; column: keyof typeof owners }>(sql`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and column_name in ('customer_id', 'link_id', 'conversation_id') order by 1, 2`);
  const hash = createHash('sha256');
  for (const { table, column } of columns) {
    const [row] = await hub.db.database.query<{ rows: string | null }>({
      text: `select string_agg(t::text, ';' order by t::text) as rows from ${table} t where ${column} = $1${table === 'sessions' ? ' and expires_at > now()' : ''}`,
      values: [owners[column]],
    });
    hash.update(`${table}.${column}:${row?.rows ?? ''}\n`);
  }
  return hash.digest('hex');
}

/** A session of Ana's that has run out, by its cookie. */
async function expiredSession(): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const index = createHash('sha256').update(secret).digest();
  await hub.db.database.execute(sql`
    insert into sessions (session_index, customer_id, identity_id, created_at, expires_at, session_id, browser, system, last_seen_at)
    select ${index}, customer_id, identity_id, created_at, now() - interval '1 hour', gen_random_uuid(), browser, system, last_seen_at
    from sessions where customer_id = ${ids['customer']?.[0]} limit 1`);
  return secret;
}

test('every route, asked by nobody, by another customer and with an expired session of Ana’s, tells and changes nothing of her', async (t) => {
  const all = await routes();
  assert.ok(all.length >= 45, `${all.length} routes`);
  assert.deepEqual(
    Object.keys(bodies).toSorted(),
    all.filter((route) => !route.startsWith('GET ')),
    'each route that changes something has its body here',
  );
  const bea = await Visitor.arrive(hub);
  await bea.link('us-bank', 'customer-2');
  const expired = await expiredSession();
  await until('Ana’s links to be quiet', async () => {
    const seen = await stateOfAna();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return seen === (await stateOfAna());
  });
  const foreigners = {
    nobody: () => '',
    'another customer': () => `tellerline_session=${bea.cookie('tellerline_session') ?? ''}`,
    'an expired session': () => `tellerline_session=${expired}`,
  };
  let [asked, covered] = [0, 0];
  const leaks: string[] = [];
  for (const route of all) {
    const [method = 'GET', path = '/'] = route.split(' ');
    for (const [who, cookie] of Object.entries(foreigners)) {
      const before = await stateOfAna();
      for (const address of addresses(path)) {
        const body = bodies[route]?.(ids);
        const answer = await fetch(new URL(address, hub.url), {
          method,
          redirect: 'manual',
          headers: {
            origin: hub.url,
            cookie: cookie(),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const told = `${await answer.text()}\n${JSON.stringify([...answer.headers])}`;
        const found = planted.filter((one) => told.includes(one) && !address.includes(one));
        if (found.length > 0) leaks.push(`${route} as ${who} tells ${found.length} of Ana’s`);
        if (/:(link|message|consent|session|passkey|attempt)\b/.test(path) && answer.status === 422)
          leaks.push(`${route} as ${who} was refused for its form before it was asked whose it is`);
        asked += 1;
      }
      if ((await stateOfAna()) !== before) leaks.push(`${route} as ${who} changed something of Ana’s`);
    }
    covered += 1;
  }
  t.diagnostic(`${covered} of ${all.length} routes × 3 identities, ${asked} calls: ${leaks.length} leaks`);
  assert.deepEqual(leaks, []);
  assert.equal((await ana.me()).links.length, 1, 'Ana still has what she had');
});

test('the web socket lets in nobody and no expired session, and tells another customer nothing of Ana’s', async () => {
  const bea = await Visitor.arrive(hub);
  await bea.link('citi', 'customer-3');
  const listenAs = async (secret: string | undefined): Promise<string> => {
    const cookie = secret === undefined ? '' : `tellerline_session=${secret}`;
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/ws`, { headers: { origin: hub.url, cookie } });
    let heard = '';
    socket.on('message', (data: Buffer) => (heard += data.toString()));
    socket.on('open', () => socket.send(JSON.stringify({ frame: 'resume', after: 0 })));
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1500))]);
    socket.terminate();
    return heard;
  };
  assert.equal(await listenAs(undefined), '');
  assert.equal(await listenAs(await expiredSession()), '');
  const heard = await listenAs(bea.cookie('tellerline_session'));
  assert.ok(heard.includes('hello'));
  assert.deepEqual(
    planted.filter((one) => heard.includes(one)),
    [],
  );
});

test('the search finds what Ana herself is told', async () => {
  const own = await ana.call<unknown>('GET', '/api/entries?after=0&limit=200');
  assert.ok(planted.some((one) => JSON.stringify(own.body).includes(one)));
  const before = await stateOfAna();
  await ana.call('PUT', '/api/settings', { locale: 'es' });
  assert.notEqual(await stateOfAna(), before);
});
