import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError, systemClock, type Clock } from '#base';
import { sql } from '#db';
import { ask, hubInHand, person, standing, walkToCode, type ChatPerson, type HubInHand } from './chat-side.ts';
import { until } from './until.ts';
import { Visitor } from './visitor.ts';

// A messenger tells the same words again, at once or later, to one process or to several: a linking's code.

let offsetMs = 0;
const clock: Clock = { ...systemClock, nowMs: () => Date.now() + offsetMs };

let all: HubInHand;
before(async () => {
  all = await hubInHand(clock);
});
after(() => all.close());

const confirm = (who: ChatPerson, text: string, key: string = randomUUID()) =>
  all.parts.linking.confirm(who.identityId, { text, key });
const linksOf = async ({ customerId }: ChatPerson): Promise<number> =>
  (await all.hub.db.database.query(sql`select from links where customer_id = ${customerId} and state = 'linked'`))
    .length;

test('the same code told many times at once links once: whoever is not first waits, and is answered the same', async () => {
  const ana = await person(all);
  const { attempt, code } = await walkToCode(new Visitor(all.hub), await ask(all, ana), 'customer-1');
  const told = await Promise.allSettled(Array.from({ length: 6 }, () => confirm(ana, code, 'the code')));
  const later = await confirm(ana, code, 'the code');
  assert.match(later?.said ?? '', /is linked/);
  for (const one of told) {
    if (one.status === 'fulfilled') assert.equal(one.value?.said, later?.said);
    else assert.ok(isTellerlineError(one.reason, 'link_being_stored'), String(one.reason));
  }
  assert.ok(told.some(({ status }) => status === 'fulfilled'));
  assert.equal(await linksOf(ana), 1);
  const [row] = await all.hub.db.database.query<{ state: string }>(sql`
    select state from link_attempts where attempt_id = ${attempt}`);
  assert.equal(row?.state, 'done');
});

test('while one process stores a link no other ends it; when that process is gone the link is stored, or given back', async () => {
  const { database } = all.hub.db;
  const [ana, other] = [await person(all), await person(all)];
  const browser = new Visitor(all.hub);
  const { attempt, code } = await walkToCode(browser, await ask(all, ana), 'customer-2');
  // Another process has taken the code up, and holds the linking.
  const said = all.parts.vault.index('link-code said', `${ana.customerId}|the code`);
  await database.execute(sql`
    update link_attempts set state = 'storing', said_index = ${said}, code_index = null where attempt_id = ${attempt}`);
  const holder = await database.connect();
  await holder.query('select pg_advisory_lock(hashtextextended($1, 0))', [`storing a link|${attempt}`]);
  await assert.rejects(confirm(ana, code, 'the code'), { code: 'link_being_stored' });
  assert.equal(await confirm(ana, String((Number(code) + 1) % 1_000_000).padStart(6, '0')), undefined);
  assert.equal(await confirm(other, code), undefined);
  const unsaid = await walkToCode(new Visitor(all.hub), await ask(all, other), 'customer-5');
  offsetMs = 30 * 60_000;
  try {
    // The hub's own chore ends what is late, the oldest first; a start runs it at once.
    await all.hub.restart();
    await until('what nobody said to be given back', async () => {
      const [row] = await database.query<{ state: string }>(sql`
        select state from link_attempts where attempt_id = ${unsaid.attempt}`);
      return row?.state === 'failed';
    });
    assert.equal((await standing(browser, attempt)).state, 'storing');
  } finally {
    offsetMs = 0;
  }
  await holder.end();
  assert.match((await confirm(ana, code, 'the code'))?.said ?? '', /is linked/);
  assert.equal(await linksOf(ana), 1);
});

test('a slip in the own chat is no guess, however often it is told, and neither is counted twice', async () => {
  const ana = await person(all);
  const alarms = (): number => all.logged().split('"alarm":"link_codes_guessed"').length;
  const before = alarms();
  for (const [bank, customer] of [
    ['citi', 'customer-3'],
    ['wells-fargo', 'customer-3'],
  ] as const) {
    const { code } = await walkToCode(new Visitor(all.hub), await ask(all, ana, bank), customer);
    const slip = (n: number): string => String((Number(code) + n) % 1_000_000).padStart(6, '0');
    for (let n = 1; n <= 4; n += 1) {
      const key = randomUUID();
      for (let told = 0; told < 3; told += 1) assert.match((await confirm(ana, slip(n), key))?.said ?? '', /more tr/);
    }
    assert.match((await confirm(ana, code))?.said ?? '', /is linked/);
  }
  assert.equal(alarms(), before, 'eight slips');

  const [guesser, asked] = [await person(all), await person(all)];
  const { code } = await walkToCode(new Visitor(all.hub), await ask(all, asked), 'customer-4');
  for (let told = 0; told < 20; told += 1)
    await confirm(guesser, String((Number(code) + 1) % 1_000_000).padStart(6, '0'), 'a number like any other');
  assert.equal(alarms(), before, 'one number, told twenty times');
  assert.match((await confirm(guesser, code))?.said ?? '', /belongs to another chat/, 'and they are believed still');
});
