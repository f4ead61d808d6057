import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '#base';
import { migrateBoth, schemas, testDatabase } from '#test/database';
import { binariesIn } from './binaries.ts';
import { openDatabase, type Database } from './database.ts';
import { describeSchema } from './describe-schema.ts';
import { startPostgres } from './embedded.ts';

const debian15 = '/usr/lib/postgresql/15/bin';

async function compareWithCommitted(database: Database): Promise<void> {
  for (const { schema, description } of schemas) {
    const committed = readFileSync(description, 'utf8');
    const made = await describeSchema(database, schema);
    if (made === committed) continue;
    const [before, after] = [committed.split('\n'), made.split('\n')];
    const lines = [
      ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
      ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
    ];
    assert.fail(`schema ${schema} changed; run node tools/schema.ts --write and commit:\n${lines.join('\n')}`);
  }
}

test('the committed descriptions say what the migrations make', async () => {
  const base = await testDatabase();
  try {
    await compareWithCommitted(base.database);
  } finally {
    await base.close();
  }
});

const missing = !existsSync(debian15) && `PostgreSQL 15 is not installed in ${debian15}`;
test('the migrations make the same on PostgreSQL 15', { skip: missing }, async () => {
  const log = createLog('silent');
  const directory = mkdtempSync(join(tmpdir(), 'tellerline-15-'));
  const server = await startPostgres({ directory, log, durable: false, binaries: binariesIn(debian15) });
  const database = openDatabase(server.url, { log, connectionsMax: 2 });
  try {
    await migrateBoth(database, server.url);
    await compareWithCommitted(database);
  } finally {
    await database.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
