import { STAFF_ROLES, type StaffRole } from '#contract';
import type { ServerConnection } from '../fdx/metadata.ts';

/** Where a bank's ID tokens say who somebody is. A dot leads into an object: `realm_access.roles`. */
type StaffClaims = Readonly<Record<'name' | 'roles' | 'teams' | 'locales', string>>;

/** Everything needed to have a bank's identity provider say who of its staff somebody is. */
export interface StaffConnection extends ServerConnection {
  readonly claims: StaffClaims;
  /** Our roles by the bank's own names of them. */
  readonly roles: ReadonlyMap<string, StaffRole>;
}

const ownClaims: StaffClaims = { name: 'name', roles: 'roles', teams: 'teams', locales: 'locales' };

/**
 * Reads how a bank's ID tokens are to be understood: `roles=groups name=preferred_username`, and
 * `agent=CB-Desk supervisor=CB-Desk-Lead`. What is not named is as here.
 *
 * @throws Error when a part is not of this form, or names something that there is not
 */
export function staffClaims(settings: {
  readonly staffClaims?: string | undefined;
  readonly staffRoles?: string | undefined;
}): Pick<StaffConnection, 'claims' | 'roles'> {
  const claims = { ...ownClaims, ...pairs(settings.staffClaims, Object.keys(ownClaims)) };
  const named: Readonly<Record<string, string>> = pairs(settings.staffRoles, STAFF_ROLES);
  // A bank that has named some roles means those alone.
  const roles = STAFF_ROLES.flatMap((role): [string, StaffRole][] => {
    const name = settings.staffRoles ? named[role] : role;
    return name === undefined ? [] : [[name, role]];
  });
  return { claims, roles: new Map(roles) };
}

function pairs(text: string | undefined, known: readonly string[]): Record<string, string> {
  const parts = (text ?? '').split(/\s+/).filter(Boolean);
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf('=');
      const name = part.slice(0, at);
      const value = part.slice(at + 1);
      if (at < 1 || value === '' || !known.includes(name)) throw new Error(`${JSON.stringify(part)} is not understood`);
      return [name, value];
    }),
  );
}
