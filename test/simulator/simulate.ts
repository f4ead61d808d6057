import crypto, { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, newId, systemRandom, type ConversationId, type CustomerId, type IdentityId } from '#base';
import { readLogKey } from '#proof';
import { Bank, type Told } from './bank.ts';
import { checkAll } from './checks.ts';
import { Client } from './client.ts';
import { ModelDatabase } from './database.ts';
import { SimulatedMessenger } from './messenger.ts';
import { HubNode, plainProvider, sharedDeliveries, type Shared } from './node.ts';
import type { Tables } from './tables.ts';
import { rightMs, World } from './world.ts';

/** What a run is made of. */
export interface Plan {
  readonly seed: number;
  /** Events that the bank tells. */
  readonly events: number;
}

/** What a run showed. */
export interface Outcome {
  /** What should not have happened; empty when all promises held. */
  readonly wrong: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  /** How long it took in the run's own time, in milliseconds. */
  readonly virtualMs: number;
}

const nodesAtOnce = 3;
const customersMax = 12;
const healingMs = 180_000;

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const log = createLog('silent');

/** Runs several processes of the hub in virtual time, lets everything go wrong, then lets it heal, and checks P1–P4. */
export async function simulate({ seed, events }: Plan): Promise<Outcome> {
  const world = new World(seed);
  idsFrom(world);
  const { chance } = world;
  const database = new ModelDatabase(world, { lost: 0.004, unknown: 0.04 });
  const messenger = new SimulatedMessenger(world);
  const nodes: HubNode[] = [];
  const shared: Shared = {
    world,
    database,
    deliveries: sharedDeliveries(world),
    provider: plainProvider(),
    signer: logSigner,
    bankKey: publicKey,
    messenger,
    log,
    nodes,
  };
  const born = (place: number): void => {
    const node = new HubNode(shared);
    nodes[place] = node;
    void node.delivery.sending.start();
  };
  for (let place = 0; place < nodesAtOnce; place += 1) born(place);
  messenger.echo = (deliveryId, platformId, shownRevision) => {
    const node = chance.pick(nodes);
    if (!node.life.alive) return;
    void node.delivery.sending
      .settle({ as: 'delivered', deliveryId, platformId, shownRevision })
      .catch(() => world.count('echoes that were lost'));
  };
  const people = await settlePeople(world, shared, chance.between(3, customersMax));
  const clients = people.map((who) => new Client(world, nodes, who));
  for (const client of clients) client.connect();

  database.isIll = true;
  const bank = new Bank(world, nodes, privateKey);
  tellPurchases(world, bank, people, events);
  const faults = faultsOf(world, { nodes, born, database, clients });
  while (bank.told.length < events || bank.open > 0) {
    if (!faults.isOver && bank.told.length >= events) faults.isOver = true;
    await world.run(world.ms + 1_000);
    if (world.ms > 3_600_000) break;
  }
  bank.isWell = true;
  database.isIll = false;
  messenger.isWell = true;
  faults.isOver = true;
  await world.run(world.ms + healingMs);
  const wrong = [
    ...bank.wrong,
    ...clients.flatMap((client) => client.wrong),
    ...checkAll({ shared, messenger, clients, bank, people }),
    ...(bank.open > 0 ? [`${bank.open} batches were never taken`] : []),
  ];
  return { wrong, counts: world.counts, virtualMs: world.ms };
}

const logSigner = makeSigner();

function makeSigner(): Shared['signer'] {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-simulated-'));
  try {
    return readLogKey(folder, 'simulated.example/log', systemRandom);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ids come from the run's own chance, so that a seed gives the same run. */
function idsFrom({ chance }: World): void {
  let made = 0;
  crypto.randomUUIDv7 = () => {
    made += 1;
    const random = chance.bytes(10).toString('hex');
    const time = (0x19_0000_0000 + made).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
  };
  syncBuiltinESMExports();
}

/** A customer of a run, with accounts at the bank. */
export interface Person {
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly identityId: IdentityId;
  readonly linkId: string;
  readonly accounts: readonly { readonly accountId: string; readonly accountRef: string }[];
}

/** Makes customers as linking leaves them, with two accounts each; two of three are brought to the messenger too. */
async function settlePeople(world: World, shared: Shared, count: number): Promise<Person[]> {
  const { tables } = shared.database;
  const [node] = shared.nodes;
  if (!node) throw new Error('there is a process');
  const people: Person[] = [];
  const done = shared.database.of(node.life).transaction(async (tx) => {
    for (let n = 0; n < count; n += 1) {
      const [customerId, linkId] = [newId<CustomerId>(), newId() as string];
      const conversationId = newId<ConversationId>();
      const secret = (): Buffer => Buffer.concat([Buffer.of(2), world.chance.bytes(32)]);
      const wrapped = secret();
      const ledgerKey = secret();
      const until = new Date(rightMs(world) + 86_400_000 * 300);
      enterLinked(tables, { customerId, conversationId, linkId, wrapped, ledgerKey, until });
      const sealers = await node.vault.routedSealers(tx, [
        {
          linkId: linkId as never,
          customerId,
          bankId: 'citi' as never,
          epoch: 1,
          generation: null,
          wrapped: Buffer.from(wrapped),
          ledgerGeneration: null,
          ledgerWrapped: ledgerKey,
        },
      ]);
      const accounts = ['checking', 'card'].map((kind) => {
        const accountId = `${kind}-${n}`;
        const accountRef = newId() as string;
        const index = shared.provider.index('account', `citi|${accountId}`);
        const detail = sealers
          .get(linkId as never)
          ?.sealState('accounts.detail', index.toString('hex'), { accountId, currency: 'USD', kind, last4: '4417' });
        if (!detail) throw new Error('a key that was just made is there');
        tables.accounts.set(index.toString('latin1'), [
          { linkId, accountRef, index, detail, leftOut: false, hearing: null, low: null, watch: null },
        ]);
        return { accountId, accountRef };
      });
      const identityId = newId<IdentityId>();
      const person = { customerId, conversationId, identityId, linkId, accounts };
      people.push(person);
      if (n % 3 !== 0)
        shared.deliveries.destinations.push({
          conversationId,
          customerId,
          identityId: newId<IdentityId>(),
          channel: 'simulated',
          detail: 'full',
        });
    }
  });
  await world.run(world.ms + 1_000);
  await done;
  return people;
}

/** A customer with one link and its consent, and a conversation in which nothing is said yet. */
function enterLinked(
  tables: Tables,
  of: {
    readonly customerId: string;
    readonly conversationId: string;
    readonly linkId: string;
    readonly wrapped: Buffer;
    readonly ledgerKey: Buffer;
    readonly until: Date;
  },
): void {
  const { customerId, conversationId, linkId, wrapped, ledgerKey, until } = of;
  const key = { linkId, customerId, bankId: 'citi', epoch: 1, generation: null, wrapped, closed: false };
  tables.customers.set(customerId, { locale: 'en', timeZone: 'UTC', quiet: null, digestHour: null });
  tables.keys.set(linkId, { ...key, state: 'linked' });
  tables.ledgerKeys.set(customerId, { generation: null, wrapped: ledgerKey });
  tables.consents.set(linkId, { purposes: ['balances', 'transactions'], until });
  const conversation = { conversationId, customerId, lastSeq: 0 };
  tables.conversations.set(conversationId, conversation);
  tables.conversationOf.set(customerId, conversation);
}

/** The bank tells of purchases, in batches of any size, some of them of what it told before. */
function tellPurchases(world: World, bank: Bank, people: readonly Person[], events: number): void {
  const { chance } = world;
  const purchases: { id: string; accountId: string; stage: number; amount: number; at: string; day: string }[] = [];
  const next = (): Told => {
    const known = purchases.filter((one) => one.stage < 2);
    let purchase = known.length > 0 && chance.in(0.45) ? chance.pick(known) : undefined;
    if (!purchase) {
      const account = chance.pick(chance.pick(people).accounts);
      const at = new Date(rightMs(world)).toISOString();
      purchase = {
        id: `t${purchases.length}`,
        accountId: account.accountId,
        stage: 0,
        amount: chance.between(100, 9_999),
        at,
        day: at.slice(0, 10),
      };
      purchases.push(purchase);
    }
    const later = chance.in(0.2) ? 3 : 2;
    purchase.stage = purchase.stage === 0 ? 1 : later;
    if (purchase.stage === 2 && chance.in(0.3)) purchase.amount += chance.between(1, 500);
    const status = ['authorized', 'posted', 'reversed'][purchase.stage - 1];
    const id = `e${bank.told.length}`;
    const occurredAt = new Date(rightMs(world)).toISOString();
    // Another first word each: what the rule of matching finds is not asked here.
    const merchant = `Shop${purchase.id}`;
    const body = {
      id,
      type: `transaction.${status}`,
      occurredAt,
      accountId: purchase.accountId,
      transaction: {
        id: purchase.id,
        status,
        amount: (purchase.amount / 100).toFixed(2),
        currency: 'USD',
        direction: 'debit',
        occurredAt: purchase.at,
        localDate: purchase.day,
        description: `${merchant} store`,
        merchant: { name: merchant, category: '5411' },
      },
    };
    return {
      id,
      accountId: purchase.accountId,
      purchase: purchase.id,
      stage: purchase.stage,
      body,
      sentAt: undefined,
      acknowledgedAt: undefined,
    };
  };
  const tell = (): void => {
    if (bank.told.length >= events) return;
    const size = chance.in(0.3) ? 1 : chance.between(2, 25);
    const batch: Told[] = [];
    for (let n = 0; n < size && bank.told.length < events; n += 1) {
      if (bank.told.length > 0 && chance.in(0.08)) batch.push(chance.pick(bank.told));
      const one = next();
      bank.told.push(one);
      batch.push(one);
    }
    if (batch.length > 0) void bank.deliver(batch);
    world.after(chance.in(0.5) ? chance.between(5, 400) : chance.between(400, 12_000), tell);
  };
  tell();
}

/** What goes wrong while the bank tells. */
function faultsOf(
  world: World,
  of: {
    readonly nodes: readonly HubNode[];
    readonly born: (place: number) => void;
    readonly database: ModelDatabase;
    readonly clients: readonly Client[];
  },
): { isOver: boolean } {
  const { chance } = world;
  const state = { isOver: false };
  const kill = (): void => {
    const place = chance.between(0, of.nodes.length - 1);
    const node = of.nodes[place];
    if (!node?.life.alive) return;
    world.count('processes killed');
    node.die();
    world.after(chance.between(100, 20_000), () => of.born(place));
  };
  const pause = (): void => {
    const node = chance.pick(of.nodes);
    world.count('processes paused');
    node.pause(chance.between(500, 40_000));
  };
  const setClock = (): void => {
    const node = chance.pick(of.nodes);
    world.count('clocks set');
    node.clock.offMs = chance.pick([-3_600_000, 86_400_000]);
    world.after(chance.between(1_000, 20_000), () => (node.clock.offMs = 0));
  };
  const restart = (): void => {
    world.count('restarts of the database');
    of.database.restart(chance.between(50, 5_000));
  };
  const again = (): void => {
    if (state.isOver) return;
    chance.pick([kill, kill, kill, pause, setClock, restart, ...of.clients.map((client) => () => client.drop())])();
    world.after(chance.between(20, 4_000), again);
  };
  world.after(chance.between(20, 900), again);
  return state;
}
