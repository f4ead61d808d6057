import { TellerlineError } from '#base';
import type { Database } from './database.ts';
import { insufficientPrivilege, makeLoginRole, urlAs } from './login-role.ts';

/** What a role may do with a table: everything that is not named is refused. */
export interface TableRight {
  readonly table: string;
  readonly may: 'select' | 'insert' | 'update';
  /** These columns alone. */
  readonly columns?: readonly string[];
}

/** A role that works beside the hub's own, with less. */
export interface HubRole {
  /** The role is called `<database>_<name>`: roles belong to the whole server, and two hubs may share one. */
  readonly name: 'web' | 'reader' | 'intake' | 'desk';
  /** The same in every process that works on this database. */
  readonly password: string;
  readonly rights: readonly TableRight[];
}

/**
 * Makes the login roles named and gives each its rights and no others.
 *
 * @param url how the hub itself connects
 * @returns the URLs with which the roles connect, in their order; they hold passwords: never log them
 * @throws TellerlineError `roles_refused` when the hub's role may not create roles
 */
export async function ensureRoles(database: Database, url: string, roles: readonly HubRole[]): Promise<string[]> {
  const client = await database.connect();
  try {
    const { rows } = await client.query<{ base: string }>('select current_database() as base');
    const base = rows[0]?.base ?? '';
    await client.query('begin');
    const urls: string[] = [];
    for (const { name: suffix, password, rights } of roles) {
      const role = `${base.slice(0, 55)}_${suffix}`;
      const name = client.escapeIdentifier(role);
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
      urls.push(urlAs(url, role, password));
    }
    await client.query('commit');
    return urls;
  } catch (error) {
    if ((error as { code?: unknown }).code !== insufficientPrivilege) throw error;
    throw new TellerlineError(
      'roles_refused',
      500,
      'The PostgreSQL user in DATABASE_URL may not make the roles that the listeners, the gate and the intake of events work as. Allow it: alter role … createrole.',
      {},
      { cause: error },
    );
  } finally {
    await client.end();
  }
}
