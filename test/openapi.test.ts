import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { testHub, type TestHub } from './hub.ts';

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

test('the committed contracts are those that are served (node tools/openapi.ts --write renews them)', async () => {
  for (const [file, address] of [
    ['openapi.json', `${hub.url}/docs/openapi.json`],
    ['desk-openapi.json', `${hub.staffUrl}/desk/openapi.json`],
  ] as const) {
    const served: unknown = await (await fetch(address)).json();
    const committed: unknown = JSON.parse(readFileSync(new URL(`../docs/${file}`, import.meta.url), 'utf8'));
    assert.deepEqual(served, committed, file);
  }
});

test('the contract’s page loads nothing from elsewhere and carries its own strict policy', async () => {
  const page = await fetch(`${hub.url}/docs/`);
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy.replace(/style-src [^;]+/, ''), /unsafe|https?:|\*/);
  assert.doesNotMatch(await page.text(), /(src|href)="https?:/);
});

test('every page and answer carries a strict Content-Security-Policy', async () => {
  for (const path of ['/', '/link/nothing', '/api/me', '/readyz', '/nothing-here', '/consents/none']) {
    const policy = (await fetch(`${hub.url}${path}`)).headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/, path);
    assert.doesNotMatch(policy, /unsafe/, path);
  }
  assert.match((await fetch(hub.staffUrl)).headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('refusals have a code and a sentence, and never a trace', async () => {
  const cases: [string, RequestInit, number, string][] = [
    ['/nothing-here', {}, 404, 'not_found'],
    ['/api/me', {}, 401, 'no_session'],
    [
      '/api/session',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
      400,
      'request_malformed',
    ],
    [
      '/api/session',
      { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
      422,
      'request_malformed',
    ],
    [
      '/api/session',
      { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      'media_type_unsupported',
    ],
    [
      '/api/session',
      {
        method: 'POST',
        body: JSON.stringify({ locale: 'en', timeZone: 'Mars/Olympus' }),
        headers: { 'content-type': 'application/json' },
      },
      422,
      'time_zone_unknown',
    ],
    [
      '/api/session',
      {
        method: 'POST',
        body: JSON.stringify({ locale: 'en', timeZone: 'x'.repeat(40_000) }),
        headers: { 'content-type': 'application/json' },
      },
      413,
      'body_too_large',
    ],
  ];
  for (const [path, init, status, code] of cases) {
    const response = await fetch(`${hub.url}${path}`, init);
    const body = (await response.json()) as { code: string; message: string };
    assert.deepEqual([response.status, body.code], [status, code]);
    assert.match(body.message, /\.$/);
    assert.doesNotMatch(JSON.stringify(body), /node_modules|\.ts:/);
  }
});
