import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock, type LinkId } from '#base';
import type { CaseBrief, CaseEntry, CaseView, DeskServerFrame, Inbox, StaffMe } from '#contract';
import { sql } from '#db';
import { createStaffServer } from '#http';
import { hubInHand, type HubInHand } from './chat-side.ts';
import { StaffVisitor } from './staff-visitor.ts';
import { until } from './until.ts';
import { Visitor } from './visitor.ts';

// One case of a customer of Citi: worked on by Citi's staff, and asked for by everybody who is not.

let hand: HubInHand;
let caseId: string;
let agent: StaffVisitor;
const words = 'my secret phrase is heron 4410';
const pictureId = randomUUID();

before(async () => {
  hand = await hubInHand(systemClock);
  const visitor = await Visitor.arrive(hand.hub);
  await visitor.link('citi', 'customer-1');
  caseId = await openCase();
  agent = await StaffVisitor.signIn(hand.hub, 'citi', 'agent-1');
});
after(() => hand.close());

/** Opens a case as the customer's button does. */
async function openCase(): Promise<string> {
  const [of] = await hand.hub.db.database.query<{
    linkId: LinkId;
    customerId: string;
    conversationId: string;
  }>(sql`select l.link_id as "linkId", l.customer_id as "customerId", v.conversation_id as "conversationId"
    from links l join conversations v on v.customer_id = l.customer_id`);
  assert.ok(of);
  const { linkId, ...thread } = of;
  const opening = { linkId, topic: 'card_arrival', asked: words, tried: [], locale: 'en' } as const;
  const opened = await hand.hub.db.database.transaction((tx) =>
    hand.parts.desk.customers.open(tx, thread as never, opening),
  );
  return opened.caseId;
}

/** All routes of the desk, as "GET /api/desk/me". */
async function deskRoutes(): Promise<string[]> {
  const server = await createStaffServer(hand.parts);
  await server.ready();
  const contract = server.swagger() as { paths: Record<string, Record<string, unknown>> };
  await server.close();
  return Object.entries(contract.paths)
    .filter(([path]) => path.startsWith('/api/desk/') && path !== '/api/desk/banks')
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .toSorted();
}

const said = { text: 'Let me look.', clientId: randomUUID(), seenSeq: 100 };
const bodies: Readonly<Record<string, unknown>> = {
  answers: said,
  notes: said,
  transfer: { team: 'fraud', note: 'yours' },
  proposals: { action: 'freeze', cardLast4: '1234' },
  looks: { field: 'accounts', reason: 'answer-question' },
  asks: { field: 'accounts' },
  withdrawal: { name: 'Citi' },
  return: { name: 'Citi' },
};

async function ask(
  visitor: StaffVisitor,
  route: string,
  more: Record<string, string> = {},
): Promise<{ status: number; text: string; code: string }> {
  const [method = '', path = ''] = route.split(' ');
  const address = path
    .replace('{caseId}', caseId)
    .replace('{pictureId}', pictureId)
    .replace('{session}', randomUUID())
    .replace('{key}', 'greeting')
    .replace('{reference}', 'AAAA-AAAA');
  const query =
    { cases: '?view=all', entries: '?after=0', pictures: `?clientId=${randomUUID()}` }[path.split('/').at(-1) ?? ''] ??
    '';
  const prepared = { kind: 'canned', title: 'x', texts: { en: 'x', es: 'x' } };
  const settings = {
    timeZone: 'America/Chicago',
    week: [{ day: 1, opensMinute: 540, closesMinute: 1020 }],
    holidays: [],
    answerMinutes: { fraud: 1, cards: 1, payments: 1, accounts: 1, general: 1 },
    capacities: [],
    revision: 0,
  };
  const body =
    route === 'PUT /api/desk/settings'
      ? settings
      : method === 'PUT'
        ? prepared
        : (bodies[path.split('/').at(-1) ?? ''] ?? {});
  const headers: Record<string, string> = {
    ...(path.endsWith('/pictures') && { 'content-type': 'image/png' }),
    ...more,
  };
  const sent = method === 'GET' ? undefined : body;
  const answered = await visitor.call<{ code?: string }>(method, address + query, sent, headers);
  return { status: answered.status, text: JSON.stringify(answered.body), code: answered.body?.code ?? '' };
}

const stateOfCase = async (): Promise<string> => {
  const rows = await hand.hub.db.database.query<{ row: string }>(sql`
    select c::text as row from cases c where case_id = ${caseId}
    union all select e::text from case_entries e where case_id = ${caseId}`);
  return rows.map(({ row }) => row).join('\n');
};

test('the staff of the bank open the case, take it and answer, and the customer reads it', async () => {
  const me = await agent.call<StaffMe>('GET', '/api/desk/me');
  assert.deepEqual([me.body.name, me.body.role, me.body.bank.name], ['agent-1', 'agent', 'Citi']);
  const inbox = await agent.call<Inbox>('GET', '/api/desk/cases?view=waiting');
  assert.deepEqual(
    inbox.body.cases.map((one) => one.caseId),
    [caseId],
  );
  const opened = await agent.call<CaseView>('GET', `/api/desk/cases/${caseId}`);
  assert.equal(opened.body.question.asked, words);
  const claimed = await agent.call<{ case?: CaseBrief }>('POST', `/api/desk/cases/${caseId}/claim`, {});
  assert.equal(claimed.body.case?.claimedBy, 'agent-1');
  const answer = { text: 'It is on its way.', clientId: randomUUID(), seenSeq: opened.body.lastSeq };
  const first = await agent.call<CaseEntry>('POST', `/api/desk/cases/${caseId}/answers`, answer);
  const again = await agent.call<CaseEntry>('POST', `/api/desk/cases/${caseId}/answers`, answer);
  assert.deepEqual([first.status, again.body.seq], [200, first.body.seq]);
});

test('a desk is told of its bank’s cases over the web socket, until its session ends', async () => {
  const [mine, supervisor] = [
    await StaffVisitor.signIn(hand.hub, 'citi', 'agent-2'),
    await StaffVisitor.signIn(hand.hub, 'citi', 'supervisor-1'),
  ];
  const address = `${hand.hub.staffUrl.replace('http', 'ws')}/desk/ws`;
  const socket = new WebSocket(address, { headers: { cookie: mine.cookies(), origin: hand.hub.staffUrl } });
  const frames: DeskServerFrame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as DeskServerFrame));
  await until('the greeting', async () => frames.some(({ frame }) => frame === 'hello'));
  await agent.call('POST', `/api/desk/cases/${caseId}/release`, {});
  await until('the case', async () => frames.some((one) => one.frame === 'case' && one.case.caseId === caseId));
  const { body } = await supervisor.call<{ sessions: { sessionId: string; name: string }[] }>(
    'GET',
    '/api/desk/sessions',
  );
  const session = body.sessions.find(({ name }) => name === 'agent-2')?.sessionId ?? '';
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  assert.equal((await supervisor.call('POST', `/api/desk/sessions/${session}/revoke`, {})).status, 204);
  assert.equal(await closed, 1008);
  assert.equal(frames.at(-1)?.frame, 'ended');

  for (const headers of [
    { origin: hand.hub.staffUrl },
    { cookie: agent.cookies(), origin: 'https://elsewhere.example' },
    { cookie: agent.cookies() },
  ]) {
    const refused = new WebSocket(address, { headers });
    const status = await new Promise<number>((resolve, reject) => {
      refused.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      refused.once('open', () => reject(new Error('it was let in')));
    });
    assert.equal(status, 401);
  }
});

test('every route of the desk, asked by nobody, by another bank’s staff and by a role that may not, tells and changes nothing of the case', async (t) => {
  const routes = await deskRoutes();
  assert.ok(routes.length >= 20, `${routes.length} routes`);
  const nobody = new StaffVisitor(hand.hub);
  const foreign = [
    await StaffVisitor.signIn(hand.hub, 'wells-fargo', 'agent-1'),
    await StaffVisitor.signIn(hand.hub, 'wells-fargo', 'supervisor-1'),
  ];
  const officer = await StaffVisitor.signIn(hand.hub, 'citi', 'privacy-1');
  const before = await stateOfCase();
  let asked = 0;
  for (const route of routes.filter((one) => !one.endsWith('/sign-out') && !one.includes('/withdrawal'))) {
    const refused = await ask(nobody, route);
    assert.deepEqual([refused.status, refused.code], [401, 'staff_no_session'], route);
    for (const other of foreign) {
      const { status, text, code } = await ask(other, route);
      assert.equal(text.includes('heron 4410') || text.includes(caseId), false, route);
      // A picture is decoded before anything is asked of the case.
      const unreadable = code === 'picture_unreadable';
      if (route.includes('{caseId}')) assert.ok(status === 404 || unreadable, `${route}: ${status} ${code}`);
      asked += 1;
    }
    const watching = await ask(officer, route);
    if (!route.endsWith('/me') && !route.endsWith('/looks'))
      assert.ok(watching.status >= 400, `${route}: ${watching.status}`);
    asked += 2;
  }
  for (const route of routes.filter((one) => one.includes('/withdrawal'))) {
    assert.equal((await ask(nobody, route)).code, 'staff_no_session', route);
    assert.equal((await ask(agent, route)).code, 'privacy_officers_only', route);
    asked += 2;
  }
  assert.equal(await stateOfCase(), before);
  t.diagnostic(`${routes.length} routes, ${asked} calls, nothing told and nothing changed`);
});

test('what changes something is refused to a page of another site', async () => {
  const routes = (await deskRoutes()).filter((one) => !one.startsWith('GET'));
  assert.ok(routes.length >= 12, `${routes.length} routes`);
  const before = await stateOfCase();
  for (const route of routes) {
    const refused = await ask(agent, route, { origin: 'https://elsewhere.example' });
    assert.deepEqual([refused.status, refused.code], [403, 'origin_foreign'], route);
    // The same call from the desk's own page gets further: it is the origin that was refused.
    if (route.endsWith('/sign-out')) continue;
    assert.notEqual((await ask(new StaffVisitor(hand.hub), route)).code, 'request_malformed', route);
  }
  assert.equal(await stateOfCase(), before);
});
