import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { ConversationId, CustomerId, DeliveryId, IdentityId, LinkId, MessageId, NodeId } from '#base';
import { sql, type Transaction } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import type { Purpose } from '#contract';
import type { Audience, Written } from '../change.ts';
import type { ModelDestination, ModelTransaction } from './kept-delivery.ts';
import { MemoryStore } from './memory-store.ts';
import { clearIds } from './clear-ids.fixture.ts';
import { partsIn } from './parts.ts';
import { postgresStore } from './postgres-store.ts';
import { shardOf } from './shard.ts';
import {
  failuresMax,
  type Attempt,
  type DeliveryStore,
  type Held,
  type OpenDelivery,
  type PutDelivery,
  type Settling,
} from './store.ts';

// The port's rules, as one suite of commands that is run on the model and on PostgreSQL side by side: after
// each command both must have answered the same, and the rules of P3 and P4 must hold of the answers.

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

const id = <Id>(n: number): Id => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as Id;
const nodes = [id<NodeId>(1), id<NodeId>(2)] as const;
const customers = [id<CustomerId>(11), id<CustomerId>(12)] as const;
// The first two share a shard with nobody; the shards lie at both ends, so that two processes share them.
const conversations = [id<ConversationId>(0x1001), id<ConversationId>(0x13fe)] as const;
const someDestinations = (): ModelDestination[] =>
  [
    { conversation: 0, identity: 0x21, channel: 'one', otherwise: 'elsewhere' as const },
    { conversation: 0, identity: 0x22, channel: 'two', otherwise: 'drop' as const },
    { conversation: 1, identity: 0x23, channel: 'one', details: { balances: 'off', transactions: 'full' } as const },
    { conversation: 0, identity: 0x24, channel: 'two', spare: true },
  ].map(({ conversation, identity, channel, details = {}, otherwise = 'wait' as const, spare = false }) => ({
    conversationId: conversations[conversation] as ConversationId,
    customerId: customers[conversation] as CustomerId,
    identityId: id<IdentityId>(identity),
    channel,
    detail: 'masked' as const,
    details,
    otherwise,
    spare,
  }));
const identities = [0x21, 0x22, 0x23, 0x24].map((n) => id<IdentityId>(n));
const channels = ['one', 'two'] as const;
const abilities = { removing: ['two'], unchanging: ['one'] };

/** A store with what stands around it: the time, and the messages that deliveries are of. */
interface Subject {
  readonly name: string;
  lease(node: NodeId, forMs: number): ReturnType<DeliveryStore<unknown>['lease']>;
  put(written: readonly Written[]): Promise<PutDelivery[]>;
  readonly store: Pick<DeliveryStore<unknown>, 'claim' | 'begin' | 'settle' | 'release' | 'backlog'>;
  erase(messageId: MessageId): Promise<void>;
  /** The customer chooses another level of detail for one of the destinations, or none. */
  choose(destination: number, detail: 'full' | 'masked' | undefined): Promise<void>;
}

interface Time {
  ms: number;
}

function modelOf(time: Time): Subject {
  const store = new MemoryStore(
    () => time.ms,
    () => randomUUID() as string as DeliveryId,
  );
  store.destinations.push(...someDestinations());
  return {
    name: 'model',
    lease: (node, forMs) => store.lease(node, forMs),
    put: async (written) => {
      const work: (() => void)[] = [];
      const tx: ModelTransaction = { afterCommit: (one) => work.push(one) };
      const put = await store.put(tx, written, abilities);
      for (const one of work) one();
      return put;
    },
    store,
    erase: async (messageId) => {
      store.erased.add(messageId);
    },
    choose: async (n, detail) => {
      const { identityId } = someDestinations()[n] as ModelDestination;
      const at = store.destinations.findIndex((one) => one.identityId === identityId);
      const there = store.destinations[at];
      if (there && detail) there.detail = detail;
      else if (there) store.destinations.splice(at, 1);
    },
  };
}

async function postgresOf(time: Time): Promise<Subject> {
  const { database } = db;
  for (const table of ['deliveries', 'destinations', 'delivery_nodes', 'delivery_leases', 'messages', 'customers'])
    await database.execute({ text: `delete from ${table}`, values: [] });
  for (const customerId of customers)
    await database.execute(sql`insert into customers (customer_id, locale, time_zone, created_at)
      values (${customerId}, 'en', 'America/New_York', now())`);
  for (const { conversationId, customerId, identityId, channel, detail, ...chosen } of someDestinations()) {
    const { details, otherwise, spare } = chosen;
    await database.execute(sql`insert into channel_identities (identity_id, customer_id, channel, created_at)
      values (${identityId}, ${customerId}, ${channel}, now())`);
    await database.execute(sql`
      insert into destinations (conversation_id, identity_id, customer_id, channel, detail, details, otherwise, spare, created_at)
      values (${conversationId}, ${identityId}, ${customerId}, ${channel}, ${detail}, ${JSON.stringify(details)}::jsonb, ${otherwise}, ${spare}, now())`);
  }
  const store = postgresStore(database, clearIds, () => new Date(time.ms));
  const enter = async (tx: Transaction, { change, revision }: Written): Promise<void> => {
    const { conversationId, messageId } = change;
    if (change.entry === 'message')
      await tx.execute(sql`insert into messages (conversation_id, message_id, revision, author, at, sealed)
        values (${conversationId}, ${messageId}, ${revision}, ${change.author}, now(), '')`);
    if (change.entry === 'edit')
      await tx.execute(sql`update messages set revision = ${revision} where message_id = ${messageId}`);
    if (change.entry === 'removal') await tx.execute(sql`delete from messages where message_id = ${messageId}`);
  };
  return {
    name: 'PostgreSQL',
    lease: (node, forMs) => store.lease(node, forMs),
    put: (written) =>
      database.transaction(async (tx) => {
        for (const one of written) await enter(tx, one);
        return store.put(tx, written, abilities);
      }),
    store,
    erase: async (messageId) => {
      await database.execute(sql`delete from messages where message_id = ${messageId}`);
    },
    choose: async (n, detail) => {
      const { identityId } = someDestinations()[n] as ModelDestination;
      if (detail)
        await database.execute(sql`update destinations set detail = ${detail} where identity_id = ${identityId}`);
      else await database.execute(sql`delete from destinations where identity_id = ${identityId}`);
    },
  };
}

/** One command with its choices, as numbers that are taken modulo what there is. */
type Command =
  | { readonly do: 'lease'; readonly node: number; readonly forMs: number }
  | { readonly do: 'pass'; readonly ms: number }
  | {
      readonly do: 'say';
      readonly conversation: number;
      readonly author: 'bank' | 'customer';
      readonly count: number;
      readonly purpose: Purpose | null;
      readonly to: Audience | undefined;
      readonly saidOtherwiseAt: IdentityId | undefined;
    }
  | { readonly do: 'change'; readonly message: number; readonly entry: 'edit' | 'removal'; readonly worth: boolean }
  | { readonly do: 'release'; readonly destination: number }
  | { readonly do: 'erase'; readonly message: number }
  | { readonly do: 'choose'; readonly destination: number; readonly detail: 'full' | 'masked' | undefined }
  | { readonly do: 'claim'; readonly node: number; readonly channel: number; readonly limit: number }
  | {
      readonly do: 'begin';
      readonly node: number;
      readonly which: number;
      readonly off: number;
      readonly content: Attempt['content'];
    }
  | {
      readonly do: 'settle';
      readonly node: number;
      readonly which: number;
      readonly as: Settling['as'];
      readonly failed: boolean;
      /** What becomes of one that failed; of which part nobody knows; how many attempts ago it was that is told of. */
      readonly becomes: Extract<Settling, { as: 'failed' }>['becomes'];
      readonly part: number;
      readonly ago: number;
    };

const some = fc.nat({ max: 50 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      node: some,
      forMs: fc.constantFrom(0, 15_000, 60_000, 600_000, 600_000, 600_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 1_000, 4_000, 4_000, 4_000, 16_000, 40_000, 300_000, 8 * 86_400_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      conversation: some,
      author: fc.constantFrom('bank' as const, 'bank' as const, 'customer' as const),
      count: fc.integer({ min: 1, max: 3 }),
      purpose: fc.constantFrom<(Purpose | null)[]>(null, null, 'balances', 'transactions'),
      to: fc.constantFrom<(Audience | undefined)[]>(undefined, undefined, undefined, 'browsers', ...identities),
      saidOtherwiseAt: fc.constantFrom(undefined, undefined, ...identities),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      message: some,
      entry: fc.constantFrom('edit' as const, 'removal' as const),
      worth: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), message: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), destination: fc.nat({ max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('choose' as const),
      destination: fc.nat({ max: 2 }),
      detail: fc.constantFrom('full' as const, 'masked' as const, 'masked' as const, undefined),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      node: some,
      channel: some,
      limit: fc.constantFrom(1, 2, 500),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      node: some,
      which: some,
      // Mostly what the process was told last; now and then something older.
      off: fc.constantFrom(0, 0, 0, 1),
      content: fc.constantFrom<Attempt['content'][]>('read', 'read', 'read', 'read', 'unreadable', 'given-up'),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      node: some,
      which: some,
      as: fc.constantFrom<Settling['as'][]>(
        'delivered',
        'delivered',
        'failed',
        'failed',
        'waiting',
        'unknown',
        'parked',
        'skipped',
        'closed',
        'closed',
      ),
      failed: fc.boolean(),
      becomes: fc.constantFrom('waiting', 'waiting', 'closed', 'parked'),
      part: fc.nat({ max: 1 }),
      ago: fc.nat({ max: 3 }),
    }),
  },
);

/** What a run knows from the outside: what it was answered. */
class Run {
  readonly #subjects: readonly [Subject, Subject];
  readonly #time: Time;
  readonly #seqs = new Map<ConversationId, number>();
  readonly #messages: { conversationId: ConversationId; messageId: MessageId; revision: number }[] = [];
  /** By subject: deliveries by their names, and how often each process believes that they were tried. */
  readonly #ids = [new Map<string, DeliveryId>(), new Map<string, DeliveryId>()] as const;
  readonly #known = new Map<
    string,
    { row: OpenDelivery; attempts: number; detail: OpenDelivery['detail']; open: boolean }
  >();
  /** The fences that each process was told. */
  readonly #fences: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  #next = 0x9000;
  granted = 0;
  /** What a messenger has once taken. */
  readonly #taken = new Set<string>();
  /** Deliveries that were told to have failed after they had been taken. */
  lost = 0;

  constructor(subjects: readonly [Subject, Subject], time: Time) {
    this.#subjects = subjects;
    this.#time = time;
  }

  /** Does one command on both, and compares what they answered. */
  async step(command: Command): Promise<void> {
    const [left, right] = [await this.#do(0, command), await this.#do(1, command)];
    assert.deepEqual(left.answer, right.answer, `${command.do}: the model and PostgreSQL differ`);
    left.learn();
    if (command.do === 'pass') this.#time.ms += command.ms;
    const backlogs = await Promise.all(this.#subjects.map(({ store }) => store.backlog()));
    assert.deepEqual(backlogs[0], backlogs[1]);
  }

  async #do(side: 0 | 1, command: Command): Promise<{ answer: unknown; learn: () => void }> {
    const subject = this.#subjects[side];
    switch (command.do) {
      case 'pass':
        return { answer: undefined, learn: () => undefined };
      case 'lease': {
        const n = command.node % 2;
        const { shards, nodes: there } = await subject.lease(nodes[n] as NodeId, command.forMs);
        const learn = (): void => {
          for (const [shard, fence] of shards)
            assert.ok(fence >= (this.#fences[n]?.get(shard) ?? 0), 'a fence never goes back');
          this.#fences[n] = new Map(shards);
        };
        return { answer: { shards: [...shards], there }, learn };
      }
      case 'say':
      case 'change':
        return this.#write(side, command);
      case 'erase': {
        const message = this.#pick(this.#messages, command.message);
        if (message) await subject.erase(message.messageId);
        return { answer: undefined, learn: () => undefined };
      }
      case 'release': {
        const released = await subject.store.release(identities[command.destination % identities.length] as IdentityId);
        return { answer: released.map(({ shard, channel }) => ({ shard, channel })), learn: () => undefined };
      }
      case 'choose':
        await subject.choose(command.destination, command.detail);
        return { answer: undefined, learn: () => undefined };
      case 'claim':
        return this.#claim(side, command);
      case 'begin':
        return this.#begin(side, command);
      case 'settle':
        return this.#settle(side, command);
    }
  }

  #pick<One>(all: readonly One[], n: number): One | undefined {
    return all[n % Math.max(1, all.length)];
  }

  /** Mostly the process that was told last that the shard is its own; now and then the other. */
  #worker(node: number, shard: number): number {
    const [one, two] = this.#fences.map((fences) => fences.get(shard) ?? 0);
    const holder = (one ?? 0) >= (two ?? 0) ? 0 : 1;
    return node % 6 === 0 ? 1 - holder : holder;
  }

  /** The oldest open delivery to each identity. */
  #oldest() {
    const open = [...this.#known.values()].filter((one) => one.open);
    return [...Map.groupBy(open, ({ row }) => row.identityId).values()].flatMap((lane) => lane.slice(0, 1));
  }

  async #write(side: 0 | 1, command: Extract<Command, { do: 'say' | 'change' }>) {
    const written = command.do === 'say' ? this.#said(command) : this.#changed(command);
    const put = await this.#subjects[side].put(written);
    for (const one of put) this.#ids[side].set(nameOf(one), one.deliveryId);
    const learn = (): void => {
      this.#next += written.length;
      for (const { change, seq, revision } of written) {
        const { conversationId, messageId } = change;
        this.#seqs.set(conversationId, seq);
        const earlier = this.#messages.find((one) => one.messageId === messageId);
        if (earlier) earlier.revision = revision;
        else this.#messages.push({ conversationId, messageId, revision });
      }
      for (const one of put) this.#known.set(nameOf(one), { row: one, attempts: 0, detail: one.detail, open: true });
    };
    return { answer: named(put), learn };
  }

  #said({ conversation, author, count, purpose, to, saidOtherwiseAt }: Extract<Command, { do: 'say' }>): Written[] {
    const conversationId = conversations[conversation % 2] as ConversationId;
    const thread = { conversationId, customerId: customers[conversation % 2] as CustomerId };
    const from = this.#seqs.get(conversationId) ?? 0;
    return Array.from({ length: count }, (_, n) => ({
      change: {
        ...thread,
        ...emptyMessage,
        author,
        messageId: id<MessageId>(this.#next + n),
        ...(to && { to }),
        ...(saidOtherwiseAt && { saidOtherwiseAt }),
        ...(purpose && { body: { ...emptyMessage.body, from: 'link', linkId: id<LinkId>(0x31), purpose } as const }),
      },
      seq: from + n + 1,
      revision: 1,
    }));
  }

  #changed({ message, entry, worth }: Extract<Command, { do: 'change' }>): Written[] {
    const of = this.#pick(this.#messages, message);
    if (!of) return [];
    const { conversationId, messageId, revision } = of;
    const thread = { conversationId, customerId: customers[conversations.indexOf(conversationId)] as CustomerId };
    const seq = (this.#seqs.get(conversationId) ?? 0) + 1;
    const change =
      entry === 'removal'
        ? { ...thread, entry, messageId, atMs: 0 }
        : {
            ...thread,
            ...emptyMessage,
            entry,
            author: 'bank' as const,
            messageId,
            ...(worth && { worthSaying: true as const }),
          };
    return [{ change, seq, revision: revision + 1 }];
  }

  async #claim(side: 0 | 1, { node, channel, limit }: Extract<Command, { do: 'claim' }>) {
    const claimed = await this.#subjects[side].store.claim({
      node: nodes[node % 2] as NodeId,
      channel: channels[channel % 2] as string,
      shards: conversations.map(shardOf),
      limit,
    });
    const rest =
      claimed.length === 0
        ? []
        : await this.#subjects[side].store.claim({
            node: nodes[node % 2] as NodeId,
            channel: channels[channel % 2] as string,
            shards: conversations.map(shardOf),
            after: claimed.at(-1),
            limit: 500,
          });
    const all = [...claimed, ...rest];
    for (const one of all) this.#ids[side].set(nameOf(one), one.deliveryId);
    const learn = (): void => {
      // What could not go where it was meant for goes elsewhere: that is learnt here.
      for (const row of all)
        if (!this.#known.has(nameOf(row)))
          this.#known.set(nameOf(row), { row, attempts: row.attempts, detail: row.detail, open: true });
      for (const [identityId, lane] of Map.groupBy(all, (one) => one.identityId)) {
        const seqs = lane.map(({ seq }) => seq);
        assert.deepEqual(
          seqs,
          seqs.toSorted((a, b) => a - b),
          'in order',
        );
        const open = [...this.#known.values()].filter((one) => one.open && one.row.identityId === identityId);
        assert.equal(seqs[0], Math.min(...open.map(({ row }) => row.seq)), 'from the oldest that is open');
      }
      for (const row of all) {
        const known = this.#known.get(nameOf(row));
        if (!known) continue;
        known.attempts = row.attempts;
        known.detail = row.detail;
      }
    };
    return { answer: [named(claimed), named(rest)], learn };
  }

  async #begin(side: 0 | 1, { node, which, off, content }: Extract<Command, { do: 'begin' }>) {
    // Mostly what may be sent now; now and then anything at all.
    const known = this.#pick(which % 5 === 0 ? [...this.#known.values()] : this.#oldest(), which);
    if (!known) return { answer: undefined, learn: () => undefined };
    const name = nameOf(known.row);
    const { shard, identityId, seq } = known.row;
    const n = this.#worker(node, shard);
    const deliveryId = this.#ids[side].get(name) as DeliveryId;
    const fence = this.#fences[n]?.get(shard) ?? 0;
    const attempts = Math.max(0, known.attempts - off);
    const [begun] = await this.#subjects[side].store.begin(nodes[n] as NodeId, [
      { deliveryId, shard, fence, attempts, content, detail: known.detail, forMs: 25_000 },
    ]);
    const learn = (): void => {
      if (begun?.begun === 'closed') known.open = false;
      if (begun?.begun !== 'attempted') return;
      this.granted += 1;
      const earlier = [...this.#known.values()].filter(
        (one) => one.open && one.row.identityId === identityId && one.row.seq < seq,
      );
      assert.deepEqual(earlier, [], 'nothing is sent before what is older');
      assert.equal(known.open, true, 'nothing is sent that is settled');
      known.attempts = attempts + 1;
    };
    return { answer: begun, learn };
  }

  async #settle(side: 0 | 1, command: Extract<Command, { do: 'settle' }>) {
    const { node, which, as } = command;
    const tried = [...this.#known.values()].filter(({ attempts, open }) => attempts > 0 && (open || which % 3 === 0));
    // Mostly of what has been taken: of anything else nobody tells that it failed.
    const taken = [...this.#known.entries()].flatMap(([name, one]) => (this.#taken.has(name) ? [one] : []));
    const known = this.#pick(as === 'failed' && which % 5 !== 0 ? taken : tried, which);
    if (!known) return { answer: undefined, learn: () => undefined };
    const name = nameOf(known.row);
    const { shard, revision } = known.row;
    const n = this.#worker(node, shard);
    const held = {
      deliveryId: this.#ids[side].get(name) as DeliveryId,
      shard,
      fence: this.#fences[n]?.get(shard) ?? 0,
      attempts: known.attempts,
    };
    const settling = settlingOf(command, held, { revision, platformId: `p-${name}` });
    const [settled] = await this.#subjects[side].store.settle(nodes[n] as NodeId, [settling]);
    const learn = (): void => {
      if (settled) known.open = settled.isOpen;
      if (settled?.isParked) assert.ok(as === 'parked' || as === 'failed', 'nothing else is given up');
      if (settled && as === 'failed') this.lost += 1;
      if (settled && as === 'delivered') this.#taken.add(name);
      if (!settled || as !== 'delivered') return;
      // It stands there after all: what takes it back goes out (again).
      for (const one of this.#known.values()) {
        const { identityId, messageId, entry, seq } = one.row;
        const isSame = identityId === known.row.identityId && messageId === known.row.messageId;
        if (isSame && entry === 'removal' && seq > known.row.seq) one.open = true;
      }
    };
    const { isOpen, isParked } = settled ?? {};
    return { answer: settled && { shard: settled.shard, channel: settled.channel, isOpen, isParked }, learn };
  }
}

type SettleCommand = Extract<Command, { do: 'settle' }>;

/** What a command says of a delivery. */
function settlingOf(
  { as, failed, becomes, part, ago }: SettleCommand,
  held: Held,
  { revision, platformId }: { revision: number; platformId: string },
): Settling {
  const { deliveryId, attempts } = held;
  switch (as) {
    case 'delivered':
      return { as, deliveryId, platformId, shownRevision: revision, ...(ago < 3 && { attempt: attempts - ago }) };
    case 'failed':
      return {
        as,
        deliveryId,
        platformIndex: clearIds.indexOf(platformId),
        code: 'made',
        becomes,
        windowOver: failed,
        ...(part === 1 && { inMs: 2_000 }),
      };
    case 'waiting':
      return { ...held, as, inMs: 3_000, failed, windowOver: part === 1, code: 'made' };
    case 'unknown':
      return { ...held, as, inMs: 3_000, part, code: 'made' };
    default:
      return { ...held, as, code: 'made' };
  }
}

const emptyMessage = {
  entry: 'message',
  atMs: 0,
  body: { from: 'customer', said: { content: { kind: 'text', text: '' } } },
} as const;

const nameOf = (one: OpenDelivery): string => `${one.conversationId.slice(-4)}/${one.identityId.slice(-2)}/${one.seq}`;
const named = (rows: readonly OpenDelivery[]): unknown[] => rows.map((row) => ({ ...row, deliveryId: nameOf(row) }));

/** Each run begins with something that is taken and then fails: by chance alone that is rare. */
const told = { do: 'settle', node: 1, which: 1, failed: false, becomes: 'waiting', part: 0, ago: 0 } as const;
const taken: readonly Command[] = [
  { do: 'say', conversation: 0, author: 'bank', count: 2, purpose: null, to: undefined, saidOtherwiseAt: undefined },
  { do: 'begin', node: 1, which: 1, off: 0, content: 'read' },
  { ...told, as: 'delivered' },
];
const failing = fc
  .record({ becomes: fc.constantFrom('waiting', 'closed', 'parked'), part: fc.nat({ max: 1 }), failed: fc.boolean() })
  .map((chosen): Command => ({ ...told, ...chosen, as: 'failed' }));

test('the model and PostgreSQL answer every sequence of commands alike, and keep order and fences', async (t) => {
  let runs = 0;
  let granted = 0;
  let lost = 0;
  const commandsOf = fc.array(command, { minLength: 40, maxLength: 80 });
  const property = fc.asyncProperty(commandsOf, failing, async (commands, failed) => {
    const time: Time = { ms: Date.UTC(2026, 10, 20) };
    const run = new Run([modelOf(time), await postgresOf(time)], time);
    for (const node of [0, 1]) await run.step({ do: 'lease', node, forMs: 15_000 });
    await run.step({ do: 'lease', node: 0, forMs: 15_000 });
    for (const one of [...taken, failed, ...commands]) await run.step(one);
    runs += 1;
    granted += run.granted;
    lost += run.lost;
  });
  await fc.assert(property, { numRuns: 30, endOnFailure: false });
  assert.ok(granted > runs, 'attempts were made');
  assert.ok(lost >= runs, 'what had been taken failed');
  t.diagnostic(`${runs} runs, ${granted} attempts, ${lost} failed after they had been taken`);
});

const bothStores = async (time: Time = { ms: Date.UTC(2026, 10, 20) }): Promise<Subject[]> => {
  return [modelOf(time), await postgresOf(time)];
};

/** Writes a message and changes to it; answers what is to be sent of it to one identity that can take back. */
async function putAll(subject: Subject, ...entries: ('message' | 'edit' | 'removal')[]): Promise<PutDelivery[]> {
  const [conversationId, customerId] = [conversations[0], customers[0]];
  const thread = { conversationId, customerId, messageId: id<MessageId>(0x7001) };
  const put = await subject.put(
    entries.map((entry, n) => ({
      change:
        entry === 'removal' ? { ...thread, entry, atMs: 0 } : { ...emptyMessage, ...thread, entry, author: 'bank' },
      seq: n + 1,
      revision: n + 1,
    })),
  );
  return put.filter(({ channel }) => channel === 'two');
}

/** Works on deliveries as one process does. */
async function processOf({ store, lease }: Subject) {
  const { shards } = await lease(nodes[0], 60_000);
  const heldOf = ({ deliveryId, shard }: OpenDelivery, attempts: number) => ({
    deliveryId,
    shard,
    fence: shards.get(shard) ?? 0,
    attempts,
  });
  return {
    begin: async (of: OpenDelivery, attempts = 0) => {
      const [begun] = await store.begin(nodes[0], [
        { ...heldOf(of, attempts), content: 'read', detail: 'masked', forMs: 0 },
      ]);
      return begun;
    },
    unknown: async (of: OpenDelivery, attempts: number, { part = 0, inMs = 0 } = {}) => {
      const [settled] = await store.settle(nodes[0], [
        { ...heldOf(of, attempts), as: 'unknown', inMs, part, code: 'made' },
      ]);
      assert.ok(settled);
    },
    /** It failed after it had been taken; without a time it goes again after the usual pause. */
    failed: async ({ deliveryId }: OpenDelivery, platformId: string, inMs?: number) => {
      const as = { as: 'failed', deliveryId, platformIndex: clearIds.indexOf(platformId), becomes: 'waiting' } as const;
      const [settled] = await store.settle(nodes[0], [{ ...as, code: 'made', ...(inMs !== undefined && { inMs }) }]);
      return settled && { isOpen: settled.isOpen, isParked: settled.isParked };
    },
    own: async (of: OpenDelivery, as: 'parked' | 'skipped', attempts = 1) => {
      const [settled] = await store.settle(nodes[0], [{ ...heldOf(of, attempts), as, code: 'made' }]);
      assert.ok(settled);
    },
    shown: async ({ deliveryId }: OpenDelivery, platformId: string) => {
      const [settled] = await store.settle(nodes[0], [{ as: 'delivered', deliveryId, platformId, shownRevision: 1 }]);
      return settled?.deliveryId === deliveryId;
    },
  };
}

test('what stands at a messenger is taken back though an edit of it is parked; what never stood there is not', async () => {
  for (const stood of [true, false]) {
    for (const subject of await bothStores()) {
      const [message, edit] = await putAll(subject, 'message', 'edit');
      assert.ok(message && edit);
      const work = await processOf(subject);
      assert.deepEqual(await work.begin(message), { begun: 'attempted', replaces: undefined });
      if (stood) assert.equal(await work.shown(message, 'm1'), true);
      else await work.own(message, 'parked');
      if (stood) {
        assert.deepEqual(await work.begin(edit), { begun: 'attempted', replaces: 'm1' });
        await work.own(edit, 'parked');
      } else assert.deepEqual(await work.begin(edit), { begun: 'closed', code: 'parked-before' });
      const removal = await remove(subject, message, 3);
      const expected = stood ? { begun: 'attempted', replaces: 'm1' } : { begun: 'closed', code: 'parked-before' };
      assert.deepEqual(await work.begin(removal), expected, subject.name);
    }
  }
});

test('an echo after the message was taken back is believed, and the removal goes out by the messenger’s own id', async () => {
  for (const subject of await bothStores()) {
    const [message] = await putAll(subject, 'message');
    assert.ok(message);
    const work = await processOf(subject);
    assert.deepEqual(await work.begin(message), { begun: 'attempted', replaces: undefined });
    const removal = await remove(subject, message, 2);
    assert.deepEqual(await work.begin(removal), { begun: 'stale' }, 'while it is not known whether it stands there');
    assert.deepEqual(await work.begin(message, 1), { begun: 'closed', code: 'gone' });
    assert.deepEqual(await work.begin(removal), { begun: 'attempted', replaces: undefined });
    await work.own(removal, 'skipped');
    assert.equal(await work.shown(message, 'm1'), true, subject.name);
    const [claimed] = await subject.store.claim({ node: nodes[0], channel: 'two', shards: [removal.shard], limit: 9 });
    assert.equal(claimed?.deliveryId, removal.deliveryId);
    assert.deepEqual(await work.begin(removal, 1), { begun: 'attempted', replaces: 'm1' });
    assert.equal(await work.shown(message, 'm2'), false, 'once');
  }
});

async function remove(subject: Subject, { conversationId, customerId, messageId }: OpenDelivery, seq: number) {
  const change = { conversationId, customerId, messageId, entry: 'removal', atMs: 0 } as const;
  const put = await subject.put([{ change, seq, revision: seq }]);
  const removal = put.find(({ channel }) => channel === 'two');
  assert.ok(removal);
  return removal;
}

test('a word of an attempt that failed afterwards is believed no more, however often it is told; of the next it is', async () => {
  for (const subject of await bothStores()) {
    const [message] = await putAll(subject, 'message');
    assert.ok(message);
    const { deliveryId } = message;
    const work = await processOf(subject);
    const took = async (attempt: number, platformId: string) => {
      const as = { as: 'delivered', deliveryId, platformId, shownRevision: 1, attempt } as const;
      return (await subject.store.settle(nodes[0], [as]))[0]?.isOpen;
    };
    const failed = async (platformId: string) => {
      const platformIndex = clearIds.indexOf(platformId);
      const as = { as: 'failed', deliveryId, platformIndex, code: 'made', becomes: 'waiting', inMs: 0 } as const;
      return (await subject.store.settle(nodes[0], [as]))[0]?.isOpen;
    };
    assert.deepEqual(await work.begin(message), { begun: 'attempted', replaces: undefined });
    assert.equal(await took(1, 'm1'), false);
    assert.equal(await failed('m1'), true);
    assert.equal(await took(1, 'm1'), undefined, `${subject.name}: the doubled status, the late answer`);
    assert.deepEqual(await work.begin(message, 1), { begun: 'attempted', replaces: undefined });
    assert.equal(await failed('m1'), undefined, 'of what has gone nothing is told twice');
    assert.equal(await took(2, 'm2'), false);
  }
});

test('of what nobody knows twice nothing more is sent, unless it was of another part; an echo still settles it', async () => {
  for (const subject of await bothStores()) {
    const [message] = await putAll(subject, 'message');
    assert.ok(message);
    const { deliveryId, shard } = message;
    const work = await processOf(subject);
    const { shards } = await subject.lease(nodes[0], 60_000);
    const unknown = async (attempts: number, part: number) => {
      const held = { deliveryId, shard, fence: shards.get(shard) ?? 0, attempts };
      await subject.store.settle(nodes[0], [{ ...held, as: 'unknown', inMs: 0, part, code: 'made' }]);
    };
    const again = { begun: 'attempted', replaces: undefined };
    assert.deepEqual(await work.begin(message), again);
    await unknown(1, 0);
    assert.deepEqual(await work.begin(message, 1), again);
    await unknown(2, 1);
    assert.deepEqual(await work.begin(message, 2), again, 'the second part was sent once');
    await unknown(3, 1);
    assert.deepEqual(await work.begin(message, 3), { begun: 'closed', code: 'unknown-twice' }, subject.name);
    assert.equal(await work.shown(message, 'm1'), true);
  }
});

test('a late failure that only asks to wait counts against nothing; one that says no time does, until it is given up', async () => {
  for (const subject of await bothStores()) {
    const [message] = await putAll(subject, 'message');
    assert.ok(message);
    const work = await processOf(subject);
    let attempts = 0;
    const fails = async (inMs?: number) => {
      assert.deepEqual(await work.begin(message, attempts), { begun: 'attempted', replaces: undefined }, subject.name);
      attempts += 1;
      const { deliveryId } = message;
      const platformId = `m${attempts}`;
      const as = { as: 'delivered', deliveryId, platformId, shownRevision: 1, attempt: attempts } as const;
      await subject.store.settle(nodes[0], [as]);
      return work.failed(message, platformId, inMs);
    };
    for (let n = 0; n <= failuresMax; n += 1) assert.deepEqual(await fails(2_000), { isOpen: true, isParked: false });
    for (let n = 1; n < failuresMax; n += 1) assert.deepEqual(await fails(), { isOpen: true, isParked: false });
    assert.deepEqual(await fails(), { isOpen: false, isParked: true }, subject.name);
  }
});

test('what was known in between was not unknown twice', async () => {
  for (const subject of await bothStores()) {
    const [message] = await putAll(subject, 'message');
    assert.ok(message);
    const work = await processOf(subject);
    const again = { begun: 'attempted', replaces: undefined };
    assert.deepEqual(await work.begin(message), again);
    await work.unknown(message, 1);
    assert.equal(await work.shown(message, 'm1'), true);
    assert.deepEqual(await work.failed(message, 'm1', 0), { isOpen: true, isParked: false });
    assert.deepEqual(await work.begin(message, 1), again);
    await work.unknown(message, 2);
    assert.deepEqual(await work.begin(message, 2), again, `${subject.name}: it is resent once`);
    await work.unknown(message, 3);
    assert.deepEqual(await work.begin(message, 3), { begun: 'closed', code: 'unknown-twice' });
  }
});

test('a failure that is told while nobody knows of a later call does not cut short the wait for its echo', async () => {
  const time: Time = { ms: Date.UTC(2026, 10, 20) };
  for (const subject of await bothStores(time)) {
    const [message] = await putAll(subject, 'message');
    assert.ok(message);
    const work = await processOf(subject);
    assert.deepEqual(await work.begin(message), { begun: 'attempted', replaces: undefined });
    const removal = await remove(subject, message, 2);
    assert.deepEqual(await work.begin(message, 1), { begun: 'closed', code: 'gone' });
    assert.deepEqual(await work.begin(removal), { begun: 'attempted', replaces: undefined });
    assert.equal(await work.shown(removal, 'r1'), true);
    assert.equal(await work.shown(message, 'm1'), true, 'the removal goes again');
    assert.equal((await work.begin(removal, 1))?.begun, 'attempted');
    await work.unknown(removal, 2, { inMs: 20_000 });
    assert.deepEqual(await work.failed(removal, 'r1', 0), { isOpen: true, isParked: false });
    const due = async () => {
      const claim = { node: nodes[0], channel: 'two', shards: [removal.shard], limit: 9 };
      return (await subject.store.claim(claim)).length;
    };
    time.ms += 19_000;
    assert.equal(await due(), 0, subject.name);
    time.ms += 1_001;
    assert.equal(await due(), 1, subject.name);
  }
});

test('a message that is cut anew is resent once as it is cut then', async () => {
  const subject = await postgresOf({ ms: Date.UTC(2026, 10, 20) });
  const parts = partsIn(db.database, clearIds);
  const [message] = await putAll(subject, 'message');
  assert.ok(message);
  const { deliveryId } = message;
  const work = await processOf(subject);
  const goes = async (attempts: number, cutInto: number) => {
    const begun = await work.begin(message, attempts);
    if (begun?.begun !== 'attempted') return begun;
    await parts.begin({ deliveryId, parts: cutInto, revision: 1, attempt: attempts + 1 });
    await work.unknown(message, attempts + 1);
    return begun;
  };
  for (const [attempts, cutInto] of [2, 3, 3, 1].entries())
    assert.equal((await goes(attempts, cutInto))?.begun, attempts === 3 ? 'closed' : 'attempted', `${attempts}`);
});
