import type pg from 'pg';

/** PostgreSQL's code for "insufficient privilege". */
export const insufficientPrivilege = '42501';

/** Makes a role that may sign in, or gives the one that is there this password; part of the caller's transaction. */
export async function makeLoginRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  // Two starts at once on one server must not both find the role missing.
  await client.query("select pg_advisory_xact_lock(hashtext('tellerline login role'))");
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  await client.query(`${verb} role ${name} login password ${client.escapeLiteral(password)}`);
}

/** The hub's address with another user; it holds a password: never log it. */
export function urlAs(hubUrl: string, role: string, password: string): string {
  const url = new URL(hubUrl);
  if (url.hostname === '') {
    // A socket's URL has no place for a user before the host; pg reads both from the query as well.
    url.searchParams.set('user', role);
    url.searchParams.set('password', password);
    return url.href;
  }
  url.username = role;
  url.password = password;
  return url.href;
}
