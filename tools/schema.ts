/**
 * `node tools/schema.ts` compares the committed descriptions of both schemas with what the migrations
 * make; `--write` writes them anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describeSchema } from '#db';
import { schemas, testDatabase } from '#test/database';

const write = process.argv.includes('--write');
const base = await testDatabase();
try {
  for (const { schema, description } of schemas) {
    const made = await describeSchema(base.database, schema);
    if (write) {
      writeFileSync(description, made);
      console.log(`wrote ${description.pathname}`);
    } else if (readFileSync(description, 'utf8') !== made) {
      console.error(`${description.pathname} does not say what the migrations make: node tools/schema.ts --write`);
      process.exitCode = 1;
    }
  }
} finally {
  await base.close();
}
