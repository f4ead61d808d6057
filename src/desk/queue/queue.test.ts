import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits, isTellerlineError, type BankId } from '#base';
import { TEAMS, type DeskServerFrame } from '#contract';
import { sql } from '#db';
import { until } from '#test/until';
import { linkedCustomer, openCaseOf, sayInTalk, staffNamed, testDesk, type TestDesk } from '../desk.fixture.ts';
import { priorityOf, teamOf } from '../topics.ts';
import { afterBusiness, hoursOf, openAt, usualHours } from './hours.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const code = (expected: string) => (error: unknown) => isTellerlineError(error, expected);
const ms = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds;

test('a promise counts the hours of business alone, by the clock of the bank’s own zone', () => {
  // 2026-11-20 is a Friday; New York is five hours behind.
  assert.deepEqual(openAt(usualHours, ms('2026-11-20T17:00:00Z')), {
    isOpen: true,
    opensMs: ms('2026-11-20T17:00:00Z'),
  });
  assert.deepEqual(openAt(usualHours, ms('2026-11-21T02:00:00Z')), {
    isOpen: false,
    opensMs: ms('2026-11-21T13:00:00Z'),
  });
  // Half an hour before closing, two hours of work: at half past nine the next morning.
  assert.equal(afterBusiness(usualHours, ms('2026-11-21T00:30:00Z'), 120), ms('2026-11-21T14:30:00Z'));
  const weekdays = { ...usualHours, week: usualHours.week.slice(0, 5) };
  assert.equal(afterBusiness(weekdays, ms('2026-11-21T00:30:00Z'), 60), ms('2026-11-23T13:30:00Z'));
  // The clocks go back on 2026-11-01: eight in the morning is an hour later in the world.
  assert.equal(openAt(usualHours, ms('2026-10-31T03:00:00Z')).opensMs, ms('2026-10-31T12:00:00Z'));
  assert.equal(openAt(usualHours, ms('2026-11-01T03:00:00Z')).opensMs, ms('2026-11-01T13:00:00Z'));
});

test('a day on a bank’s own list of holidays has no hours of business', async () => {
  const bankId = 'holiday-bank' as BankId;
  await at.db.database.execute(
    sql`insert into desk_holidays (bank_id, day) values (${bankId}, '2026-11-26'), ('other-bank', '2026-11-27')`,
  );
  const hours = await hoursOf(at.db.database, bankId);
  assert.deepEqual(hours.closedDays, ['2026-11-26']);
  // Thanksgiving: what stands when the desk closes the evening before goes on the Friday.
  assert.equal(afterBusiness(hours, ms('2026-11-26T00:30:00Z'), 60), ms('2026-11-27T13:30:00Z'));
  assert.deepEqual(openAt(hours, ms('2026-11-26T17:00:00Z')), { isOpen: false, opensMs: ms('2026-11-27T13:00:00Z') });
});

test('an alarm is raised when more than half of the last fifty waits were told wrong', async () => {
  const enter = (bank: string, wrong: number) =>
    at.db.database
      .execute(sql`insert into desk_waits (bank_id, case_id, team, told_at, place, told_seconds, while_closed, came_at)
      select ${bank}, gen_random_uuid(), 'cards', ${new Date(at.clock.nowMs())}::timestamptz - interval '300 seconds', 1,
        case when n <= ${wrong} then 900 else 300 end, false, ${new Date(at.clock.nowMs())}
      from generate_series(1, 49) n`);
  const agent = (bank: string) => staffNamed('agent-1', { bankId: bank as BankId });
  await enter('right-bank', 24);
  await enter('wrong-bank', 27);
  for (const bank of ['right-bank', 'wrong-bank']) {
    const desk = at.desk.staff.connect({ staff: agent(bank), sessionId: 's', frame: () => undefined });
    await openCaseOf(at, await linkedCustomer(at, { bank }));
    await at.desk.staff.claim(agent(bank));
    desk.end();
  }
  const alarms = (): string[] =>
    at
      .logged()
      .split('\n')
      .filter((line) => line.includes('desk_forecast_off'));
  await until('the alarm', () => Promise.resolve(alarms().length > 0));
  assert.deepEqual(
    alarms().map((line) => line.includes('wrong-bank')),
    [true],
  );
});

test('what was told is measured by its number, and by the span within which it was to lie', async () => {
  const bankId = 'measured-bank' as BankId;
  const now = new Date(at.clock.nowMs());
  const enter = (told: number, [from, to]: readonly [number, number], came: number, whileClosed = false) =>
    at.db.database.execute(sql`insert into desk_waits (bank_id, case_id, team, told_at, place, told_seconds,
        told_from_seconds, told_to_seconds, while_closed, came_at)
      values (${bankId}, gen_random_uuid(), 'cards', ${now}::timestamptz - ${`${came} seconds`}::interval, 1, ${told},
        ${from}, ${to}, ${whileClosed}, ${now})`);
  await enter(110, [60, 180], 100);
  await enter(600, [480, 900], 850);
  await enter(900, [600, 1500], 500);
  await enter(20, [0, 60], 50);
  await enter(30_000, [0, 36_000], 100, true);
  const { forecast } = await at.desk.staff.live(staffNamed('leads', { bankId, role: 'supervisor' }));
  assert.deepEqual([forecast.waits, forecast.withinQuarter, forecast.withinSpan], [4, 0.25, 0.75]);
  const long = [forecast.longWaits, forecast.longWithinQuarter, forecast.longWithinSpan];
  assert.deepEqual(long, [3, 1 / 3, 2 / 3]);
});

test('each topic has its team, and what may be fraud goes before all others', () => {
  const sorted = [
    'fraud',
    'lost_or_stolen_card',
    'compromised_card',
    'card_arrival',
    'failed_transfer',
    'dispute',
    'other',
  ];
  assert.deepEqual(
    sorted.map((topic) => [teamOf(topic), priorityOf(topic)]),
    [
      ['fraud', 'fraud'],
      ['fraud', 'fraud'],
      ['fraud', 'fraud'],
      ['cards', 'normal'],
      ['payments', 'normal'],
      ['cards', 'high'],
      ['general', 'normal'],
    ],
  );
});

test('who is told a place is told a wait by it, and what comes true stands beside it', async () => {
  const bankId = 'us-bank' as BankId;
  const agent = staffNamed('agent-1', { bankId, capacity: 1 });
  // Nobody is here yet: no wait is said, only a place.
  const alone = await openCaseOf(at, await linkedCustomer(at, { bank: bankId }));
  assert.deepEqual([alone.place, alone.expectedWaitSeconds], [1, undefined]);
  assert.ok(alone.answerBy);
  const desk = at.desk.staff.connect({ staff: agent, sessionId: 's', frame: () => undefined });
  const supervisor = staffNamed('supervisor-1', { bankId, role: 'supervisor' });
  await until('somebody to be counted on', async () =>
    Boolean((await at.desk.staff.live(supervisor)).teams.find(({ team }) => team === 'cards')?.expectedWaitSeconds),
  );
  const waits: number[] = [];
  for (let n = 0; n < 2; n += 1) {
    const { place, expectedWaitSeconds, waitSpan } = await openCaseOf(at, await linkedCustomer(at, { bank: bankId }));
    assert.equal(place, n + 2);
    const { fromSeconds, toSeconds } = waitSpan ?? assert.fail('a wait without a span');
    assert.ok(fromSeconds <= (expectedWaitSeconds ?? -1) && toSeconds >= (expectedWaitSeconds ?? Infinity));
    waits.push(expectedWaitSeconds ?? 0);
  }
  const [toSecond = 0, toThird = 0] = waits;
  assert.ok(toSecond > 60 && toThird > toSecond, `${toSecond} and ${toThird}`);
  at.clock.moveMs(250_000);
  const first = await at.desk.staff.claim(agent);
  at.clock.moveMs(60_000);
  await at.desk.staff.answer(agent, first?.caseId ?? '', { text: 'Here it is.', clientId: crypto.randomUUID() });
  const second = await at.desk.staff.claim(agent);
  const live = await at.desk.staff.live(supervisor);
  // The first was told no wait, so of the two that came one is compared.
  assert.equal(live.forecast.waits, 1);
  assert.deepEqual([live.today.opened, live.today.answered, live.today.medianFirstAnswerSeconds], [3, 1, 310]);
  const cards = live.teams.find(({ team }) => team === 'cards');
  assert.deepEqual([cards?.waiting, cards?.open], [1, 3]);
  assert.deepEqual(
    live.staff.map(({ name, here, open }) => [name, here, open]),
    [['agent-1', true, 1]],
  );
  assert.equal(live.series.length, 24);
  // The last full five minutes: three had come, one was taken, the second not yet; nobody was answered by then.
  assert.deepEqual([live.series.at(-1)?.waiting, live.series.at(-1)?.answered], [2, 1]);
  await assert.rejects(at.desk.staff.live(agent), code('supervisors_only'));
  assert.ok(second);
  // The one that is left is told that it is next.
  await until('the place to be told', () =>
    Promise.resolve(at.told.some(({ what, detail }) => what === 'placesChanged' && detail === 1)),
  );
  desk.end();
});

test('of a desk that is closed the wait counts from its opening', async () => {
  await at.db.database.execute(sql`insert into desk_hours (bank_id, time_zone) values ('closed-bank', 'UTC')`);
  await at.db.database.execute(sql`insert into desk_days (bank_id, weekday, opens_minute, closes_minute)
    values ('closed-bank', 7, 0, 1)`);
  const alone = await openCaseOf(at, await linkedCustomer(at, { bank: 'closed-bank' }));
  assert.deepEqual([alone.isOpenNow, alone.expectedWaitSeconds], [false, undefined]);
  const staff = staffNamed('agent-1', { bankId: 'closed-bank' as BankId });
  const desk = at.desk.staff.connect({ staff, sessionId: 's', frame: () => undefined });
  await until('somebody to be counted on', async () =>
    (await at.desk.staff.live({ ...staff, role: 'supervisor' })).teams.some(
      ({ expectedWaitSeconds: wait }) => wait !== null,
    ),
  );
  const opened = await openCaseOf(at, await linkedCustomer(at, { bank: 'closed-bank' }));
  const seconds = Math.ceil(((opened.opensAt?.getTime() ?? 0) - at.clock.nowMs()) / 1000);
  // Whoever is here early has room for both: what is added is as long as it takes to be seen, or to be answered before.
  const wait = (opened.expectedWaitSeconds ?? 0) - seconds;
  assert.ok(wait > 0 && wait <= 600, `${wait} s after the opening`);
  desk.end();
});

test('who has a session at another process is here, and who has not used theirs for a while is not', async () => {
  const bankId = 'session-bank' as BankId;
  const now = new Date(at.clock.nowMs());
  const signIn = (name: string, role: string, seen: string) =>
    at.db.database.execute(sql`with one as (
        insert into staff (staff_id, bank_id, issuer, subject, name, name_key, role, teams, locales, capacity, last_seen_at)
        values (gen_random_uuid(), ${bankId}, 'issuer', ${name}, ${name}, ${name}, ${role}, '{cards}', '{en}', 2, ${now})
        returning staff_id)
      insert into staff_sessions (session_hash, session_id, staff_id, bank_id, started_at, last_seen_at, ends_at)
      select sha256(${name}::bytea), gen_random_uuid(), staff_id, ${bankId}, ${now},
        ${now}::timestamptz - ${seen}::interval, ${now}::timestamptz + interval '1 hour' from one`);
  await signIn('gone', 'agent', '20 minutes');
  await signIn('watcher', 'privacy-officer', '1 minute');
  const customer = await linkedCustomer(at, { bank: bankId });
  assert.equal((await openCaseOf(at, customer)).expectedWaitSeconds, undefined, 'nobody who could take it is here');
  await signIn('elsewhere', 'agent', '1 minute');
  await openCaseOf(at, customer);
  const supervisor = staffNamed('supervisor-1', { bankId, role: 'supervisor' });
  await until('somebody to be counted on', async () => {
    const { teams, staff } = await at.desk.staff.live(supervisor);
    assert.deepEqual(
      new Set(staff.filter(({ here }) => here).map(({ name }) => name)),
      new Set(['elsewhere', 'watcher']),
    );
    const said = new Map(teams.map(({ team, expectedWaitSeconds }) => [team, expectedWaitSeconds]));
    return said.get('cards') !== null && said.get('fraud') === null;
  });
});

test('who is overtaken by many is told so, and who is passed on is told anew', async () => {
  const bankId = 'overtaken-bank' as BankId;
  const last = await openCaseOf(at, await linkedCustomer(at, { bank: bankId }), { topic: 'card_arrival' });
  for (let n = 0; n < 5; n += 1) await openCaseOf(at, await linkedCustomer(at, { bank: bankId }), { topic: 'dispute' });
  const toldOf = (place: number): boolean =>
    at.told.some(({ what, caseId, detail }) => what === 'placesChanged' && caseId === last.caseId && detail === place);
  await until('the sixth place to be told', () => Promise.resolve(toldOf(6)));
  const supervisor = staffNamed('supervisor-1', { bankId, role: 'supervisor' });
  await at.desk.staff.transfer(supervisor, last.caseId, { team: 'payments', note: '' });
  await until('the first place to be told', () => Promise.resolve(toldOf(1)));
});

test('the inbox is paged whole and in order, each case once, and looked through by metadata', async () => {
  const bankId = 'wells-fargo' as BankId;
  const topics = ['card_arrival', 'fraud', 'failed_transfer', 'dispute', 'exchange_rate'];
  const numbers: number[] = [];
  for (let n = 0; n < limits.inboxPageMax + 20; n += 1) {
    const { number } = await openCaseOf(at, await linkedCustomer(at, { bank: bankId }), {
      topic: topics[n % topics.length] ?? '',
      locale: n % 2 === 0 ? 'en' : 'es',
    });
    numbers.push(number);
  }
  const agent = staffNamed('agent-1', { bankId, locales: ['es'] });
  const seen: number[] = [];
  const order: string[] = [];
  for (let next: string | undefined, pages = 0; pages === 0 || next !== undefined; pages += 1) {
    const page = await at.desk.staff.inbox(agent, { view: 'all', ...(next !== undefined && { after: next }) });
    seen.push(...page.cases.map(({ number }) => number));
    order.push(
      ...page.cases.map(
        ({ priority, answerBy = '' }) => `${['fraud', 'high', 'normal'].indexOf(priority)} ${answerBy}`,
      ),
    );
    ({ next } = page);
    assert.deepEqual(page.counts, { mine: 0, waiting: numbers.length / 2, all: numbers.length });
  }
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    numbers,
  );
  assert.deepEqual(order, order.toSorted());
  const found = async (search: string) => (await at.desk.staff.inbox(agent, { view: 'all', search })).cases;
  assert.deepEqual(
    (await found(`#${numbers[3]}`)).map(({ number }) => number),
    [numbers[3]],
  );
  assert.ok((await found('fraud')).every(({ priority }) => priority === 'fraud'));
  assert.equal((await found('transfer waiting')).length, numbers.length / topics.length);
  assert.deepEqual(await found('where is my card'), []);
  assert.deepEqual(await found("100%' or true --"), []);
  await assert.rejects(at.desk.staff.inbox(agent, { view: 'all', after: 'nonsense' }), code('cursor_invalid'));
});

test('desks that may see a case are told of it after COMMIT, its words only where it is open', async () => {
  const bankId = 'citi' as BankId;
  const framesOf = (
    name: string,
    of = {},
  ): { frames: DeskServerFrame[]; end(): void; opened: (id: string) => Promise<void> } => {
    const frames: DeskServerFrame[] = [];
    const staff = staffNamed(name, of);
    const { opened, end } = at.desk.staff.connect({ staff, sessionId: name, frame: (one) => void frames.push(one) });
    return { frames, end, opened: (caseId) => opened(caseId, 0) };
  };
  const reader = framesOf('reader');
  const watcher = framesOf('watcher');
  const otherTeam = framesOf('other-team', { teams: ['payments'] });
  const foreign = framesOf('foreign', { bankId: 'us-bank' });
  const customer = await linkedCustomer(at, { bank: bankId });
  const { caseId } = await openCaseOf(at, customer);
  await at.desk.staff.open(staffNamed('reader'), caseId);
  await reader.opened(caseId);
  await sayInTalk(at, customer, 'planted-words');
  await until('the case to be told', () =>
    Promise.resolve(
      watcher.frames.some((one) => one.frame === 'case' && one.case.caseId === caseId && one.case.unread === 1),
    ),
  );
  const [whole, metadata, ...others] = [reader, watcher, otherTeam, foreign].map(({ frames }) =>
    JSON.stringify(frames),
  );
  assert.ok(whole?.includes('planted-words'));
  assert.ok(metadata?.includes(caseId) && !metadata.includes('planted-words'));
  assert.deepEqual(others, ['[]', '[]']);
  // Passed on to another team it is gone for the first, and there for the second.
  await at.desk.staff.transfer(staffNamed('reader', { teams: ['cards'] }), caseId, { team: 'payments', note: '' });
  await until('the other team to be told', () =>
    Promise.resolve(otherTeam.frames.some((one) => one.frame === 'case' && one.case.caseId === caseId)),
  );
  for (const one of [reader, watcher, otherTeam, foreign]) one.end();
});

test('who is writing is shown to the others who have the case open, and to its customer’s desk alone', async () => {
  const frames: DeskServerFrame[] = [];
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  const [one, two] = [staffNamed('agent-1'), staffNamed('agent-2')];
  const first = at.desk.staff.connect({ staff: one, sessionId: '1', frame: (frame) => void frames.push(frame) });
  const second = at.desk.staff.connect({ staff: two, sessionId: '2', frame: () => undefined });
  for (const [staff, desk] of [
    [one, first],
    [two, second],
  ] as const) {
    await at.desk.staff.open(staff, caseId);
    await desk.opened(caseId, 100);
  }
  at.desk.staff.typing(two, caseId, true);
  assert.deepEqual(
    frames.filter(({ frame }) => frame === 'typing'),
    [{ frame: 'typing', caseId, by: 'agent-2', on: true }],
  );
  const brief = (await at.desk.staff.inbox(one, { view: 'all' })).cases.find((row) => row.caseId === caseId);
  assert.deepEqual(brief?.typing, ['agent-2']);
  second.end();
  assert.equal(frames.filter(({ frame }) => frame === 'typing').length, 2);
  first.end();
});

test('a bank’s own words stand in the place of ours, edited by supervisors alone', async () => {
  const supervisor = staffNamed('supervisor-1', { role: 'supervisor' });
  const [ours] = await at.desk.staff.answers(supervisor);
  assert.ok(ours);
  const texts = { en: 'Our own words.', es: 'Nuestras propias palabras.' };
  await assert.rejects(at.desk.staff.editAnswer(staffNamed('agent-1'), { ...ours, texts }), code('supervisors_only'));
  await at.desk.staff.editAnswer(supervisor, { ...ours, texts });
  const intent = { key: 'card_arrival', kind: 'intent', title: 'Card on its way', texts } as const;
  await at.desk.staff.editAnswer(supervisor, intent);
  const edited = await at.desk.staff.answers(staffNamed('agent-1'));
  assert.deepEqual(edited.find(({ key }) => key === ours.key)?.texts, texts);
  assert.equal(await at.desk.intentAnswer('citi' as BankId, 'card_arrival', 'es'), texts.es);
  assert.notEqual(await at.desk.intentAnswer('us-bank' as BankId, 'card_arrival', 'es'), texts.es);
  await assert.rejects(at.desk.staff.editAnswer(supervisor, { ...intent, title: ' ' }), code('answer_invalid'));
});

test('what has served its time is forgotten: closed cases after a year, looks after a day', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  const agent = staffNamed('agent-9');
  await at.desk.staff.open(agent, caseId);
  await at.db.database.transaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
  const left = async (): Promise<unknown> => {
    await at.desk.tidy();
    const [row] = await at.db.database.query<{ cases: bigint; entries: bigint; looks: bigint }>(sql`
      select (select count(*) from cases where case_id = ${caseId}) as cases,
        (select count(*) from case_entries where case_id = ${caseId}) as entries,
        (select count(*) from staff_looks where case_id = ${caseId}) as looks`);
    return [row?.cases, row?.entries, row?.looks];
  };
  assert.deepEqual(await left(), [1n, 2n, 1n]);
  at.clock.moveMs((limits.staffLookHoursKept + 1) * 3_600_000);
  assert.deepEqual(await left(), [1n, 2n, 0n]);
  at.clock.moveMs(limits.caseDaysKept * 86_400_000);
  assert.deepEqual(await left(), [0n, 0n, 0n]);
});

test('every team is answered for', () => {
  assert.deepEqual(Object.keys(limits.answerMinutes).toSorted(), [...TEAMS].toSorted());
});
