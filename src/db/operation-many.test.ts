import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '#test/database';
import { operation } from './operation.ts';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

const everything = operation<{
  uuid: string | null;
  bytea: Buffer | null;
  words: string | null;
  int2: number | null;
  int4: number | null;
  int8: bigint | null;
  flag: boolean;
  day: string | null;
  at: Date | null;
  by: string;
}>()(
  'test.everything',
  {
    uuids: 'uuid[]',
    byteas: 'bytea[]',
    texts: 'text[]',
    shorts: 'int2[]',
    integers: 'int4[]',
    longs: 'int8[]',
    flags: 'bool[]',
    days: 'date[]',
    instants: 'timestamptz[]',
    by: 'text',
  },
  `select uuid, bytea, words, int2, int4, int8, flag, day::text, at, $by as by
  from unnest($uuids, $byteas, $texts, $shorts, $integers, $longs, $flags, $days, $instants) with ordinality
    as u (uuid, bytea, words, int2, int4, int8, flag, day, at, n) order by n`,
);

const dayMs = 86_400_000;
const row = fc.record({
  uuid: fc.option(fc.uuid()),
  bytea: fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
  words: fc.option(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\u0000', ''))),
  int2: fc.option(fc.integer({ min: -32_768, max: 32_767 })),
  int4: fc.option(fc.integer()),
  int8: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  flag: fc.boolean(),
  day: fc.option(fc.integer({ min: -20_000, max: 40_000 }).map((n) => new Date(n * dayMs).toISOString().slice(0, 10))),
  at: fc.option(fc.date({ min: new Date('1950-01-01'), max: new Date('2150-01-01'), noInvalidDate: true })),
});

test('whatever is sent in binary columns comes back as it was, rows and nulls in their places', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
      const read = await db.database.run(everything, {
        uuids: rows.map((one) => one.uuid),
        byteas: rows.map((one) => one.bytea),
        texts: rows.map((one) => one.words),
        shorts: rows.map((one) => one.int2),
        integers: rows.map((one) => one.int4),
        longs: rows.map((one) => one.int8),
        flags: rows.map((one) => one.flag),
        days: rows.map((one) => one.day),
        instants: rows.map((one) => one.at),
        by: 'x',
      });
      assert.deepEqual(
        read,
        rows.map((one) => ({ ...one, by: 'x' })),
      );
    }),
    { numRuns: 1200 },
  );
});

test('a parameter that an operation does not have is a mistake of the program', () => {
  assert.throws(
    () => operation<object>()('test.none', { ids: 'uuid[]' }, 'select $other'),
    /test.none has no parameter other/,
  );
});
