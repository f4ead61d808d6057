import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createLog,
  newId,
  systemClock,
  systemRandom,
  systemTimers,
  type ConversationId,
  type CustomerId,
  type DeliveryId,
  type IdentityId,
  type MessageId,
  type NodeId,
} from '#base';
import type { Message } from '#contract';
import { createSandbox, type Sandbox } from '#sandbox';
import { sql, type Database } from '#db';
import type { Channel, Evidence, OpenAddress, Sender, Written } from '#delivery';
import { testDatabase } from '#test/database';
import { configureChannels } from '../../src/app/channels-file.ts';
import { putDestination } from '../../src/delivery/sending/destinations.ts';
import { DeliveryEngine } from '../../src/delivery/sending/engine.ts';
import { partsIn, takenBy } from '../../src/delivery/sending/parts.ts';
import { clearIds } from '../../src/delivery/sending/clear-ids.fixture.ts';
import { postgresStore } from '../../src/delivery/sending/postgres-store.ts';
import { readReference } from '../../src/delivery/sending/reference.ts';
import { abilitiesOf } from '../../src/delivery/sending/store.ts';

/** What a run is to do. */
export interface SendsWanted {
  /** Messages, over both messengers together. */
  readonly sends: number;
  /** People, half of them at each messenger. */
  readonly people: number;
  /** What the stand-in platforms suffer from, as their control API takes it. */
  readonly faults: Readonly<Record<string, unknown>>;
  readonly settleMs: number;
  /** Told how far it is, now and then. */
  readonly say?: (line: string) => void;
}

/** What a run has counted, at the platforms themselves. */
export interface SendsCounted {
  readonly sends: number;
  /** Bodies: a long message is several. */
  readonly bodies: number;
  /** Bodies that no person was shown. */
  readonly missing: number;
  /** Bodies that a person was shown more than once, beyond the first time. */
  readonly duplicates: number;
  /** Of these, those of a delivery of which no outcome had been unknown: must be none. */
  readonly duplicatesUnexplained: number;
  /** People who were shown something before what is older. */
  readonly outOfOrder: number;
  /** What calls came to. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Deliveries settled by an echo or a status before the answer was known. */
  readonly settledByEvidence: number;
  readonly parked: number;
  readonly seconds: number;
}

interface Person {
  readonly channel: 'messenger' | 'whatsapp';
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly identityId: IdentityId;
  readonly address: OpenAddress;
}

/** Everything at once, by chance: a third of the calls and of the webhooks fail in one way or another. */
export const everyFault = (seed: string): Readonly<Record<string, unknown>> => ({
  seed,
  serverErrors: 0.04,
  rateLimited: 0.01,
  resetAfterTaking: 0.03,
  resetBeforeTaking: 0.03,
  slow: 0.05,
  slowMs: 400,
  webhooksDoubled: 0.15,
  webhooksLate: 0.2,
  // Some come after the resend that they would have spared.
  webhooksLateMs: 20_000,
  webhooksShuffled: true,
});

/** Written in one transaction. */
const putAtOnce = 100;
/** Every so many a message is too long for one body. */
const longEvery = 25;
const longText = 'This sentence is one of many that make a message longer than a messenger takes at once. '.repeat(52);
/** How long a run may take beyond what the rates ask for. */
const patienceMs = 600_000;

/**
 * Sends through the hub's own engine, store and senders to the sandbox's platforms while these fail, and counts at
 * the platforms what their people were shown.
 */
export async function runSends(wanted: SendsWanted): Promise<SendsCounted> {
  const db = await testDatabase();
  const log = createLog(process.env['TEST_LOG'] ?? 'silent');
  const door = await webhookDoor();
  const sandbox = await createSandbox({
    databaseUrl: db.sandboxUrl,
    port: 0,
    hubUrl: door.url,
    clock: systemClock,
    log,
  });
  const run = new Run(db.database, sandbox, wanted);
  try {
    door.channels(run.channels);
    door.onEvidence((evidence) => run.heard(evidence));
    await run.meet();
    await run.suffer(wanted.faults);
    return await run.send();
  } finally {
    await run.stop();
    await door.close();
    await sandbox.close();
    await db.close();
  }
}

class Run {
  readonly channels: readonly Channel[];
  readonly #wanted: SendsWanted;
  readonly #database: Database;
  readonly #sandbox: Sandbox;
  readonly #people: Person[] = [];
  readonly #engine: DeliveryEngine;
  readonly #texts = new Map<MessageId, string>();
  readonly #outcomes = new Map<string, number>();
  readonly #unknown = new Set<DeliveryId>();
  #settledByEvidence = 0;

  constructor(database: Database, sandbox: Sandbox, wanted: SendsWanted) {
    this.#database = database;
    this.#sandbox = sandbox;
    this.#wanted = wanted;
    const parts = partsIn(database, clearIds);
    this.channels = configureChannels({ ...sandbox.platforms }).map((one) =>
      one.create({
        database,
        parts: () => parts,
        addressOf: async (identityId) => this.#people.find((one) => one.identityId === identityId)?.address,
        mintView: async () => 'http://localhost/v#none',
        publicUrl: () => 'http://localhost',
        faces: () => [],
        clock: systemClock,
        log: createLog('silent'),
        settleMs: wanted.settleMs,
      }),
    );
    this.#engine = new DeliveryEngine({
      node: newId<NodeId>(),
      store: postgresStore(database, clearIds),
      senders: this.channels.map((channel) => this.#counted(channel)),
      content: async (_, messageIds) => new Map(messageIds.map((id) => [id, this.#readable(id)])),
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
      log: createLog('silent'),
      tellOthers: () => undefined,
    });
  }

  #readable(id: MessageId) {
    const content = { kind: 'text', text: this.#texts.get(id) ?? '' } as const;
    const message: Message = { id, revision: 1, author: 'tellerline', at: '2026-11-20T12:00:00.000Z', content };
    return { message, detail: 'full', purpose: null, manner: { locale: 'en', timeZone: 'UTC' } } as const;
  }

  /** A sender that counts what came of its calls, and remembers of which deliveries an outcome was not known. */
  #counted(channel: Channel): Sender {
    return {
      ...channel,
      send: async (dispatch, signal) => {
        // What is given up counts as unknown as well.
        const given = (): void => void this.#unknown.add(dispatch.reference);
        signal.addEventListener('abort', given, { once: true });
        const outcome = await channel.send(dispatch, signal);
        signal.removeEventListener('abort', given);
        const name = outcome.outcome === 'sent' ? 'sent' : `${outcome.outcome} ${outcome.code}`;
        this.#outcomes.set(name, (this.#outcomes.get(name) ?? 0) + 1);
        if (outcome.outcome === 'unknown') this.#unknown.add(dispatch.reference);
        return outcome;
      },
    };
  }

  /** People with telephones have just written: they may be written to. */
  async meet(): Promise<void> {
    for (let n = 0; n < this.#wanted.people; n += 1) {
      const channel = n % 2 === 0 ? 'messenger' : 'whatsapp';
      const heardAtMs = Date.now();
      const { key } = await this.#call<Somebody>('POST', `${channel}/people`, { name: `Person ${n}` });
      const somebody = await this.#call<Somebody>('PUT', `${channel}/people/${key}`, { heardAtMs });
      const { accountId: account, id, number } = somebody;
      const person: Person = {
        channel,
        customerId: newId<CustomerId>(),
        conversationId: newId<ConversationId>(),
        identityId: newId<IdentityId>(),
        address: { account, person: { id, ...(number !== undefined && { number }) }, heardAtMs },
      };
      this.#people.push(person);
      await this.#enter(person);
    }
  }

  async #enter({ customerId, conversationId, identityId, channel }: Person): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.execute(sql`insert into customers (customer_id, locale, time_zone, created_at)
        values (${customerId}, 'en', 'UTC', now())`);
      await tx.execute(sql`insert into channel_identities (identity_id, customer_id, channel, created_at)
        values (${identityId}, ${customerId}, ${channel}, now())`);
      await putDestination(tx, { customerId, conversationId }, { identityId, channel, detail: 'full' }, Date.now());
    });
  }

  /** A webhook told that something of ours is there. */
  async heard(evidence: Evidence): Promise<void> {
    if (evidence.kind === 'watermark' || evidence.reference === undefined) return;
    if (evidence.kind === 'status' && evidence.status === 'failed') return;
    const reference = readReference(evidence.reference);
    const settling = reference && (await takenBy(this.#database, clearIds, reference, evidence.platformId));
    if (settling && (await this.#engine.settle(settling))) this.#settledByEvidence += 1;
  }

  async suffer(faults: Readonly<Record<string, unknown>>): Promise<void> {
    for (const channel of ['messenger', 'whatsapp']) await this.#call('PUT', `${channel}/faults`, faults);
  }

  async send(): Promise<SendsCounted> {
    const { sends, people, say = () => undefined } = this.#wanted;
    const fromMs = performance.now();
    await this.#engine.start();
    for (let n = 0; n < sends; n += putAtOnce) {
      const some = Array.from({ length: Math.min(putAtOnce, sends - n) }, (_, k) => this.#message(n + k, people));
      await this.#put(some);
    }
    const untilMs = performance.now() + (sends / 2 / 35) * 1000 + patienceMs;
    for (let open = sends; open > 0;) {
      if (performance.now() > untilMs) throw new Error(`${open} deliveries are still open`);
      await sleep(1_000);
      open = await this.#open();
      say(`${sends - open} of ${sends} are settled after ${Math.round((performance.now() - fromMs) / 1000)} s`);
    }
    // Webhooks that are late come into nothing.
    await sleep(this.#wanted.settleMs);
    return this.#count(sends, (performance.now() - fromMs) / 1000);
  }

  /** The n-th message, of the person whose turn it is. */
  #message(n: number, people: number): Written {
    const person = this.#people[n % people];
    if (!person) throw new Error('nobody is there');
    const { customerId, conversationId } = person;
    const messageId = newId<MessageId>();
    const isLong = n % longEvery === longEvery - 1;
    this.#texts.set(messageId, isLong ? `${longText}That was all.` : 'A payment went through.');
    const body = { from: 'customer', said: { content: { kind: 'text', text: '' } } } as const;
    const said = { customerId, conversationId, messageId, author: 'bank', atMs: Date.now(), body } as const;
    return { change: { ...said, entry: 'message' }, seq: Math.floor(n / people) + 1, revision: 1 };
  }

  async #put(written: readonly Written[]): Promise<void> {
    const put = await this.#database.transaction(async (tx) => {
      await tx.execute(sql`insert into messages (conversation_id, message_id, revision, author, at, sealed)
        select c, m, 1, 'bank', now(), '' from unnest(
          ${written.map(({ change }) => change.conversationId)}::uuid[],
          ${written.map(({ change }) => change.messageId)}::uuid[]) as w (c, m)`);
      return postgresStore(this.#database, clearIds).put(tx, written, abilitiesOf(this.channels));
    });
    this.#engine.offer(put);
  }

  async #open(): Promise<number> {
    const [row] = await this.#database.query<{ n: bigint }>(sql`
      select count(*) as n from deliveries where state in ('waiting', 'attempted', 'unknown')`);
    return Number(row?.n);
  }

  /** Compares what the platforms have taken with what was to be sent. */
  async #count(sends: number, seconds: number): Promise<SendsCounted> {
    const rows = await this.#database.query<{
      deliveryId: DeliveryId;
      identityId: string;
      seq: bigint;
      parts: bigint;
    }>(sql`
      select d.delivery_id as "deliveryId", d.identity_id as "identityId", d.seq,
        greatest(1, (select count(*) from delivery_parts p where p.delivery_id = d.delivery_id and p.part < p.parts)) as parts
      from deliveries d order by d.identity_id, d.seq`);
    const taken = await this.#taken();
    const counted = { bodies: 0, missing: 0, duplicates: 0, duplicatesUnexplained: 0 };
    for (const { deliveryId, parts } of rows) {
      for (let part = 0; part < Number(parts); part += 1) {
        const times = taken.get(`${deliveryId}:${part}`)?.length ?? 0;
        counted.bodies += 1;
        counted.missing += times === 0 ? 1 : 0;
        counted.duplicates += Math.max(0, times - 1);
        if (times > 1 && !this.#unknown.has(deliveryId)) counted.duplicatesUnexplained += times - 1;
      }
    }
    const firstOf = (deliveryId: DeliveryId): number => taken.get(`${deliveryId}:0`)?.[0] ?? Infinity;
    const lanes = [...Map.groupBy(rows, ({ identityId }) => identityId).values()];
    const isMixed = (lane: typeof rows): boolean =>
      lane.some(
        ({ deliveryId }, at) => at > 0 && firstOf(deliveryId) < firstOf(lane[at - 1]?.deliveryId ?? deliveryId),
      );
    const [parked] = await this.#database.query<{ n: bigint }>(sql`
      select count(*) as n from deliveries where state = 'parked'`);
    return {
      sends,
      ...counted,
      outOfOrder: lanes.filter(isMixed).length,
      outcomes: Object.fromEntries([...this.#outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      settledByEvidence: this.#settledByEvidence,
      parked: Number(parked?.n),
      seconds: Math.round(seconds),
    };
  }

  /** When the platforms took each body, as places in a row, by delivery and part; a body taken twice has two. */
  async #taken(): Promise<Map<string, number[]>> {
    const places = new Map<string, number[]>();
    for (const channel of ['messenger', 'whatsapp']) {
      const { taken } = await this.#call<{ taken: { reference?: string }[] }>('GET', `${channel}/taken`);
      for (const [at, { reference = '' }] of taken.entries()) {
        const { deliveryId, part } = readReference(reference) ?? {};
        const name = `${deliveryId}:${part}`;
        places.set(name, [...(places.get(name) ?? []), at]);
      }
    }
    return places;
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
  }

  async #call<Answer>(method: 'GET' | 'POST' | 'PUT', what: string, body?: unknown): Promise<Answer> {
    const url = new URL(`/control/platforms/${what}`, this.#sandbox.url);
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', origin: url.origin },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${what} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}

interface Somebody {
  readonly key: string;
  readonly accountId: string;
  readonly id: string;
  readonly number?: string;
}

/** Where the platforms bring their webhooks: as the hub's own does it, verified, then read, each for itself. */
async function webhookDoor() {
  let channels: readonly Channel[] = [];
  let onEvidence: (evidence: Evidence) => Promise<void> = async () => undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const channel = channels.find((one) => pathname === `/channels/${one.channel}/webhook`);
      if (request.method === 'GET') {
        const challenge = channel?.handshake(Object.fromEntries(searchParams));
        response.writeHead(challenge === undefined ? 403 : 200).end(challenge);
        return;
      }
      const raw = await buffer(request);
      const isTheirs = channel?.verify(raw, request.headers) ?? false;
      response.writeHead(isTheirs ? 200 : 401).end();
      if (!channel || !isTheirs) return;
      for (const reading of channel.read(raw)) {
        const isOurs = reading.kind === 'echo' || reading.kind === 'status';
        if (isOurs) await onEvidence(reading);
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    channels: (all: readonly Channel[]) => {
      channels = all;
    },
    onEvidence: (work: typeof onEvidence) => {
      onEvidence = work;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
