import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRecords, type CsvRecord } from './csv-records.ts';

async function records(...chunks: string[]): Promise<CsvRecord[]> {
  const stream = (async function* () {
    yield* chunks;
  })();
  return Array.fromAsync(readRecords(stream));
}

const fieldsOf = async (text: string): Promise<(string[] | undefined)[]> =>
  (await records(text)).map(({ fields }) => fields);

test('quotes hold commas, doubled quotes and line ends', async () => {
  assert.deepEqual(await records('a,b\r\n"x, y","say ""hi"""\r\n"two\r\nlines",z\r\n\r\nlast,'), [
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['x, y', 'say "hi"'] },
    { line: 3, fields: ['two\nlines', 'z'] },
    { line: 6, fields: ['last', ''] },
  ]);
});

test('a quote that is never closed costs its own line and nothing behind it', async () => {
  const good = 'x,"y, z"\n'.repeat(30);
  const read = await records(`a,b\n1,"open\n${good}`);
  assert.deepEqual(
    read.filter(({ fields }) => fields === undefined),
    [{ line: 2, fields: undefined }],
  );
  assert.equal(read.length, 32);
});

test('a quote that stands wrong costs its own line', async () => {
  assert.deepEqual(await fieldsOf('a,b\n1,"x" y\n2,say "hi" now\n'), [['a', 'b'], undefined, ['2', 'say "hi" now']]);
});

test('an open quote on the last line is reported as well', async () => {
  assert.deepEqual(await fieldsOf('a,b\n1,"x'), [['a', 'b'], undefined]);
});

test('semicolons and tabs divide when the header is divided by them, and a byte order mark is no part of it', async () => {
  assert.deepEqual(await fieldsOf('\uFEFFa;b\n1,5;2'), [
    ['a', 'b'],
    ['1,5', '2'],
  ]);
  assert.deepEqual(await fieldsOf('a\tb\n1\t2'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
});

test('a file without line ends is refused before it fills the memory', async () => {
  await assert.rejects(records('x'.repeat(40_000), 'x'.repeat(40_000)), { code: 'file_unreadable' });
});

test('whatever is written as CSV is read back, however the text arrives', async () => {
  const cell = fc
    .string({ unit: fc.constantFrom('a', ',', '"', '\n', ';', 'é', ' '), maxLength: 6 })
    .map((text) => text.trim());
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const written = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
      const text = `h,h\n${written}\n`;
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
      const read = await records(...chunks);
      assert.deepEqual(
        read.slice(1).map(({ fields }) => fields),
        rows,
      );
    }),
  );
});
