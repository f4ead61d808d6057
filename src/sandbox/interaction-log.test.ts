import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createLog } from '#base';
import { linkCustomer, startTrial, type Linked, type Trial } from './stand-in-hub.fixture.ts';

const lines: string[] = [];
let trial: Trial;
let linked: Linked;
before(async () => {
  trial = await startTrial({ log: createLog('info', { write: (line) => lines.push(line) }) });
  linked = await linkCustomer(trial, 'citi');
});
after(() => trial.close());

/** The line of one call; it is written after the answer has gone out. */
async function lineOf(interaction: string): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const line = lines
      .map((each) => JSON.parse(each) as Record<string, unknown>)
      .find((each) => each['interaction'] === interaction);
    if (line) return line;
    assert.ok(Date.now() < deadline, 'the call is logged');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function facts({ level, bank, method, path, status, interaction }: Record<string, unknown>): unknown {
  return { level, bank, method, path, status, interaction };
}

test('every call is logged at info with its interaction id, which the answer echoes', async () => {
  const { body } = await linked.fdx('GET', '/accounts');
  const accountId = String(body['accounts'][0].accountId);
  const calls: [string, string, number][] = [
    [
      `/accounts/${accountId}/transactions?startTime=2026-01-01&endTime=2026-01-07`,
      '/accounts/:accountId/transactions',
      200,
    ],
    [`/consents/${linked.grantId}`, '/consents/:consentId', 200],
    ['/accounts/an-account-of-nobody', '/accounts/:accountId', 404],
  ];
  for (const [path, template, status] of calls) {
    const interaction = randomUUID();
    const answer = await linked.fdx('GET', path, { headers: { 'x-fapi-interaction-id': interaction } });
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get('x-fapi-interaction-id'), interaction);
    assert.deepEqual(facts(await lineOf(interaction)), {
      level: 30,
      bank: 'citi',
      method: 'GET',
      path: `/citi/fdx/v6${template}`,
      status,
      interaction,
    });
  }
  const all = lines.join('');
  const secrets = [accountId, linked.grantId, 'an-account-of-nobody', '2026-01-07', linked.tokens.access_token];
  assert.deepEqual(
    secrets.filter((secret) => all.includes(secret)),
    [],
  );
});

test('a call that is refused is logged with its status, one without a readable id without it', async () => {
  const interaction = randomUUID();
  const accounts = `${trial.sandbox.url}/citi/fdx/v6/accounts`;
  const refused = await fetch(`${accounts}?access_token=planted`, {
    headers: { 'x-fapi-interaction-id': interaction },
  });
  assert.equal(refused.headers.get('x-fapi-interaction-id'), interaction);
  assert.equal((await lineOf(interaction))['status'], 400);

  const before = lines.length;
  const nameless = await fetch(accounts, { headers: { 'x-fapi-interaction-id': 'two words' } });
  assert.equal(nameless.status, 400);
  assert.equal(nameless.headers.has('x-fapi-interaction-id'), false);
  const deadline = Date.now() + 10_000;
  while (lines.length === before && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  const line = JSON.parse(lines[before] ?? '{}') as Record<string, unknown>;
  assert.equal(line['status'], 400);
  assert.equal('interaction' in line, false);
  assert.equal(lines.join('').includes('planted'), false);
});
