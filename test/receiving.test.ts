import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { limits, systemRandom, type CustomerId, type IdentityId } from '#base';
import { openSession } from '#customers';
import { sql } from '#db';
import {
  replayDeadLetters,
  uuidOf,
  type ChannelParts,
  type FromPerson,
  type HeldAtMessengers,
  type MediaFetched,
} from '#delivery';
import { did, fakeChannel, signatureOf, tell } from './fake-channel.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';

// From a messenger's body to the conversation and back: once, in order, each thing for itself.

let picture: MediaFetched = { fetched: false, why: 'not-there' };
/** The messenger's own host answers no sooner. */
let pictureComes: Promise<void> = Promise.resolve();
let picturesAsked = 0;
/** What 'not yet readable' says to a version that can read it. */
let readable: FromPerson | undefined;
const { read } = fakeChannel();
const channel = fakeChannel('chatter', {
  media: async () => {
    picturesAsked += 1;
    await pictureComes;
    return picture;
  },
  profile: async () => ({ locale: 'es_LA' }),
  read: (raw) => (readable && raw.toString() === 'not yet readable' ? [readable] : read(raw)),
});
let hub: TestHub;
/** What the channel is given of the hub. */
let given: ChannelParts | undefined;

before(async () => {
  const create = (parts: ChannelParts) => {
    given = parts;
    return channel;
  };
  hub = await testHub({ messengers: [{ channel: channel.channel, create }] });
});
after(() => hub.close());

const rows = <Row extends object>(statement: Parameters<typeof hub.db.database.query>[0]) =>
  hub.db.database.query<Row>(statement);
const counts = async (
  table: 'channel_inbox' | 'dead_letters' | 'channel_addresses' | 'customers' | 'channel_media',
) => {
  const [row] = await rows<{ n: number }>({ text: `select count(*)::integer as n from ${table}`, values: [] });
  return row?.n ?? -1;
};
const emptied = () => until('the inbox is empty', async () => (await counts('channel_inbox')) === 0);
const texts = () => channel.sent.map(({ message }) => message?.content.text ?? '');
const saidBy = async (id: string): Promise<string[]> => {
  const [address] = await identity(id);
  return channel.sent
    .filter(({ identityId }) => identityId === address?.identityId)
    .map(({ message }) => message?.content.text ?? '');
};
/** The newest identity that was met; people are told apart by a fresh id in each test. */
const known = new Map<string, { identityId: string; customerId: string }>();
async function identity(id: string): Promise<{ identityId: string; customerId: string }[]> {
  const found = known.get(id);
  return found ? [found] : [];
}
async function meets(id: string, lines: readonly object[]): Promise<{ identityId: string; customerId: string }> {
  assert.equal((await tell(hub.url, lines)).status, 200);
  await emptied();
  const [row] = await rows<{ identityId: string; customerId: string }>(sql`
    select identity_id as "identityId", customer_id as "customerId" from channel_addresses order by created_at desc limit 1`);
  assert.ok(row);
  known.set(id, row);
  return row;
}

test('a forged signature is refused before anything is kept, and an unknown messenger is not found', async () => {
  const raw = Buffer.from(JSON.stringify(did({ id: 'nobody' }, { kind: 'text', text: 'hi' })));
  const post = (path: string, signature: string) =>
    fetch(`${hub.url}${path}`, { method: 'POST', headers: { 'x-signature': signature }, body: raw });
  const good = signatureOf(raw);
  for (const bad of ['', good.slice(1), good.replace(/^./, (c) => (c === '0' ? '1' : '0'))])
    assert.equal((await post('/channels/chatter/webhook', bad)).status, 401);
  assert.equal((await post('/channels/pigeon/webhook', good)).status, 404);
  assert.equal(await counts('channel_inbox'), 0);
  assert.equal(await counts('customers'), 0);
});

test('the handshake answers the challenge to whoever has the token', async () => {
  const ask = (token: string) => fetch(`${hub.url}/channels/chatter/webhook?token=${token}&challenge=1158201444`);
  const answered = await ask(encodeURIComponent('a secret of the test'));
  assert.equal(await answered.text(), '1158201444');
  assert.equal((await ask('another')).status, 403);
});

test('whoever writes first is greeted in their messenger’s language and answered there alone', async () => {
  await meets('ana', [did({ id: 'ana' }, { kind: 'text', text: 'ayuda' })]);
  await until('greeting and answer', async () => (await saidBy('ana')).length >= 2);
  const [greeting] = await saidBy('ana');
  assert.match(greeting ?? '', /Te muestro lo que dice tu banco/);
});

test('the same told fifty times, in any order and beside others, counts once', async () => {
  const lines = Array.from({ length: 5 }, (_, n) => did({ id: 'ana' }, { kind: 'text', text: `hola ${n}` }));
  const before = await said();
  const bodies = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? lines : lines.toReversed()));
  await Promise.all(bodies.map((body) => tell(hub.url, body)));
  await emptied();
  assert.equal((await said()) - before, 5);
});
const said = async (): Promise<number> => {
  const [row] = await rows<{ n: number }>(sql`select count(*)::integer as n from messages where author = 'customer'`);
  return row?.n ?? -1;
};

test('what one person does is taken in its order', async () => {
  const texts = Array.from({ length: 13 }, (_, n) => did({ id: 'ordered' }, { kind: 'text', text: String(n) }));
  const [first, ...others] = texts;
  assert.ok(first);
  const { customerId } = await meets('ordered', [first]);
  for (const text of others) await tell(hub.url, [text]);
  await emptied();
  const entered = await rows<{ clientId: string }>(sql`
    select m.client_id as "clientId" from entries e join messages m using (conversation_id, message_id)
    join conversations c using (conversation_id)
    where c.customer_id = ${customerId} and m.author = 'customer' order by e.seq`);
  assert.deepEqual(
    entered.map(({ clientId }) => clientId),
    texts.map(({ key }) => uuidOf(`chatter|page-1|${key}`)),
  );
});

test('of two first messages at once one begins the customer, and the other finds it', async () => {
  const before = await counts('customers');
  const first = Array.from({ length: 8 }, (_, n) => [
    did({ id: 'twins', number: '15550001' }, { kind: 'text', text: `hi ${n}` }),
  ]);
  await Promise.all(first.map((lines) => tell(hub.url, lines)));
  await emptied();
  assert.equal((await counts('customers')) - before, 1);
});

test('one bad entry becomes a sealed dead letter with an alarm, and drops no neighbour', async () => {
  const before = await said();
  const lines = [
    did({ id: 'ana' }, { kind: 'text', text: 'uno' }),
    'unknown words of 4111-1111',
    did({ id: 'ana' }, { kind: 'text', text: 'dos' }),
  ];
  assert.equal((await tell(hub.url, lines)).status, 200);
  await emptied();
  assert.equal((await said()) - before, 2);
  const [letter] = await rows<{ reason: string; sealed: Buffer }>(sql`select reason, sealed from dead_letters`);
  assert.equal(letter?.reason, 'unknown_form');
  assert.ok(!letter.sealed.includes('4111'));
  assert.match(hub.logged(), /"alarm":"dead_letters"/);
  assert.ok(!hub.logged().includes('4111-1111'));
});

test('a number that has a new owner gets nothing of the old one: the address is retired, and somebody new begins', async () => {
  const old = await meets('old', [did({ id: 'US.1', number: '15559' }, { kind: 'text', text: 'hi' })]);
  const fresh = await meets('fresh', [did({ id: 'US.2', number: '15559' }, { kind: 'text', text: 'hi' })]);
  assert.notEqual(fresh.customerId, old.customerId);
  const states = await rows<{ state: string; destinations: number }>(sql`
    select state, (select count(*)::integer from destinations d where d.identity_id = a.identity_id) as destinations
    from channel_addresses a where identity_id in (${old.identityId}, ${fresh.identityId}) order by created_at`);
  assert.deepEqual(states, [
    { state: 'retired', destinations: 0 },
    { state: 'in-use', destinations: 1 },
  ]);
});

test('a person is known by either identifier once both were told together', async () => {
  const before = await counts('channel_addresses');
  await meets('both', [did({ number: '15557' }, { kind: 'text', text: 'a' })]);
  await meets('both', [did({ id: 'US.7', number: '15557' }, { kind: 'text', text: 'b' })]);
  await meets('both', [did({ id: 'US.7' }, { kind: 'text', text: 'c' })]);
  assert.equal((await counts('channel_addresses')) - before, 1);
});

test('a number alone is not who was known by an id: a stranger is met, until the id is named again', async () => {
  const text = (person: FromPerson['person']) => did(person, { kind: 'text', text: 'hi' });
  const known = await meets('by-id', [text({ id: 'US.21', number: '15571' })]);
  const stranger = await meets('stranger', [text({ number: '15571' })]);
  assert.notEqual(stranger.customerId, known.customerId);
  const states = () =>
    rows<{ state: string; byNumber: boolean; destinations: number }>(sql`
      select state, number_index is not null as "byNumber",
        (select count(*)::integer from destinations d where d.identity_id = a.identity_id) as destinations
      from channel_addresses a where identity_id in (${known.identityId}, ${stranger.identityId}) order by created_at`);
  assert.deepEqual(await states(), [
    { state: 'in-use', byNumber: false, destinations: 1 },
    { state: 'in-use', byNumber: true, destinations: 1 },
  ]);
  const before = await counts('customers');
  await tell(hub.url, [text({ number: '15571' })]);
  await emptied();
  assert.equal(await counts('customers'), before, 'and stays that stranger');
  await tell(hub.url, [text({ id: 'US.21', number: '15571' })]);
  await emptied();
  assert.deepEqual(await states(), [
    { state: 'in-use', byNumber: true, destinations: 1 },
    { state: 'retired', byNumber: true, destinations: 0 },
  ]);
});

test('whoever says that they are somebody else from now on, by the number alone, is met there no more', async () => {
  const { identityId } = await meets('gone', [did({ id: 'US.22', number: '15572' }, { kind: 'text', text: 'a' })]);
  await tell(hub.url, [did({ number: '15572' }, { kind: 'readdressed', now: { number: '15573' } })]);
  await emptied();
  const [row] = await rows<{ state: string }>(
    sql`select state from channel_addresses where identity_id = ${identityId}`,
  );
  assert.equal(row?.state, 'retired');
});

test('whoever says that they are somebody else from now on gets nothing more there', async () => {
  const { identityId } = await meets('moved', [did({ id: 'US.8', number: '15558' }, { kind: 'text', text: 'a' })]);
  await tell(hub.url, [did({ id: 'US.8', number: '15558' }, { kind: 'readdressed', now: { number: '15560' } })]);
  await emptied();
  const [row] = await rows<{ state: string }>(
    sql`select state from channel_addresses where identity_id = ${identityId}`,
  );
  assert.equal(row?.state, 'retired');
});

test('an echo, our own or of somebody at the page, is never answered', async () => {
  const before = { sent: channel.sent.length, said: await said(), customers: await counts('customers') };
  const echo = { from: 'platform', account: 'page-1', kind: 'echo', person: { id: 'ana' }, platformId: 'm-1' };
  await tell(hub.url, [
    { ...echo, key: 'e1', own: true, reference: 'no-reference-of-ours' },
    { ...echo, key: 'e2', own: false },
    { ...echo, key: 'e3', own: false, person: { id: 'nobody-known' } },
  ]);
  await emptied();
  assert.deepEqual({ sent: channel.sent.length, said: await said(), customers: await counts('customers') }, before);
});

const routed = (id: string, ours: boolean, atMs: number) => ({
  from: 'platform',
  account: 'page-1',
  kind: 'routing',
  what: 'pass_thread_control',
  person: { id },
  ours,
  key: `${id} ${ours} ${atMs}`,
  atMs,
});
const isAway = async (id: string): Promise<boolean | undefined> => {
  const [row] = await rows<{ away: boolean }>(sql`
    select coalesce(away_until > clock_timestamp(), false) as away from channel_addresses
    where identity_id = ${known.get(id)?.identityId ?? ''}`);
  return row?.away;
};

test('what a person says to us while another app is believed to have the thread is taken, and shows that it is ours', async () => {
  await meets('away', [did({ id: 'away' }, { kind: 'text', text: 'ayuda' })]);
  await until('the answer', async () => (await saidBy('away')).length >= 2);
  const before = { said: await said(), answered: (await saidBy('away')).length };
  const atMs = Date.now();
  await tell(hub.url, [routed('away', false, atMs)]);
  await emptied();
  assert.equal(await isAway('away'), true);
  // Said before that, and told late: taken all the same, and who has the thread now is as it was.
  await tell(hub.url, [{ ...did({ id: 'away' }, { kind: 'text', text: 'ayuda' }), atMs: atMs - 60_000 }]);
  await emptied();
  assert.deepEqual([await said(), await isAway('away')], [before.said + 1, true]);
  await tell(hub.url, [{ ...did({ id: 'away' }, { kind: 'text', text: 'ayuda' }), atMs: atMs + 1 }]);
  await emptied();
  assert.deepEqual([await said(), await isAway('away')], [before.said + 2, false]);
  await until('answers', async () => (await saidBy('away')).length > before.answered);
});

test('who has a thread is what was told of it last by the messenger’s clock, however late and often the rest comes', async () => {
  await meets('routed', [{ ...did({ id: 'routed' }, { kind: 'text', text: 'ayuda' }), atMs: Date.now() - 60_000 }]);
  const atMs = Date.now() - 30_000;
  const away = routed('routed', false, atMs);
  const after: (boolean | undefined)[] = [];
  for (const one of [away, routed('routed', true, atMs + 1_000), away, routed('routed', false, atMs + 500)]) {
    await tell(hub.url, [one]);
    await emptied();
    after.push(await isAway('routed'));
  }
  assert.deepEqual(after, [true, false, false, false]);
});

test('a thread is back a day after it was given away, also where that was told a day late', async () => {
  const hourMs = 3_600_000;
  await meets('late', [{ ...did({ id: 'late' }, { kind: 'text', text: 'ayuda' }), atMs: Date.now() - 48 * hourMs }]);
  await tell(hub.url, [routed('late', false, Date.now() - 25 * hourMs)]);
  await emptied();
  assert.equal(await isAway('late'), false);
});

test('a refused call says that a thread is away, unless something was told of it since the call was prepared', async () => {
  const met = await meets('refused', [did({ id: 'refused' }, { kind: 'text', text: 'ayuda' })]);
  const identityId = met.identityId as IdentityId;
  const prepared = await given?.addressOf(identityId);
  await tell(hub.url, [routed('refused', true, Date.now())]);
  await emptied();
  assert.equal(await given?.threadAway?.(identityId, prepared?.routedAtMs), false);
  assert.equal(await isAway('refused'), false);
  const anew = await given?.addressOf(identityId);
  assert.equal(await given?.threadAway?.(identityId, anew?.routedAtMs), true);
  assert.equal(await isAway('refused'), true);
});

test('what cannot be answered but politely is so once a minute', async () => {
  await meets('polite', [did({ id: 'polite' }, { kind: 'reaction', emoji: '👍' })]);
  const before = await until('the greeting', async () => (await saidBy('polite')).length);
  await tell(
    hub.url,
    Array.from({ length: 9 }, () => did({ id: 'polite' }, { kind: 'unsupported', what: 'sticker' })),
  );
  await emptied();
  await until('the words', async () => (await saidBy('polite')).length > before);
  await tell(hub.url, [did({ id: 'polite' }, { kind: 'location', latitude: 1, longitude: 2 })]);
  await emptied();
  assert.equal((await saidBy('polite')).length, before + 1);
});

test('a picture is encoded anew, without the place it was taken at, and sealed', async () => {
  const bytes = await sharp({ create: { width: 4000, height: 30, channels: 3, background: '#b06d2f' } })
    .withExif({ IFD0: { Copyright: 'a place of the test' } })
    .jpeg()
    .toBuffer();
  assert.ok(bytes.includes('a place of the test'));
  picture = { fetched: true, bytes };
  await meets('camera', [
    did({ id: 'camera' }, { kind: 'media', media: 'picture', what: 'image', source: { url: 'x' } }),
  ]);
  const [row] = await rows<{ sealed: Buffer }>(sql`select sealed from channel_media`);
  assert.ok(row && !row.sealed.includes('WEBP') && !row.sealed.includes('a place of the test'));
  await until('the words', async () => texts().some((text) => text.includes('Guardo tu imagen')));
});

test('who somebody is at a messenger, and the pictures that they sent, are in their own export', async () => {
  const camera = known.get('camera');
  assert.ok(camera);
  const { secret } = await hub.db.database.transaction((tx) =>
    openSession(
      tx,
      camera.customerId as CustomerId,
      { browser: 'Firefox', system: 'Android' },
      systemRandom,
      Date.now(),
    ),
  );
  const answer = await fetch(`${hub.url}/api/export.json`, { headers: { cookie: `tellerline_session=${secret}` } });
  assert.equal(answer.status, 200);
  const { messengers } = (await answer.json()) as { messengers: HeldAtMessengers };
  assert.deepEqual(
    messengers.addresses.map(({ channel: name, account, person, state }) => ({ name, account, person, state })),
    [{ name: 'chatter', account: 'page-1', person: { id: 'camera' }, state: 'in-use' }],
  );
  const [kept] = messengers.pictures;
  assert.ok(kept && messengers.pictures.length === 1);
  const opened = Buffer.from(kept.base64, 'base64');
  assert.ok(!opened.includes('a place of the test'));
  const { format, width } = await sharp(opened).metadata();
  assert.deepEqual({ format, width }, { format: 'webp', width: 2048 });
});

test('a dead letter that can be read by now is replayed, and what stood beside it is not done twice', async () => {
  await tell(hub.url, ['not yet readable']);
  await emptied();
  const letters = await counts('dead_letters');
  const before = await said();
  readable = did({ id: 'ana' }, { kind: 'text', text: 'hola' });
  assert.equal(await replayDeadLetters(hub.db.database, 'pigeon'), 0);
  assert.equal(await replayDeadLetters(hub.db.database, undefined), letters);
  await until('they are read', async () => (await counts('channel_inbox')) === 0);
  assert.equal(await said(), before + 1);
  assert.equal(await counts('dead_letters'), letters - 1);
});

test('a picture bomb, a page called a picture and a cut one are answered and not kept', async () => {
  const before = await counts('channel_media');
  // 30,000 × 30,000 pixels: a PNG's header says so before anything is unfolded.
  const bomb = await sharp({ create: { width: 16, height: 16, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
  bomb.writeUInt32BE(30_000, 16);
  bomb.writeUInt32BE(30_000, 20);
  const cut = (
    await sharp({ create: { width: 400, height: 400, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
  ).subarray(0, 60);
  for (const [n, bytes] of [bomb, cut, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')].entries()) {
    picture = { fetched: true, bytes };
    await meets(`bomb-${n}`, [
      did({ id: `bomb-${n}` }, { kind: 'media', media: 'picture', what: 'image', source: { url: 'x' } }),
    ]);
    await until('the words', async () => (await saidBy(`bomb-${n}`)).some((text) => text.includes('no se pudo abrir')));
  }
  assert.equal(await counts('channel_media'), before);
});

test('a status moves only forward, and one that comes before its message is known waits for it', async () => {
  const status = (platformId: string, word: string) => ({
    from: 'platform',
    account: 'page-1',
    key: `${platformId}:${word}`,
    kind: 'status',
    platformId,
    status: word,
  });
  await tell(hub.url, [status('m-early', 'read'), status('m-early', 'delivered'), status('m-early', 'sent')]);
  await emptied();
  const [{ index } = {}] = await rows<{ index: Buffer }>(
    sql`select platform_index as index from channel_statuses order by at desc limit 1`,
  );
  assert.ok(index && !index.includes('m-early'));
  const find = () =>
    rows<{ status: string; applied: boolean }>(
      sql`select status, applied from channel_statuses where platform_index = ${index}`,
    );
  assert.deepEqual(await find(), [{ status: 'read', applied: false }]);
  const [delivery] = await rows<{ id: string; conversationId: string; seq: bigint }>(sql`
    update deliveries set platform_index = ${index} where delivery_id = (
      select delivery_id from deliveries where state = 'delivered' order by at desc limit 1)
    returning delivery_id as id, conversation_id as "conversationId", seq`);
  assert.ok(delivery);
  await until('it is applied', async () => (await find())[0]?.applied);
  const [read] = await rows<{ seq: bigint }>(sql`
    select read_seq as seq from conversations where conversation_id = ${delivery.conversationId}`);
  assert.ok(read && read.seq >= delivery.seq);
});

test('what a messenger said of messages goes with them: of one that failed, of one that it took twice, of one told late', async () => {
  const statuses = async () => (await rows(sql`select from channel_statuses`)).length;
  await meets('gone', [did({ id: 'gone' }, { kind: 'text', text: 'ayuda' })]);
  await until('greeting and answer', async () => (await saidBy('gone')).length >= 2);
  const { identityId = '' } = known.get('gone') ?? {};
  const sent = channel.sent.filter((one) => one.identityId === identityId);
  const [failed, doubled] = sent.map(({ reference }) => reference);
  await until('what is settled', async () => {
    const open = await rows(sql`select from deliveries where identity_id = ${identityId} and state <> 'delivered'`);
    return open.length === 0;
  });
  const before = await statuses();
  const told = (kind: string, platformId: string, more: object) => {
    return { from: 'platform', account: 'page-1', key: `${kind} ${platformId}`, kind, platformId, ...more };
  };
  const late = told('status', 'm-late', { status: 'sent', reference: `${doubled}:0:3` });
  await tell(hub.url, [
    told('status', `m-${failed}`, { status: 'failed', code: 1 }),
    told('echo', 'm-second', { own: true, reference: `${doubled}:0:2` }),
  ]);
  await emptied();
  await tell(hub.url, [told('status', 'm-second', { status: 'delivered' }), late]);
  await emptied();
  const [parked] = await rows<{ index: Buffer | null }>(sql`
    select platform_index as index from deliveries where delivery_id = ${failed ?? ''} and state = 'parked'`);
  assert.equal(parked?.index, null);
  assert.equal((await statuses()) - before, 3);
  await tell(hub.url, [did({ id: 'gone' }, { kind: 'readdressed', now: { id: 'gone since' } })]);
  await emptied();
  assert.equal(await statuses(), before);
  await tell(hub.url, [late]);
  await emptied();
  assert.equal(await statuses(), before, 'and none is entered of what is gone');
});

test('what is taken up again after it failed counts once as told', async () => {
  const counted = async (): Promise<number> => {
    const page = await (await fetch(`${hub.staffUrl}/metrics`)).text();
    const line = /^tellerline_messengers_told_total\{channel="chatter",kind="media"\} (\d+)$/m.exec(page);
    return Number(line?.[1] ?? 0);
  };
  await meets('counted', [did({ id: 'counted' }, { kind: 'text', text: 'ayuda' })]);
  const before = { counted: await counted(), asked: picturesAsked };
  const failing = Promise.reject(new Error('the messenger’s own host is away'));
  failing.catch(() => undefined);
  pictureComes = failing;
  await tell(hub.url, [
    did({ id: 'counted' }, { kind: 'media', media: 'picture', what: 'image', source: { url: 'x' } }),
  ]);
  await until('it was asked for', async () => picturesAsked > before.asked);
  pictureComes = Promise.resolve();
  await emptied();
  assert.ok(picturesAsked - before.asked >= 2, 'it was taken up again');
  assert.equal(await counted(), before.counted + 1);
});

test('pictures that do not come hold up no status, are taken up once, and count as no further try', async () => {
  const comes = Promise.withResolvers<void>();
  pictureComes = comes.promise;
  picture = { fetched: false, why: 'not-there' };
  const askedBefore = picturesAsked;
  const saidBefore = await said();
  // More than there are places for what people do, and more than are held in memory.
  const people = limits.channelBodiesHeldMax + 4;
  const sends = Array.from({ length: people }, (_, n) => [
    did({ id: `slow-${n}` }, { kind: 'media', media: 'picture', what: 'image', source: { url: 'x' } }),
  ]);
  // A few at a time, as one address has its share of the door.
  for (let n = 0; n < sends.length; n += 16)
    await Promise.all(sends.slice(n, n + 16).map((body) => tell(hub.url, body)));
  await until('every place is taken', async () => picturesAsked - askedBefore === limits.channelWorkersMax);
  const statuses = async () => (await rows(sql`select from channel_statuses`)).length;
  const before = { statuses: await statuses(), letters: await counts('dead_letters') };
  const status = {
    from: 'platform',
    account: 'page-1',
    key: 's',
    kind: 'status',
    platformId: 'm-slow',
    status: 'read',
  };
  await tell(hub.url, [status]);
  await until('the status', async () => (await statuses()) > before.statuses);

  // As when their lease has run out several times over.
  for (let lapse = 0; lapse < 3; lapse += 1) {
    await rows(sql`update channel_inbox set next_at = now() - interval '1 second'`);
    await until('whoever has them to say so', async () => {
      const due = await rows(sql`select from channel_inbox where next_at > clock_timestamp()`);
      return due.length >= limits.channelBodiesHeldMax;
    });
  }
  const tried = await rows<{ attempts: number }>(sql`select attempts from channel_inbox where attempts > 0`);
  assert.deepEqual(tried, []);
  assert.equal(picturesAsked - askedBefore, limits.channelWorkersMax);
  comes.resolve();
  await emptied();
  assert.equal(picturesAsked - askedBefore, people, 'each was asked for once');
  assert.equal((await said()) - saidBefore, people);
  assert.equal(await counts('dead_letters'), before.letters);
});

test('acting by words at a messenger does nothing: a hundred texts that look like a press', async () => {
  const { customerId } = await meets('words', [did({ id: 'words' }, { kind: 'text', text: 'delete my account' })]);
  const [message] = await until('the question', async () => {
    const found = await rows<{ id: string }>(sql`select m.message_id as id from messages m join conversations c
      using (conversation_id) where c.customer_id = ${customerId} and m.author = 'tellerline' order by m.at desc`);
    return found.length >= 2 && found;
  });
  const lines: FromPerson[] = [];
  for (let n = 0; n < 20; n += 1)
    for (const text of [
      `act|${message?.id}|0`,
      `act|${message?.id}|${n}`,
      '✅ delete-account',
      'yes, delete it',
      'stop-link',
    ])
      lines.push(did({ id: `words` }, { kind: 'text', text }));
  await tell(hub.url, lines);
  await emptied();
  const [used] = await rows<{ n: number }>(sql`select count(*)::integer as n from used_acts`);
  assert.equal(used?.n, 0);
  const [there] = await rows<{ n: number }>(
    sql`select count(*)::integer as n from customers where customer_id = ${customerId}`,
  );
  assert.equal(there?.n, 1);
});

test('a press of a button acts once, however often it is told, and another person’s press does nothing', async () => {
  const { customerId } = await meets('presser', [did({ id: 'presser' }, { kind: 'text', text: 'delete my account' })]);
  const dispatch = await until('the buttons', async () =>
    channel.sent.find((one) => one.customerId === customerId && one.message?.actions !== undefined),
  );
  const actions = dispatch.message?.actions ?? [];
  const n = actions.findIndex(({ act }) => act === 'keep-account');
  assert.ok(n >= 0);
  const payload = `act|${dispatch.message?.id}|${n}`;
  const used = async () => (await rows<{ n: number }>(sql`select count(*)::integer as n from used_acts`))[0]?.n;
  await tell(hub.url, [did({ id: 'ana' }, { kind: 'press', payload, title: 'x' })]);
  await emptied();
  assert.equal(await used(), 0);
  const press = did({ id: 'presser' }, { kind: 'press', payload, title: 'x' }, 'the-press');
  await Promise.all(Array.from({ length: 20 }, () => tell(hub.url, [press])));
  await emptied();
  assert.equal(await used(), 1);
});

test('a body at the limit is taken, one beyond it is refused', async () => {
  const big = (bytes: number) => JSON.stringify(did({ id: 'ana' }, { kind: 'ignored', pad: 'x'.repeat(bytes) }));
  const post = async (body: string) => {
    const raw = Buffer.from(body);
    const headers = { 'x-signature': signatureOf(raw), 'content-type': 'application/json' };
    return (await fetch(`${hub.url}/channels/chatter/webhook`, { method: 'POST', headers, body: raw })).status;
  };
  assert.equal(await post(big(1024 * 1024)), 200);
  assert.equal(await post(big(3 * 1024 * 1024)), 413);
});

test('bodies of one address that never end leave room for the messenger’s own', async () => {
  const { port } = new URL(hub.url);
  /** Begins a body and does not end it; answers the status, where it is refused at the door. */
  const begin = (): { readonly answer: Promise<number | undefined>; end(): void } => {
    const going = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/channels/chatter/webhook',
      headers: { 'content-length': 9 },
    });
    const answer = new Promise<number | undefined>((resolve) => {
      going.on('response', (response) => resolve(response.resume().statusCode)).on('error', () => resolve(undefined));
    });
    going.write('f');
    return { answer, end: () => void going.destroy() };
  };
  const tellFrom = async (localAddress: string): Promise<number | undefined> => {
    const raw = Buffer.from(JSON.stringify(did({ id: 'Zoe' }, { kind: 'text', text: 'hello' })));
    const headers = { 'x-signature': signatureOf(raw), 'content-type': 'application/json' };
    const going = request({
      host: '127.0.0.1',
      port,
      localAddress,
      method: 'POST',
      path: '/channels/chatter/webhook',
      headers,
    });
    going.end(raw);
    const [response] = (await once(going, 'response')) as [IncomingMessage];
    return response.resume().statusCode;
  };
  const forged = Array.from({ length: limits.channelBodiesArrivingPerAddressMax }, begin);
  try {
    await until('the forger’s share to be taken', async () => (await tellFrom('127.0.0.1')) === 503);
    assert.equal(await tellFrom('127.0.0.2'), 200);
  } finally {
    for (const one of forged) one.end();
    await Promise.all(forged.map(({ answer }) => answer));
  }
  await until('the places to be free again', async () => (await tellFrom('127.0.0.1')) === 200);
});
