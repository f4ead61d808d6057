import { isPassword } from '../customers.ts';

/** Somebody who works at a bank of the sandbox, as its identity provider says it in the ID token. */
export interface StaffPerson {
  readonly name: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly locales: readonly string[];
}

const teams = ['fraud', 'cards', 'payments', 'accounts', 'general'];
const person = (name: string, roles: readonly string[]): [string, StaffPerson] => [
  name,
  { name, roles, teams, locales: ['en', 'es'] },
];

/** The same four at each bank; one more who works there and has no business at the desk. */
const people: ReadonlyMap<string, StaffPerson> = new Map([
  person('agent-1', ['agent']),
  person('agent-2', ['agent']),
  person('supervisor-1', ['supervisor']),
  person('privacy-1', ['privacy-officer']),
  person('teller-1', ['teller']),
]);

/** Who signs in by this name and password; undefined for anybody else. */
export function staffNamed(username: string, password: string): string | undefined {
  const name = username.trim().toLowerCase();
  return isPassword(password) && people.has(name) ? name : undefined;
}

/** What the identity provider says of them; undefined for nobody of the staff. */
export function staffPerson(name: string): StaffPerson | undefined {
  return people.get(name);
}
