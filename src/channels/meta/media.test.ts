import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTellerlineError, limits, type Fetch } from '#base';
import { mediaOf } from './media.ts';

const app = { graph: 'https://graph.facebook.com/v26.0', appSecret: 'secret' };
const accounts = [{ account: 'p1', accessToken: 'the-token' }];
const picture = Buffer.from('ffd8ffe0', 'hex');
const there = (): Response => new Response(picture);

/** A network in which these addresses answer; what was asked, and with which token, is kept. */
function network(answers: Readonly<Record<string, () => Response>>) {
  const asked: { readonly address: string; readonly token: string | null }[] = [];
  const through: Fetch = async (address, init) => {
    asked.push({ address, token: new Headers(init.headers).get('authorization') });
    const { origin, pathname } = new URL(address);
    return answers[`${origin}${pathname}`]?.() ?? new Response('', { status: 404 });
  };
  return { asked, through, hosts: () => asked.map(({ address }) => new URL(address).host) };
}

const to = (location: string) => (): Response => new Response(null, { status: 302, headers: { location } });

test('a picture in Messenger comes from Meta’s own hosts, without our token', async () => {
  const { through, asked } = network({ 'https://scontent.xx.fbcdn.net/a.jpg': there });
  const taken = await mediaOf(app, accounts, through)('p1', { url: 'https://scontent.xx.fbcdn.net/a.jpg?oe=1' });
  assert.deepEqual(taken, { fetched: true, bytes: picture });
  assert.deepEqual(asked, [{ address: 'https://scontent.xx.fbcdn.net/a.jpg?oe=1', token: null }]);
});

test('a picture in WhatsApp is asked for by its id, and opened with the token at the host that asks for it', async () => {
  const url = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/';
  const { through, asked } = network({
    'https://graph.facebook.com/v26.0/123': () => Response.json({ url: `${url}?mid=123`, file_size: 4, id: '123' }),
    [url]: there,
  });
  const taken = await mediaOf(app, accounts, through)('p1', { mediaId: '123', url: 'https://scontent.fbcdn.net/old' });
  assert.equal(taken.fetched, true);
  assert.deepEqual(
    asked.map(({ token }) => token),
    ['Bearer the-token', 'Bearer the-token'],
  );
});

test('nothing is fetched from elsewhere, however the address is written', async () => {
  const { through, asked } = network({});
  const fetchMedia = mediaOf(app, accounts, through);
  for (const url of [
    'http://169.254.169.254/latest/meta-data',
    'https://localhost/a',
    'http://scontent.fbcdn.net/a',
    'https://scontent.fbcdn.net:8443/a',
    'https://scontent.fbcdn.net.evil.example/a',
    'https://evilfbcdn.net/a',
    'https://user:word@scontent.fbcdn.net/a',
    'https://evil.example/.fbcdn.net',
    'file:///etc/passwd',
    'not an address',
    '',
  ])
    assert.deepEqual(await fetchMedia('p1', { url }), { fetched: false, why: 'not-there' }, url);
  for (const mediaId of ['../me/accounts', 'a/b', '..', '123?fields=x', ''])
    assert.deepEqual(await fetchMedia('p1', { mediaId }), { fetched: false, why: 'not-there' }, mediaId);
  assert.deepEqual(await fetchMedia('another page', { url: 'https://scontent.fbcdn.net/a' }), {
    fetched: false,
    why: 'not-there',
  });
  assert.deepEqual(asked, []);
});

test('where an address leads is looked at anew, the token goes nowhere else, and circles end', async () => {
  const { through, asked, hosts } = network({
    'https://lookaside.fbsbx.com/a': to('https://scontent.fbcdn.net/b'),
    'https://scontent.fbcdn.net/b': there,
    'https://lookaside.fbsbx.com/out': to('http://127.0.0.1/'),
    'https://scontent.fbcdn.net/circle': to('/circle'),
  });
  const fetchMedia = mediaOf(app, accounts, through);
  assert.equal((await fetchMedia('p1', { url: 'https://lookaside.fbsbx.com/a' })).fetched, true);
  assert.deepEqual(
    asked.map(({ token }) => token),
    ['Bearer the-token', null],
  );
  assert.equal((await fetchMedia('p1', { url: 'https://lookaside.fbsbx.com/out' })).fetched, false);
  assert.equal(hosts().includes('127.0.0.1'), false);
  assert.equal((await fetchMedia('p1', { url: 'https://scontent.fbcdn.net/circle' })).fetched, false);
});

test('what is too large is not read to its end, whatever it says of itself', async () => {
  let sent = 0;
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          sent += 1;
          controller.enqueue(new Uint8Array(1024 * 1024));
        },
      }),
    );
  const { through } = network({
    'https://a.fbcdn.net/endless': endless,
    'https://a.fbcdn.net/told': () => new Response('x', { headers: { 'content-length': '999999999' } }),
    'https://graph.facebook.com/v26.0/123': () =>
      Response.json({ url: 'https://a.fbcdn.net/endless', file_size: limits.pictureBytesMax + 1 }),
  });
  const fetchMedia = mediaOf(app, accounts, through);
  for (const source of [
    { url: 'https://a.fbcdn.net/endless' },
    { url: 'https://a.fbcdn.net/told' },
    { mediaId: '123' },
  ])
    assert.deepEqual(await fetchMedia('p1', source), { fetched: false, why: 'too-large' });
  assert.ok(sent < 20, `${sent} MB`);
});

test('what is over is over; what fails is asked for again, and its error tells nothing of it', async () => {
  const { through } = network({ 'https://a.fbcdn.net/ill': () => new Response('', { status: 503 }) });
  const fetchMedia = mediaOf(app, accounts, through);
  assert.deepEqual(await fetchMedia('p1', { url: 'https://a.fbcdn.net/over' }), { fetched: false, why: 'not-there' });
  const isTold = (error: unknown): boolean =>
    isTellerlineError(error, 'media_unavailable') && !JSON.stringify(error).includes('fbcdn');
  await assert.rejects(fetchMedia('p1', { url: 'https://a.fbcdn.net/ill' }), isTold);
  const cut: Fetch = async () => {
    throw new TypeError('fetch failed: https://a.fbcdn.net/secret');
  };
  await assert.rejects(mediaOf(app, accounts, cut)('p1', { url: 'https://a.fbcdn.net/secret' }), isTold);
});
