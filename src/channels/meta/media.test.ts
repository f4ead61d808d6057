import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, type Fetch } from '#base';
import type { Graph } from './graph.ts';
import { metaMedia } from './media.ts';

const called: { address: string; token: string | null }[] = [];
const answering =
  (answer: () => Response): Fetch =>
  async (address, { headers }) => {
    called.push({ address, token: new Headers(headers).get('authorization') });
    return answer();
  };
const noGraph: Graph = { call: async () => ({ got: 'no-connection' }) };
const graphWith = (url: string): Graph => ({
  call: async () => ({
    got: 'answer',
    status: 200,
    answer: { kind: 'unreadable' },
    json: { url },
    usage: undefined,
    retryAfterMs: undefined,
  }),
});
const app = { graph: 'https://graph.facebook.com/v26.0' };
const open = (answer: () => Response, graph = noGraph) =>
  metaMedia({ app, graph, tokenOf: () => 'a-token', through: answering(answer) });
const gone = { fetched: false, why: 'not-there' };

test('what a person sent is fetched from Meta’s hosts and from nowhere else', async () => {
  const { media } = open(() => new Response('picture'));
  const elsewhere = [
    'http://scontent.xx.fbcdn.net/a.jpg',
    'https://fbcdn.net.example.com/a.jpg',
    'https://evilfbcdn.net/a.jpg',
    'https://scontent.fbcdn.net:8443/a.jpg',
    'https://127.0.0.1/a.jpg',
    'http://[::ffff:169.254.169.254]/latest/meta-data',
    'https://example.com/?x=.fbcdn.net',
    'https://fbcdn.net@example.com/a.jpg',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'not an address',
    '',
  ];
  for (const url of elsewhere) assert.deepEqual(await media('page', { url }), gone, url);
  assert.deepEqual(called, []);
  const here = await media('page', { url: 'https://scontent.xx.fbcdn.net/a.jpg?oh=1' });
  assert.ok(here.fetched && here.bytes.toString() === 'picture');
  assert.deepEqual(called, [{ address: 'https://scontent.xx.fbcdn.net/a.jpg?oh=1', token: null }]);
});

test('by its id the token goes to Meta’s host, and to no other that the answer names', async () => {
  called.length = 0;
  const lookaside = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1';
  const { media } = open(() => new Response('picture'), graphWith(lookaside));
  assert.ok((await media('number', { mediaId: '1073' })).fetched);
  assert.deepEqual(called, [{ address: lookaside, token: 'Bearer a-token' }]);
  const other = open(() => new Response('picture'), graphWith('https://example.com/steal'));
  assert.deepEqual(await other.media('number', { mediaId: '1073' }), gone);
  assert.deepEqual(await other.media('number', { mediaId: '../me' }), gone);
  assert.equal(called.length, 1);
});

test('a redirect is not followed, what is too large is left, and what fails now is asked for again', async () => {
  const url = 'https://scontent.fbcdn.net/a.jpg';
  const redirect = open(() => new Response(null, { status: 302, headers: { location: 'http://127.0.0.1/' } }));
  assert.deepEqual(await redirect.media('page', { url }), gone);
  const large = open(() => new Response(Buffer.alloc(limits.pictureBytesMax + 1)));
  assert.deepEqual(await large.media('page', { url }), { fetched: false, why: 'too-large' });
  await assert.rejects(open(() => new Response(null, { status: 503 })).media('page', { url }));
});
