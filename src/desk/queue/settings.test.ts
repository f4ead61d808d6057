import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError, limits, type BankId } from '#base';
import { sql } from '#db';
import { afterBusiness, openAt, usualHours, type DeskHours } from './hours.ts';
import { createLearnedOfBanks } from './learned-from.ts';
import { linkedCustomer, openCaseOf, staffNamed, testDesk, type TestDesk } from '../desk.fixture.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const code = (expected: string) => (error: unknown) => isTellerlineError(error, expected);
const bankId = 'own-hours' as BankId;
const supervisor = staffNamed('leads', { bankId, role: 'supervisor' });
const { settings, setSettings } = {
  settings: () => at.desk.staff.settings(supervisor),
  setSettings: (wanted: Parameters<TestDesk['desk']['staff']['setSettings']>[1]) =>
    at.desk.staff.setSettings(supervisor, wanted),
};
const opened = async () => openCaseOf(at, await linkedCustomer(at, { bank: bankId }));

test('a supervisor sets hours by weekday, holidays, promises and capacities of their own bank, and each change is entered', async () => {
  const staffId = randomUUID();
  await at.db.database.execute(sql`insert into staff
    (staff_id, bank_id, issuer, subject, name, name_key, role, teams, locales, capacity, last_seen_at)
    values (${staffId}, ${bankId}, 'i', 's', 'agent-1', 'agent-1', 'agent', '{cards}', '{en}', 5, ${new Date(at.clock.nowMs())})`);
  const usual = await settings();
  assert.deepEqual([usual.week.length, usual.answerMinutes, usual.changes], [7, limits.answerMinutes, []]);
  const before = await opened();
  assert.equal(before.isOpenNow, true);
  const wanted = {
    ...usual,
    timeZone: 'Europe/Madrid',
    week: [
      { day: 1, opensMinute: 540, closesMinute: 1020 },
      { day: 5, opensMinute: 540, closesMinute: 780 },
    ],
    holidays: ['2026-11-23'],
    answerMinutes: { ...usual.answerMinutes, cards: 45 },
    capacities: [{ staffId, capacity: 3 }],
  };
  const kept = await setSettings(wanted);
  const said = kept.changes.map(({ by, what, about, was, became }) => [by, what, about, was, became].join(' '));
  for (const line of [
    'leads time-zone  America/New_York Europe/Madrid',
    'leads day 5 08:00–20:00 09:00–13:00',
    'leads day 7 08:00–20:00 ',
    'leads holiday 2026-11-23  closed',
    'leads promise cards 30 45',
    'leads capacity agent-1 5 3',
  ])
    assert.ok(said.includes(line), `${line} among ${said.join('; ')}`);
  // A Friday's noon in New York is its evening in Madrid; the Monday is a holiday, so it goes on the Friday after.
  const next = await opened();
  assert.deepEqual([next.isOpenNow, next.opensAt?.toISOString()], [false, '2026-11-27T08:00:00.000Z']);
  assert.equal(next.answerBy?.toISOString(), '2026-11-27T08:45:00.000Z');
  const [stays] = await at.db.database.query<{ dueAt: Date }>(
    sql`select due_at as "dueAt" from cases where case_id = ${before.caseId}`,
  );
  assert.equal(stays?.dueAt.toISOString(), before.answerBy?.toISOString(), 'what was promised stands');
  const [person] = await at.db.database.query<{ capacity: number }>(
    sql`select capacity from staff where staff_id = ${staffId}`,
  );
  assert.equal(person?.capacity, 3);
  const elsewhere = await at.desk.staff.settings(staffNamed('leads', { role: 'supervisor' }));
  assert.deepEqual([elsewhere.timeZone, elsewhere.changes.length], ['America/New_York', 0]);
});

test('settings are a supervisor’s, make sense, and do not overwrite what somebody else changed meanwhile', async () => {
  const now = await settings();
  await assert.rejects(at.desk.staff.settings(staffNamed('agent-1', { bankId })), code('supervisors_only'));
  await assert.rejects(at.desk.staff.setSettings(staffNamed('agent-1', { bankId }), now), code('supervisors_only'));
  const day = { day: 2, opensMinute: 540, closesMinute: 540 };
  for (const wrong of [
    { timeZone: 'Nowhere/Town' },
    { week: [day] },
    { week: [] },
    { holidays: ['2026-12-25', '2026-12-25'] },
  ])
    await assert.rejects(setSettings({ ...now, ...wrong }), code('settings_invalid'));
  await assert.rejects(
    setSettings({ ...now, capacities: [{ staffId: randomUUID(), capacity: 2 }] }),
    code('staff_unknown'),
  );
  const both = await Promise.allSettled(
    ['2026-12-24', '2026-12-25'].map((holiday) => setSettings({ ...now, holidays: [holiday] })),
  );
  const refused = both.find((one) => one.status === 'rejected');
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  assert.ok(code('settings_changed')(refused?.reason));
});

test('a promise is computed however far off it is, and one that no opening could keep is refused', async () => {
  const hours = (of: Partial<DeskHours>): DeskHours => ({ ...usualHours, timeZone: 'UTC', ...of });
  const week = [1, 2, 3, 4, 5].map((day) => ({ day, opensMinute: 540, closesMinute: 1020 }));
  const from = Date.parse('2026-11-20T17:00:00Z');
  // A week of minutes is 21 days of eight hours, counted from the Monday after that Friday evening.
  const due = afterBusiness(hours({ week }), from, 10_080);
  assert.equal(new Date(due).toISOString(), '2026-12-21T17:00:00.000Z');
  const away = Array.from({ length: 20 }, (_, n) => new Date(from + n * 86_400_000).toISOString().slice(0, 10));
  const opens = openAt(hours({ week, closedDays: away }), from);
  assert.deepEqual([opens.isOpen, new Date(opens.opensMs).toISOString()], [false, '2026-12-10T09:00:00.000Z']);
  const now = await settings();
  const answerMinutes = { ...now.answerMinutes, general: 10_080 };
  const capacities: { staffId: string; capacity: number }[] = [];
  const short = { ...now, capacities, answerMinutes, week: [{ day: 1, opensMinute: 540, closesMinute: 600 }] };
  await assert.rejects(setSettings(short), code('settings_unkeepable'));
  const mondays = Array.from({ length: 60 }, (_, n) =>
    new Date(from + (3 + 7 * n) * 86_400_000).toISOString().slice(0, 10),
  );
  const never = { ...now, capacities, holidays: mondays, week: [{ day: 1, opensMinute: 0, closesMinute: 1440 }] };
  await assert.rejects(setSettings(never), code('settings_unkeepable'));
});

test('what is forecast is learned anew when a supervisor sets other days', async () => {
  const learned = createLearnedOfBanks();
  const bank = 'learned-bank' as BankId;
  const leads = staffNamed('leads', { bankId: bank, role: 'supervisor' });
  await openCaseOf(at, await linkedCustomer(at, { bank }));
  // The case came on a Friday; a day later it is Saturday, on which nobody came yet.
  at.clock.moveMs(24 * 3_600_000);
  const rate = async () => (await learned.read(at.db.database, bank, [], at.clock.nowMs())).arrivals[0]?.perSecond;
  assert.equal(await rate(), 0);
  const now = await at.desk.staff.settings(leads);
  const week = now.week.filter(({ day }) => day !== 5);
  await at.desk.staff.setSettings(leads, { ...now, capacities: [], week });
  assert.ok(((await rate()) ?? 0) > 0, 'that Friday counts among the days on which nobody works');
});
