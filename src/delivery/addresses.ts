import type { CustomerId, IdentityId } from '#base';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { Vault } from '#vault';
import type { Thread } from './change.ts';
import type { Address, PersonIds } from './channel.ts';
import { removeDestination } from './sending/destinations.ts';

/** Where a channel identity is met, opened: for one call to its messenger, and kept nowhere. */
export interface OpenAddress {
  /** The page's or number's id at the messenger. */
  readonly account: string;
  readonly person: PersonIds;
  /** When the person last wrote, in milliseconds since the epoch; undefined: they never did. */
  readonly heardAtMs: number | undefined;
  /** Another app has the thread. */
  readonly away: boolean;
  /** When its messenger last told who has the thread, by the messenger's clock; undefined: it never did. */
  readonly routedAtMs: number | undefined;
}

/** An address that is in use, found by who writes; what it says of the person stays sealed. */
export interface KnownAddress extends Thread {
  readonly identityId: IdentityId;
  /** When the person was first met. */
  readonly metAtMs: number;
}

interface Row extends KnownAddress {
  readonly personIndex: Buffer | null;
  readonly numberIndex: Buffer | null;
}

interface Indexes {
  readonly person: Buffer | null;
  readonly number: Buffer | null;
}

/** Addresses of people at messengers; found by blind indexes, opened for sending alone. */
export interface Addresses {
  /**
   * Locks who writes, so that of two messages at once the second finds what the first has entered, and finds
   * their address. The id that belongs to the business decides (Meta: a new number means a new id); a number finds
   * only an address of which no id is known yet:
   *
   * | told | address known by | |
   * | --- | --- | --- |
   * | id | that id | theirs; a number told with it is learnt |
   * | id and number | the number alone | theirs; the id is learnt |
   * | id and number | the number, and another id | the number has a new owner: that address is retired, its person gets nothing more there until they are met, and linked, again |
   * | number | the number alone | theirs |
   * | number | the number, and an id | not said to be theirs, so a stranger is met. The address stays, reached by its id, and gives the number up: when its person is named by the id again, the stranger's is retired |
   */
  meet(tx: Transaction, address: Address): Promise<KnownAddress | undefined>;
  /** Finds it by the same rules without a lock, by whoever messengers tell of; changes nothing. */
  find(db: Queryable, address: Address): Promise<KnownAddress | undefined>;
  /** Enters where a channel identity is met from now on. */
  enter(
    tx: Transaction,
    identityId: IdentityId,
    customerId: CustomerId,
    address: Address,
    nowMs: number,
  ): Promise<void>;
  /**
   * The person wrote to us at that time; it only moves forward. Meta: what is said to another app comes as standby, so
   * the thread was ours then.
   */
  heard(tx: Transaction, identityId: IdentityId, atMs: number): Promise<void>;
  /**
   * The messenger tells whether another app has the thread with this person since then, by its own clock. The newest
   * word counts: one that comes late or twice changes nothing, and is answered with false. Meta: the thread comes back
   * by itself after 24 hours in which the other was silent.
   */
  routed(
    db: Queryable,
    identityId: IdentityId,
    to: { readonly away: boolean; readonly atMs: number },
  ): Promise<boolean>;
  /**
   * A call was refused because another app has the thread. `routedAtMs`: as it stood with the address when the call
   * was prepared. Answers false, and notes nothing, when something was told of it since: it may be ours again.
   */
  foundAway(db: Queryable, identityId: IdentityId, routedAtMs: number | undefined): Promise<boolean>;
  /**
   * From now on they are met there as another customer, by that customer's own code; pictures that they sent go.
   * Answers false when they are met there no more.
   */
  move(tx: Transaction, identityId: IdentityId, from: CustomerId, to: CustomerId): Promise<boolean>;
  /**
   * Whoever this was is somebody else from now on: every address that they may have been met at is retired, by the
   * number alone too.
   */
  end(tx: Transaction, address: Address): Promise<void>;
  /** Opens where an identity is met; undefined: nowhere any more. */
  addressOf(identityId: IdentityId): Promise<OpenAddress | undefined>;
}

/** Makes the addresses over a database and a vault. */
export function createAddresses({
  database,
  vault,
}: {
  readonly database: Database;
  readonly vault: Vault;
}): Addresses {
  const indexesOf = ({ channel, account, person }: Address): Indexes => ({
    person:
      person.id === undefined ? null : vault.index('channel person', JSON.stringify([channel, account, person.id])),
    number:
      person.number === undefined
        ? null
        : vault.index('channel number', JSON.stringify([channel, account, person.number])),
  });
  return {
    meet: async (tx, address) => {
      const indexes = indexesOf(address);
      await lockPerson(tx, indexes);
      return settleWho(tx, vault, address, indexes, await rowsOf(tx, address, indexes));
    },
    find: async (db, address) => {
      const indexes = indexesOf(address);
      return (await rowsOf(db, address, indexes)).find((row) => isPerson(row, indexes));
    },
    enter: async (tx, identityId, customerId, address, nowMs) => {
      const { person, number } = indexesOf(address);
      await tx.execute(sql`insert into channel_addresses
          (identity_id, customer_id, channel, account, person_index, number_index, sealed, state, heard_at, created_at)
        values (${identityId}, ${customerId}, ${address.channel}, ${address.account}, ${person}, ${number},
          ${await sealPerson(tx, vault, customerId, identityId, address.person)}, 'in-use', null, ${new Date(nowMs)})`);
    },
    heard: async (tx, identityId, atMs) => {
      const at = new Date(atMs);
      await tx.execute(sql`update channel_addresses set heard_at = greatest(heard_at, ${at}),
          away_until = case when routed_at > ${at} then away_until end, routed_at = greatest(routed_at, ${at})
        where identity_id = ${identityId}`);
    },
    routed: async (db, identityId, { away, atMs }) => {
      const at = new Date(atMs);
      // That it is ours holds also when it is told again: what waits for it may not have been released.
      const routed = await db.execute(sql`update channel_addresses set routed_at = ${at},
          away_until = case when ${away} then ${at}::timestamptz + interval '1 day' end
        where identity_id = ${identityId}
          and (routed_at is null or routed_at < ${at} or (routed_at = ${at} and not ${away}))`);
      return routed > 0;
    },
    foundAway: async (db, identityId, routedAtMs) => {
      const noted = await db.execute(sql`update channel_addresses set away_until = clock_timestamp() + interval '1 day'
        where identity_id = ${identityId}
          and routed_at is not distinct from ${routedAtMs === undefined ? null : new Date(routedAtMs)}::timestamptz`);
      return noted > 0;
    },
    move: (tx, identityId, from, to) => move(tx, vault, identityId, from, to),
    end: async (tx, address) => {
      const indexes = indexesOf(address);
      await lockPerson(tx, indexes);
      for (const row of await rowsOf(tx, address, indexes)) if (mayBePerson(row, indexes)) await retire(tx, row);
    },
    addressOf: (identityId) => addressOf(database, vault, identityId),
  };
}

/** Whether a row is of whoever writes: by the id where it has one, else by the number. */
function isPerson(row: Row, { person, number }: Indexes): boolean {
  if (row.personIndex) return person !== null && person.equals(row.personIndex);
  return number !== null && row.numberIndex !== null && number.equals(row.numberIndex);
}

/** The same where only one of both was told: then either is enough. */
function mayBePerson(row: Row, indexes: Indexes): boolean {
  return isPerson(row, indexes) || (indexes.person === null && indexes.number !== null);
}

/** One at a time of each person, id and number in one order. */
async function lockPerson(tx: Transaction, { person, number }: Indexes): Promise<void> {
  const locks = [person, number].flatMap((index) => (index ? [index.readBigInt64BE(0)] : []));
  for (const lock of locks.toSorted((a, b) => (a < b ? -1 : 1)))
    await tx.query(sql`select pg_advisory_xact_lock(${lock}::bigint)`);
}

function rowsOf(db: Queryable, { channel, account }: Address, { person, number }: Indexes): Promise<Row[]> {
  return db.query<Row>(sql`
    select a.identity_id as "identityId", a.customer_id as "customerId", c.conversation_id as "conversationId",
      a.person_index as "personIndex", a.number_index as "numberIndex",
      extract(epoch from a.created_at)::double precision * 1000 as "metAtMs"
    from channel_addresses a join conversations c using (customer_id)
    where a.channel = ${channel} and a.account = ${account} and a.state = 'in-use'
      and (a.person_index = ${person} or a.number_index = ${number})`);
}

/** Who it is, when the messenger names a person by what is known of some: a number that has a new owner, a new id. */
async function settleWho(
  tx: Transaction,
  vault: Vault,
  address: Address,
  indexes: Indexes,
  rows: readonly Row[],
): Promise<KnownAddress | undefined> {
  // By the id first: an address without one, which the number finds as well, is of an earlier time.
  const known =
    rows.find((row) => indexes.person !== null && row.personIndex?.equals(indexes.person)) ??
    rows.find((row) => isPerson(row, indexes));
  for (const row of rows) {
    if (row === known) continue;
    if (indexes.person === null && row.personIndex !== null) await giveUpNumber(tx, vault, row);
    else await retire(tx, row);
  }
  if (!known) return undefined;
  await learn(tx, vault, address, indexes, known);
  return known;
}

/** From now on the address is known, and reached, by its id alone. */
async function giveUpNumber(tx: Transaction, vault: Vault, { identityId, customerId }: Row): Promise<void> {
  const { id } = await openPerson(tx, vault, customerId, identityId);
  await tx.execute(sql`update channel_addresses set number_index = null,
      sealed = ${await sealPerson(tx, vault, customerId, identityId, id === undefined ? {} : { id })}
    where identity_id = ${identityId}`);
}

/** Adds the id or the number that was not known of somebody before, or has changed. */
async function learn(tx: Transaction, vault: Vault, { person }: Address, indexes: Indexes, known: Row): Promise<void> {
  const isNew = (now: Buffer | null, before: Buffer | null): boolean => now !== null && !(before?.equals(now) ?? false);
  if (!isNew(indexes.person, known.personIndex) && !isNew(indexes.number, known.numberIndex)) return;
  const { identityId, customerId } = known;
  const before = await openPerson(tx, vault, customerId, identityId);
  await tx.execute(sql`update channel_addresses set person_index = coalesce(${indexes.person}, person_index),
      number_index = coalesce(${indexes.number}, number_index),
      sealed = ${await sealPerson(tx, vault, customerId, identityId, { ...before, ...person })}
    where identity_id = ${identityId}`);
}

async function retire(tx: Transaction, { identityId, customerId, conversationId }: KnownAddress): Promise<void> {
  await tx.execute(sql`update channel_addresses set state = 'retired' where identity_id = ${identityId}`);
  await removeDestination(tx, { customerId, conversationId }, identityId);
}

async function move(
  tx: Transaction,
  vault: Vault,
  identityId: IdentityId,
  from: CustomerId,
  to: CustomerId,
): Promise<boolean> {
  const person = await openPerson(tx, vault, from, identityId);
  const moved = await tx.execute(sql`update channel_addresses set customer_id = ${to},
      sealed = ${await sealPerson(tx, vault, to, identityId, person)}
    where identity_id = ${identityId} and customer_id = ${from} and state = 'in-use'`);
  await tx.execute(sql`delete from channel_media where identity_id = ${identityId}`);
  return moved > 0;
}

async function sealPerson(
  db: Queryable,
  vault: Vault,
  customerId: CustomerId,
  identityId: IdentityId,
  person: PersonIds,
): Promise<Buffer> {
  const sealer = await vault.customerSealer(db, customerId, 'conversation');
  return sealer.seal('channel_addresses.person', identityId, person);
}

async function openPerson(
  db: Queryable,
  vault: Vault,
  customerId: CustomerId,
  identityId: IdentityId,
): Promise<PersonIds> {
  const [row] = await db.query<{ sealed: Buffer }>(
    sql`select sealed from channel_addresses where identity_id = ${identityId}`,
  );
  if (!row) return {};
  const sealer = await vault.customerSealer(db, customerId, 'conversation');
  return sealer.open<PersonIds>('channel_addresses.person', identityId, row.sealed).use((person) => person);
}

async function addressOf(database: Database, vault: Vault, identityId: IdentityId): Promise<OpenAddress | undefined> {
  const [row] = await database.query<{
    customerId: CustomerId;
    account: string;
    heardAt: Date | null;
    routedAt: Date | null;
    away: boolean;
  }>(sql`
    select customer_id as "customerId", account, heard_at as "heardAt", routed_at as "routedAt",
      coalesce(away_until > clock_timestamp(), false) as away
    from channel_addresses
    where identity_id = ${identityId} and state = 'in-use'`);
  if (!row) return undefined;
  const person = await openPerson(database, vault, row.customerId, identityId);
  const { account, heardAt, routedAt, away } = row;
  return { account, person, heardAtMs: heardAt?.getTime(), away, routedAtMs: routedAt?.getTime() };
}
