import { TellerlineError } from '#base';
import type { Database } from './database.ts';
import { insufficientPrivilege, makeLoginRole, urlAs } from './login-role.ts';

/** What a role may do with a table: everything that is not named is refused. */
export interface TableRight {
  readonly table: string;
  readonly may: 'select' | 'update';
  /** These columns alone. */
  readonly columns?: readonly string[];
}

export interface WebRoleOptions {
  /** How the hub itself connects; the answer differs from it in user and password only. */
  readonly url: string;
  /** The same in every process that works on this database. */
  readonly password: string;
  readonly rights: readonly TableRight[];
}

/**
 * Makes the login role that the listeners' own statements run as, `<database>_web`, and gives it these
 * rights and no others.
 *
 * @returns the URL with which it connects; it holds a password: never log it
 * @throws TellerlineError `web_role_refused` when the hub's role may not create roles
 */
export async function ensureWebRole(database: Database, { url, password, rights }: WebRoleOptions): Promise<string> {
  const client = await database.connect();
  try {
    const { rows } = await client.query<{ base: string }>('select current_database() as base');
    const base = rows[0]?.base ?? '';
    const role = `${base.slice(0, 55)}_web`;
    const name = client.escapeIdentifier(role);
    await client.query('begin');
    await makeLoginRole(client, role, password);
    // Only a member of a role may end its sessions, as dropping the database does.
    await client.query(`grant ${name} to current_user`);
    await client.query(`grant connect on database ${client.escapeIdentifier(base)} to ${name}`);
    await client.query(`revoke all on all tables in schema public from ${name}`);
    await client.query(`grant usage on schema public to ${name}`);
    for (const { table, may, columns } of rights) {
      const some = columns ? ` (${columns.map((column) => client.escapeIdentifier(column)).join(', ')})` : '';
      await client.query(`grant ${may}${some} on public.${client.escapeIdentifier(table)} to ${name}`);
    }
    await client.query('commit');
    return urlAs(url, role, password);
  } catch (error) {
    if ((error as { code?: unknown }).code !== insufficientPrivilege) throw error;
    throw new TellerlineError(
      'web_role_refused',
      500,
      'The PostgreSQL user in DATABASE_URL may not make the role that the listeners work as. Allow it: alter role … createrole.',
      {},
      { cause: error },
    );
  } finally {
    await client.end();
  }
}
