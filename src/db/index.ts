export { readArchive, writeArchive } from './archive.ts';
export { binariesIn, type Binaries } from './binaries.ts';
export { openDatabase, type Database, type Queryable, type Transaction } from './database.ts';
export { describeSchema } from './describe-schema.ts';
export { runningPostgres, startPostgres, type EmbeddedPostgres } from './embedded.ts';
export { hubMigrations, migrate } from './migrate.ts';
export { ensureSandboxRole } from './sandbox-role.ts';
export { ensureWebRole, type TableRight } from './web-role.ts';
export { sql, type Sql } from './sql.ts';
