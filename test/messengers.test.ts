import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { phone } from './phone-side.ts';
import { until } from './until.ts';

// From a telephone at the sandbox's platforms through the whole hub and back: what a person says there, and what
// they are shown.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const platforms = ['messenger', 'whatsapp'] as const;

for (const platform of platforms)
  test(`${platform}: who writes is greeted in that chat, and is answered there`, async () => {
    const { person } = await phone(hub, 'POST', 'people', { platform, name: 'Ana' });
    const at = { platform, person: person.key };
    await phone(hub, 'POST', 'say', { ...at, text: 'Hello' });
    const greeted = await until('a greeting', async () => {
      const state = await phone(hub, 'GET', 'state', at);
      return state.thread.some(({ from }) => from === 'business') && state;
    });
    const before = greeted.thread.length;
    await phone(hub, 'POST', 'say', { ...at, text: 'what can you do' });
    await until('an answer', async () => {
      const { thread } = await phone(hub, 'GET', 'state', at);
      return thread.slice(before).some(({ from }) => from === 'business');
    });
    const states = await until('all settled', async () => {
      const rows = await hub.db.database.query<{ state: string }>(sql`
        select state from deliveries where channel = ${platform}`);
      return rows.length > 0 && rows.every(({ state }) => state === 'delivered') && rows;
    });
    assert.ok(states.length >= 2);
  });

test('at the sandbox the templates are made and approved at the start, and a page greets', async () => {
  await until('templates', async () => {
    const [row] = await hub.db.database.query<{ approved: bigint; all: bigint }>(sql`
      select count(*) filter (where status = 'APPROVED') as approved, count(*) as all from channel_templates`);
    return Number(row?.all) > 0 && row?.approved === row?.all;
  });
});

test('no log line names what was said, nor who it was', () => {
  assert.doesNotMatch(hub.logged(), /what can you do|Ana/);
});
