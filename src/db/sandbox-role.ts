import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { TellerlineError } from '#base';
import type { Database } from './database.ts';
import { insufficientPrivilege, makeLoginRole, urlAs } from './login-role.ts';

/** How the sandbox's role is made. */
export interface SandboxRoleOptions {
  /** How the hub itself connects; the answer differs from it in user and password only. */
  url: string;
  /** Default `<database>_sandbox`: roles belong to the whole server, and two hubs may share one. */
  role?: string;
  /** Default: a new random one, so that it need not be kept anywhere. */
  password?: string;
}

/**
 * Makes the login role that the sandbox works as, with a schema `sandbox` of its own and no right to
 * anything of the hub.
 *
 * @returns the URL with which the sandbox connects; it holds a password: never log it
 * @throws TellerlineError `sandbox_role_refused` when the hub's role may not create roles
 */
export async function ensureSandboxRole(database: Database, options: SandboxRoleOptions): Promise<string> {
  const password = options.password ?? randomBytes(24).toString('base64url');
  const client = await database.connect();
  try {
    const { rows } = await client.query<{ base: string }>('select current_database() as base');
    const role = options.role ?? `${rows[0]?.base.slice(0, 55)}_sandbox`;
    await client.query('begin');
    await makeLoginRole(client, role, password);
    await makeSchema(client, role);
    await client.query('commit');
    return urlAs(options.url, role, password);
  } catch (error) {
    if ((error as { code?: unknown }).code !== insufficientPrivilege) throw error;
    throw new TellerlineError(
      'sandbox_role_refused',
      500,
      'The PostgreSQL user in DATABASE_URL may not make the role that the sandbox needs. Allow it (alter role … createrole, and ownership of the database), or start with TELLERLINE_SANDBOX=off.',
      {},
      { cause: error },
    );
  } finally {
    await client.end();
  }
}

async function makeSchema(client: pg.Client, role: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  await client.query(`alter role ${name} set search_path to sandbox`);
  // Since PostgreSQL 16 the maker of a role must be its member to give it a schema.
  await client.query(`grant ${name} to current_user`);
  const { rows } = await client.query<{ base: string; schema: boolean; open: boolean }>(
    `select current_database() as base,
            exists (select from pg_namespace where nspname = 'sandbox') as schema,
            has_schema_privilege($1, 'public', 'usage') as open`,
    [role],
  );
  const base = client.escapeIdentifier(rows[0]?.base ?? '');
  await client.query(`grant connect on database ${base} to ${name}`);
  if (!rows[0]?.schema) await client.query(`create schema sandbox authorization ${name}`);
  if (rows[0]?.open) await client.query('revoke all on schema public from public');
}
