import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemRandom } from '#base';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { createAdvertisingMarks, tidyCounts } from './advertising.ts';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const marks = () =>
  createAdvertisingMarks({ database: db.database, vault: { index: () => systemRandom.bytes(32) } }).counts(nowMs);

test('rows of a month add up, few messages are not told, and months that are shown no more are forgotten', async () => {
  for (const [sender, month, sent] of [
    ['citi', '2026-11-01', 12],
    ['citi', '2026-11-01', 30],
    ['us-bank', '2026-11-01', 19],
    ['citi', '2025-12-01', 20],
    ['citi', '2025-11-01', 1000],
  ] as const)
    await db.database.execute(
      sql`insert into messages_sent (sender, month, sent) values (${sender}, ${month}::date, ${sent})`,
    );
  for (const [sender, month, times] of [
    ['citi', '2026-11-01', 4],
    ['citi', '2025-12-01', 5],
    ['us-bank', '2026-11-01', 7],
    ['citi', '2025-11-01', 9],
  ] as const)
    for (let n = 0; n < times; n += 1)
      await db.database.execute(sql`insert into advertising_marks (mark_index, sender, month)
        values (${systemRandom.bytes(32)}, ${sender}, ${month}::date)`);
  const expected = [
    { sender: 'citi', month: '2026-11', sent: 42, marked: null },
    { sender: 'us-bank', month: '2026-11', sent: null, marked: null },
    { sender: 'citi', month: '2025-12', sent: 20, marked: 5 },
  ];
  assert.deepEqual((await marks()).counts, expected);
  await Promise.all([tidyCounts(db.database, nowMs), tidyCounts(db.database, nowMs)]);
  assert.deepEqual((await marks()).counts, expected);
  const [left] = await db.database.query<{ sent: bigint; marks: bigint }>(sql`
    select (select count(*) from messages_sent) as sent, (select count(*) from advertising_marks) as marks`);
  assert.deepEqual([left?.sent, left?.marks], [3n, 16n]);
});
