import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { limits, systemClock, type Clock } from '#base';
import type { StaffSessionFace } from '#contract';
import { sql } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { StaffVisitor } from './staff-visitor.ts';
import { until } from './until.ts';

// A bank's staff sign in at its own identity provider, which here is the sandbox's, spoken to over HTTP.

let hub: TestHub;
/** How far the hub's clock is ahead. */
let aheadMs = 0;
const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };

before(async () => {
  hub = await testHub({ clock });
});
after(() => hub.close());

const sessionsOf = async (visitor: StaffVisitor) => {
  const { status, body } = await visitor.call<{ sessions: StaffSessionFace[] }>('GET', '/api/desk/sessions');
  assert.equal(status, 200, JSON.stringify(body));
  return body.sessions;
};

test('a supervisor signs in, is who the bank says, and sees who else of the bank is there', async () => {
  await StaffVisitor.signIn(hub, 'citi', 'agent-1');
  await StaffVisitor.signIn(hub, 'us-bank', 'agent-2');
  const sessions = await sessionsOf(await StaffVisitor.signIn(hub, 'citi', 'supervisor-1'));
  assert.deepEqual(sessions.map(({ name, role, own }) => `${name} ${role} ${own}`).toSorted(), [
    'agent-1 agent false',
    'supervisor-1 supervisor true',
  ]);
});

test('the session cookie is for our own pages alone and never for a script', async () => {
  const visitor = new StaffVisitor(hub);
  const back = await visitor.signInAtBank('citi', 'agent-1');
  const response = await fetch(back, { headers: { cookie: visitor.cookies() }, redirect: 'manual' });
  assert.equal(response.status, 200);
  const session = response.headers.getSetCookie().find((line) => line.startsWith('tellerline_desk='));
  assert.match(session ?? '', /HttpOnly/);
  assert.match(session ?? '', /SameSite=Strict/);
  assert.match(await response.text(), /http-equiv="refresh" content="0;url=\/desk"/);
});

test('a wrong state, one of another browser, and none are refused', async () => {
  const visitor = new StaffVisitor(hub);
  const back = await visitor.signInAtBank('citi', 'agent-1');
  const changed = new URL(back);
  changed.searchParams.set('state', 'x'.repeat(43));
  const stranger = new StaffVisitor(hub);
  const doubled = new URL(back);
  doubled.searchParams.append('state', 'x');
  for (const [who, address] of [
    [stranger, back],
    [visitor, changed],
  ] as const) {
    const { status, code } = await who.comeBack(address);
    assert.deepEqual([status, code], [410, 'staff_sign_in_over']);
  }
  const other = new StaffVisitor(hub);
  const doubledBack = await other.signInAtBank('citi', 'agent-1');
  doubledBack.searchParams.append('state', 'x');
  assert.equal((await other.comeBack(doubledBack)).code, 'staff_sign_in_over');
});

test('a return is good once: neither it nor its code signs in a second time', async () => {
  const visitor = new StaffVisitor(hub);
  const first = await visitor.signInAtBank('citi', 'agent-1');
  const kept = new StaffVisitor(hub);
  kept.takeCookies(visitor);
  assert.equal((await visitor.comeBack(first)).status, 200);
  const replayed = await kept.comeBack(first);
  assert.deepEqual([replayed.status, replayed.code], [410, 'staff_sign_in_over']);

  // The same code, in a sign-in of its own.
  const thief = new StaffVisitor(hub);
  const own = await thief.signInAtBank('citi', 'agent-2');
  own.searchParams.set('code', first.searchParams.get('code') ?? '');
  const injected = await thief.comeBack(own);
  assert.deepEqual([injected.status, injected.code], [400, 'authorization_invalid']);
  assert.equal((await thief.call('GET', '/api/desk/sessions')).status, 401);
});

test('what another issuer answers is refused, by its name and by its code', async () => {
  const visitor = new StaffVisitor(hub);
  const back = await visitor.signInAtBank('citi', 'agent-1');
  back.searchParams.set('iss', `${hub.sandboxUrl}/us-bank/staff`);
  assert.equal((await visitor.comeBack(back)).code, 'authorization_invalid');

  const without = new StaffVisitor(hub);
  const unnamed = await without.signInAtBank('citi', 'agent-1');
  unnamed.searchParams.delete('iss');
  assert.equal((await without.comeBack(unnamed)).code, 'authorization_invalid');

  // A code of another bank's identity provider, said to be this one's.
  const [mixed, elsewhere] = [new StaffVisitor(hub), new StaffVisitor(hub)];
  const mine = await mixed.signInAtBank('citi', 'agent-1');
  const theirs = await elsewhere.signInAtBank('us-bank', 'supervisor-1');
  mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
  assert.equal((await mixed.comeBack(mine)).code, 'authorization_invalid');
  assert.equal((await mixed.call('GET', '/api/desk/sessions')).status, 401);
});

test('a sign-in that took longer than ten minutes is over', async () => {
  const visitor = new StaffVisitor(hub);
  const back = await visitor.signInAtBank('citi', 'agent-1');
  aheadMs += 10 * 60_000 + 1000;
  const { status, code, page } = await visitor.comeBack(back, 'es');
  assert.deepEqual([status, code], [410, 'staff_sign_in_over']);
  assert.match(page, /Este acceso ya no vale/);
});

test('whoever has no role at the desk, and whoever declines, is not signed in', async () => {
  const visitor = new StaffVisitor(hub);
  const refused = await visitor.comeBack(await visitor.signInAtBank('citi', 'teller-1'));
  assert.deepEqual([refused.status, refused.code], [403, 'staff_role_unknown']);
  assert.equal((await visitor.call('GET', '/api/desk/sessions')).status, 401);

  const declining = new StaffVisitor(hub);
  const back = await declining.signInAtBank('citi', 'agent-1');
  back.searchParams.delete('code');
  back.searchParams.set('error', 'access_denied');
  assert.equal((await declining.comeBack(back)).code, 'authorization_declined');
});

test('a wrong password signs nobody in, and the bank’s page is in Spanish for whoever reads it', async () => {
  const visitor = new StaffVisitor(hub);
  const at = await visitor.signInAtBank('citi', 'agent-1', 'guess');
  assert.match(at.pathname, /^\/citi\/staff\/interaction\//);
  const { page } = await new StaffVisitor(hub).toBank('citi', 'es');
  assert.match(page, /<html lang="es">/);
  assert.match(page, /Para el personal de Citi/);
});

test('a revoked session opens nothing at its next call; another bank’s cannot be revoked', async () => {
  const [agent, foreign] = [
    await StaffVisitor.signIn(hub, 'wells-fargo', 'agent-1'),
    await StaffVisitor.signIn(hub, 'us-bank', 'supervisor-1'),
  ];
  const supervisor = await StaffVisitor.signIn(hub, 'wells-fargo', 'supervisor-1');
  const { sessionId = '' } = (await sessionsOf(supervisor)).find(({ name }) => name === 'agent-1') ?? {};
  assert.equal((await foreign.call('POST', `/api/desk/sessions/${sessionId}/revoke`)).status, 404);
  assert.equal((await agent.call('POST', `/api/desk/sessions/${sessionId}/revoke`)).body.code, 'supervisors_only');
  assert.equal((await supervisor.call('POST', `/api/desk/sessions/${sessionId}/revoke`)).status, 204);
  assert.equal((await agent.call('GET', '/api/desk/sessions')).body.code, 'staff_no_session');
});

test('signing out ends the session, and a page of another site cannot do it', async () => {
  const agent = await StaffVisitor.signIn(hub, 'wells-fargo', 'agent-2');
  const foreign = await agent.call('POST', '/api/desk/sign-out', undefined, { origin: 'https://elsewhere.example' });
  assert.equal(foreign.body.code, 'origin_foreign');
  const same = new StaffVisitor(hub);
  same.takeCookies(agent);
  assert.equal((await agent.call('POST', '/api/desk/sign-out')).status, 204);
  assert.equal((await same.call('GET', '/api/desk/sessions')).body.code, 'staff_no_session');
});

test('half an hour without use ends a session, whatever its page asks for by itself, and ten hours end it in any case', async () => {
  const supervisor = await StaffVisitor.signIn(hub, 'jpmorgan-chase', 'supervisor-1');
  const idle = await StaffVisitor.signIn(hub, 'jpmorgan-chase', 'agent-1');
  const work = () => supervisor.call('POST', '/api/desk/claim', {});
  aheadMs += 20 * 60_000;
  assert.equal((await idle.call('GET', '/api/desk/me')).status, 200);
  assert.equal((await work()).status, 200);
  aheadMs += 11 * 60_000;
  assert.equal((await idle.call('GET', '/api/desk/sessions')).body.code, 'staff_no_session');
  for (let minutes = 31; minutes < 599; minutes += 25) {
    assert.equal((await work()).status, 200, `after ${minutes} minutes`);
    aheadMs += 25 * 60_000;
  }
  assert.equal((await supervisor.call('GET', '/api/desk/sessions')).body.code, 'staff_no_session');
});

test('an open desk is kept by what its person presses, not by what its page sends by itself', async () => {
  const address = `${hub.staffUrl.replace('http', 'ws')}/desk/ws`;
  const open = async (bank: string, frame: object) => {
    const visitor = await StaffVisitor.signIn(hub, bank, 'agent-1');
    const headers = { cookie: visitor.cookies(), origin: hub.staffUrl };
    const socket = new WebSocket(address, { headers });
    await once(socket, 'message');
    aheadMs += 20 * 60_000;
    socket.send(JSON.stringify(frame));
    // Answered after the frame before it has been taken in.
    socket.ping();
    await once(socket, 'pong');
    await visitor.call('GET', '/api/desk/me');
    return { visitor, socket };
  };
  const caseId = '0d9a4f5e-0000-4000-8000-000000000001';
  const resumes = await open('jpmorgan-chase', { frame: 'open', caseId, after: 0 });
  aheadMs += 11 * 60_000;
  assert.equal((await resumes.visitor.call('GET', '/api/desk/me')).body.code, 'staff_no_session');
  const works = await open('us-bank', { frame: 'here' });
  await until('it to be noted', async () => {
    const [row] = await hub.db.database.query<{
      seen: boolean;
    }>(sql`select bool_or(last_seen_at > ${new Date(clock.nowMs() - 60_000)}) as seen
      from staff_sessions where bank_id = 'us-bank'`);
    return row?.seen === true;
  });
  aheadMs += 11 * 60_000;
  assert.equal((await works.visitor.call('GET', '/api/desk/me')).status, 200);
  for (const { socket } of [resumes, works]) socket.terminate();
});

test('whoever signs in with another role or other teams has no desk left that was opened with those of before', async () => {
  const [open, same] = [
    await StaffVisitor.signIn(hub, 'wells-fargo', 'agent-1'),
    await StaffVisitor.signIn(hub, 'wells-fargo', 'agent-1'),
  ];
  assert.equal((await open.call('GET', '/api/desk/me')).status, 200, 'signing in twice as the same ends nothing');
  for (const change of [sql`role = 'supervisor'`, sql`teams = array['fraud']`, sql`locales = array['es']`]) {
    await hub.db.database.execute(sql`update staff set ${change} where bank_id = 'wells-fargo' and name = 'agent-1'`);
    const next = await StaffVisitor.signIn(hub, 'wells-fargo', 'agent-1');
    assert.equal((await same.call('GET', '/api/desk/me')).body.code, 'staff_no_session');
    assert.equal((await next.call('GET', '/api/desk/me')).status, 200);
    same.takeCookies(next);
  }
  assert.equal((await open.call('GET', '/api/desk/me')).body.code, 'staff_no_session');
});

test('a bank is pulled out by its own privacy officer, who has to write its name', async () => {
  const officer = await StaffVisitor.signIn(hub, 'us-bank', 'privacy-1');
  const agent = await StaffVisitor.signIn(hub, 'us-bank', 'agent-1');
  const name = { name: 'U.S. Bank' };
  assert.equal((await agent.call('POST', '/api/desk/withdrawal', name)).body.code, 'privacy_officers_only');
  assert.equal((await new StaffVisitor(hub).call('POST', '/api/desk/withdrawal', name)).body.code, 'staff_no_session');
  assert.equal((await officer.call('POST', '/api/desk/withdrawal', { name: 'Citi' })).body.code, 'bank_name_differs');
  const done = await officer.call<{ by: string }>('POST', '/api/desk/withdrawal', name);
  assert.deepEqual([done.status, done.body.by], [200, 'bank']);
});

test('no state, nonce, code or session is logged', async () => {
  const visitor = new StaffVisitor(hub);
  const back = await visitor.signInAtBank('citi', 'agent-1');
  await visitor.comeBack(back);
  const secrets = [back.searchParams.get('state'), back.searchParams.get('code'), visitor.cookies().split('=')[1]];
  for (const secret of secrets) assert.ok(secret && !hub.logged().includes(secret));
});

test('an address that begins sign-ins without end is told to wait', async () => {
  const statuses = new Set<number>();
  for (let tries = 0; tries <= limits.staffSignInsPerMinuteMax; tries += 1) {
    const response = await fetch(`${hub.staffUrl}/desk/sign-in?bank=nowhere`, { redirect: 'manual' });
    await response.text();
    statuses.add(response.status);
  }
  assert.deepEqual(statuses, new Set([404, 429]));
});
