import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits, systemClock, systemRandom } from '#base';
import { referenceOf, type Problem, type SupportLink } from '#contract';
import { createOperator } from '#http';
import { testHub, type TestHub } from './hub.ts';
import { operatorOf } from './operator.ts';
import { StaffVisitor } from './staff-visitor.ts';
import { Visitor } from './visitor.ts';

// What concerns every bank is the operator's: not that of whoever reaches the listener, nor of a bank's staff.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const ownCalls = [
  ['GET', '/api/console'],
  ['GET', '/api/console/banks/citi'],
  ['POST', '/api/console/banks/citi/withdraw'],
  ['POST', '/api/console/banks/citi/return'],
  ['GET', '/api/console/banks/citi/receipt'],
] as const;
const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as Problem).code;

function ask(method: string, path: string, cookie: string, body: unknown = { name: 'Citi' }): Promise<Response> {
  return fetch(`${hub.staffUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: { cookie, origin: hub.staffUrl, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
}

test('nobody and no bank’s staff, of whatever role, reach the operator’s pages; health and metrics ask for nothing', async () => {
  const visitors = await Promise.all(
    ['agent-1', 'supervisor-1', 'privacy-1'].map((name) => StaffVisitor.signIn(hub, 'citi', name)),
  );
  const forged = `tellerline_operator=${systemClock.nowMs() + 3_600_000}.${'A'.repeat(43)}`;
  for (const cookie of ['', forged, ...visitors.map((one) => one.cookies())]) {
    for (const [method, path] of ownCalls) {
      const refused = await ask(method, path, cookie);
      assert.deepEqual([refused.status, await codeOf(refused)], [401, 'operator_required'], `${method} ${path}`);
    }
    const overview = await ask('GET', '/', cookie);
    assert.deepEqual([overview.status, overview.headers.get('location')], [303, '/console']);
  }
  for (const path of ['/metrics', '/readyz', '/livez'])
    assert.equal((await fetch(`${hub.staffUrl}${path}`)).status, 200, path);
  const { cookie } = await operatorOf(hub);
  assert.equal((await ask('GET', '/api/console', cookie)).status, 200);
  assert.equal((await ask('GET', '/', cookie)).status, 200);
});

test('the address of a start signs in once, by a cookie that no script and no other site has', async () => {
  const secret = hub.parts.operator.invite();
  const first = await ask('POST', '/api/console/sign-in', '', { secret });
  assert.match(first.headers.get('set-cookie') ?? '', /^tellerline_operator=.*HttpOnly; SameSite=Strict/);
  const again = await ask('POST', '/api/console/sign-in', '', { secret });
  assert.deepEqual([again.status, await codeOf(again)], [403, 'operator_secret_wrong']);
  assert.equal(hub.logged().includes(secret), false);
});

test('the secret opens always, a session holds for its hours, and an invitation for its minutes', async () => {
  let nowMs = 1_800_000_000_000;
  const { database } = hub.db;
  const parts = { secret: 'the secret', database, clock: { ...systemClock, nowMs: () => nowMs }, random: systemRandom };
  const operator = createOperator(parts);
  const [early, late] = [operator.invite(), operator.invite()];
  const session = await operator.signIn(early);
  assert.equal(await operator.holds(await operator.signIn('the secret')), true);
  assert.equal(await createOperator(parts).holds(session), true, 'in another process too');
  assert.equal(await createOperator({ ...parts, secret: 'another' }).holds(session), false);
  nowMs += limits.operatorInvitationMinutesMax * 60_000;
  await assert.rejects(operator.signIn(late), { code: 'operator_secret_wrong' });
  nowMs += limits.operatorSessionHoursMax * 3_600_000;
  assert.equal(await operator.holds(session), false);
});

test('signing out ends a session here and in every process: a copy of its cookie opens nothing', async () => {
  const [one, other] = [await operatorOf(hub), await operatorOf(hub)];
  assert.equal((await ask('GET', '/api/console', one.cookie)).status, 200);
  assert.equal((await ask('POST', '/api/console/sign-out', one.cookie, {})).status, 204);
  const refused = await ask('GET', '/api/console', one.cookie);
  assert.deepEqual([refused.status, await codeOf(refused)], [401, 'operator_required']);
  assert.equal((await ask('GET', '/api/console', other.cookie)).status, 200, 'the other one holds');
});

test('a link is found and stopped by its own bank’s staff, and by no other’s', async () => {
  const ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  const [link] = (await ana.me()).links;
  const path = `/api/console/links/${referenceOf(link?.id ?? '')}`;
  const [foreign, own] = [
    await StaffVisitor.signIn(hub, 'wells-fargo', 'supervisor-1'),
    await StaffVisitor.signIn(hub, 'citi', 'agent-1'),
  ];
  for (const [method, at] of [
    ['GET', path],
    ['POST', `${path}/stop`],
  ] as const) {
    assert.equal(await codeOf(await ask(method, at, '')), 'operator_required');
    assert.equal(await codeOf(await ask(method, at, foreign.cookies())), 'reference_unknown');
  }
  assert.equal((await ana.me()).links.length, 1);
  const found = (await (await ask('GET', path, own.cookies())).json()) as SupportLink;
  assert.equal(found.bank, 'citi');
  assert.equal((await ask('POST', `${path}/stop`, own.cookies())).status, 204);
  assert.equal((await ana.me()).links.length, 0);
});
