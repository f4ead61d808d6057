export { readArchive, writeArchive } from './archive.ts';
export { binariesIn, type Binaries } from './binaries.ts';
export {
  openDatabase,
  openScoped,
  unscoped,
  type Database,
  type PoolPressure,
  type Queryable,
  type ScopedDatabase,
  type Transaction,
} from './database.ts';
export { describeSchema } from './describe-schema.ts';
export { runningPostgres, startPostgres, type EmbeddedPostgres } from './embedded.ts';
export { hubMigrations, migrate } from './migrate.ts';
export { operation, type Operation } from './operation.ts';
export { ensureSandboxRole } from './sandbox-role.ts';
export { ensureRoles, type HubRole, type TableRight } from './roles.ts';
export { sql, type Sql } from './sql.ts';
