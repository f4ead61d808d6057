import { randomBytes, randomInt } from 'node:crypto';
import { digits, type Accounts } from './accounts.ts';
import type { Collection } from './documents.ts';
import { GraphError } from './graph-error.ts';
import type { Hides, PlatformName, Reach } from './phone-api.ts';

/** Somebody at a platform, as one page or number meets them. */
export interface Person {
  readonly key: string;
  readonly platform: PlatformName;
  /** The page or number that they write to. */
  readonly accountId: string;
  readonly name: string;
  /** Such as `en_US`. */
  readonly locale: string;
  /** Page-scoped or business-scoped id. */
  readonly id: string;
  /** WhatsApp's `wa_id`. */
  readonly number?: string;
  readonly hides: Hides;
  readonly reach: Reach;
  readonly stoppedMarketing: boolean;
  /** When they did something last. */
  readonly heardAtMs?: number;
  /** Another app has the thread with them. Messenger alone. */
  readonly away?: boolean;
  /** Joined by Meta's own account linking, with this code of the business's. */
  readonly linkedBy?: string;
}

/** The people of both platforms. */
export interface People {
  of(platform: PlatformName): readonly Person[];
  /** @throws GraphError `noSuchPerson` */
  named(platform: PlatformName, key: string | undefined): Person;
  /** By an id or a number that this account knows them by. */
  known(accountId: string, by: { readonly id?: string; readonly number?: string }): Person | undefined;
  /** Somebody new at the platform's first account, or at the one that is named. */
  arrive(platform: PlatformName, who: NewPerson): Person;
  change(person: Person, to: Partial<Person>): Person;
  /** Another id, and another number where there is one: nobody knows that it is the same person. */
  readdress(person: Person, how: 'changed' | 'recycled'): Person;
}

/** Somebody who is not there yet. */
export interface NewPerson {
  readonly key?: string;
  readonly name: string;
  readonly locale?: string;
  readonly hides?: Hides;
  readonly accountId?: string;
}

/** Loads the people; at the first start Robert and Lucía stand there, each at both platforms. */
export function openPeople(accounts: Accounts, kept: Collection<Person>): People {
  const idOf = ({ platform, key }: Pick<Person, 'platform' | 'key'>): string => `${platform} ${key}`;
  const change = (person: Person, to: Partial<Person>): Person => {
    const changed = { ...(kept.get(idOf(person)) ?? person), ...to };
    kept.set(idOf(person), changed);
    return changed;
  };
  const arrive = (platform: PlatformName, who: NewPerson): Person => {
    const [first] = accounts.of(platform);
    const accountId = who.accountId ?? first?.id;
    if (!accountId || !accounts.byId(platform, accountId)) throw new GraphError('noSuchObject');
    const person: Person = {
      key: who.key ?? randomBytes(6).toString('hex'),
      platform,
      accountId,
      name: who.name,
      locale: who.locale ?? 'en_US',
      ...identifiers(platform, who.locale),
      hides: who.hides ?? 'nothing',
      reach: 'reachable',
      stoppedMarketing: false,
    };
    kept.set(idOf(person), person);
    return person;
  };
  for (const platform of ['messenger', 'whatsapp'] as const) {
    if (kept.all().some((person) => person.platform === platform)) continue;
    arrive(platform, { key: 'robert', name: 'Robert Hale' });
    const pages = accounts.of(platform);
    const spanish = (pages[1] ?? pages[0])?.id;
    arrive(platform, { key: 'lucia', name: 'Lucía Vega', locale: 'es_LA', ...(spanish && { accountId: spanish }) });
  }
  return {
    of: (platform) => kept.all().filter((person) => person.platform === platform),
    named: (platform, key) => {
      const people = kept.all().filter((person) => person.platform === platform);
      const found = key === undefined ? people[0] : people.find((person) => person.key === key);
      if (!found) throw new GraphError('noSuchPerson');
      return found;
    },
    known: (accountId, { id, number }) =>
      kept
        .all()
        .find(
          (person) =>
            person.accountId === accountId &&
            ((id !== undefined && person.id === id) || (number !== undefined && person.number === number)),
        ),
    arrive,
    change,
    readdress: (person, how) => {
      const fresh = identifiers(person.platform, person.locale);
      const number = how === 'recycled' ? person.number : fresh.number;
      const { heardAtMs: _heard, linkedBy: _linked, ...rest } = person;
      const moved: Person = { ...rest, id: fresh.id, ...(number !== undefined && { number }) };
      kept.set(idOf(person), moved);
      return moved;
    },
  };
}

/** WhatsApp tells nobody's language: somebody who speaks Spanish has a number in Mexico, by which a business can guess it. */
function identifiers(platform: PlatformName, locale = 'en_US'): { id: string; number?: string } {
  if (platform === 'messenger') return { id: digits(17) };
  const own = String(randomInt(10_000_000)).padStart(7, '0');
  // 555-01xx would be too few for many people; area code 555 is nobody's either.
  return locale.startsWith('es')
    ? { id: `MX.${digits(20)}`, number: `521555${own}` }
    : { id: `US.${digits(20)}`, number: `1555${own}` };
}
