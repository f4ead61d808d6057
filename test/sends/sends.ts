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
import type { Channel, Evidence, FromPerson, Sender } from '#delivery';
import { testDatabase } from '#test/database';
import { createChannels } from '../../src/app/channels.ts';
import { putDestination } from '../../src/delivery/sending/destinations.ts';
import { DeliveryEngine } from '../../src/delivery/sending/engine.ts';
import { partsIn, takenBy } from '../../src/delivery/sending/parts.ts';
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
  readonly key: string;
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly identityId: IdentityId;
  address: { readonly account: string; readonly person: FromPerson['person']; readonly heardAtMs: number } | undefined;
}

/** Every so many a message is too long for one body. */
const longEvery = 25;
const longText = 'This sentence is one of many that make a message longer than a messenger takes at once. '.repeat(52);
/** How long a run may take beyond what the rates ask for. */
const patienceMs = 240_000;

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
    door.onReading((reading) => run.heard(reading));
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
    const parts = partsIn(database);
    this.channels = createChannels({
      settings: sandbox.platforms,
      database,
      parts: () => parts,
      addressOf: async (identityId) => this.#people.find((one) => one.identityId === identityId)?.address,
      mintView: async () => 'http://localhost/v#none',
      publicUrl: () => 'http://localhost',
      faces: () => [],
      clock: systemClock,
      log: createLog('silent'),
      settleMs: wanted.settleMs,
    }).channels;
    this.#engine = new DeliveryEngine({
      node: newId<NodeId>(),
      store: postgresStore(database),
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

  /** People with telephones write first: from then on they may be written to. */
  async meet(): Promise<void> {
    for (let n = 0; n < this.#wanted.people; n += 1) {
      const channel = n % 2 === 0 ? 'messenger' : 'whatsapp';
      const { person } = await this.#phone<PhoneState>('POST', 'people', { platform: channel, name: `Person ${n}` });
      const met: Person = {
        channel,
        key: person.key,
        customerId: newId<CustomerId>(),
        conversationId: newId<ConversationId>(),
        identityId: newId<IdentityId>(),
        address: undefined,
      };
      this.#people.push(met);
      await this.#enter(met);
      await this.#phone('POST', 'say', { platform: channel, person: person.key, text: `hello ${person.key}` });
    }
    await within(30_000, () => this.#people.every(({ address }) => address !== undefined));
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

  /** What a webhook told: who somebody is, or that something of ours is there. */
  async heard(reading: FromPerson | Evidence): Promise<void> {
    if (reading.from === 'person') {
      const said = reading.kind === 'text' ? reading.text.replace('hello ', '') : '';
      const person = this.#people.find(({ key }) => key === said);
      if (person) person.address = { account: reading.account, person: reading.person, heardAtMs: Date.now() };
      return;
    }
    if (reading.kind === 'watermark' || reading.reference === undefined) return;
    if (reading.kind === 'status' && reading.status === 'failed') return;
    const reference = readReference(reading.reference);
    const settling = reference && (await takenBy(this.#database, reference, reading.platformId));
    if (settling && (await this.#engine.settle(settling))) this.#settledByEvidence += 1;
  }

  async suffer(faults: Readonly<Record<string, unknown>>): Promise<void> {
    for (const platform of ['messenger', 'whatsapp'] as const)
      await this.#call('POST', '/control/platforms/faults', { platform, ...faults });
  }

  async send(): Promise<SendsCounted> {
    const { sends, people, say = () => undefined } = this.#wanted;
    const fromMs = performance.now();
    await this.#engine.start();
    const bodiesOf = new Map<string, number>();
    let bodies = 0;
    for (let n = 0; n < sends; n += 1) {
      const person = this.#people[n % people];
      if (!person) throw new Error('nobody is there');
      const round = Math.floor(n / people);
      const isLong = n % longEvery === longEvery - 1;
      await this.#put(person, round + 1, `#${n}# ${isLong ? `${longText} end of #${n}#` : 'A payment went through.'}`);
      bodies += 1;
      bodiesOf.set(person.key, (bodiesOf.get(person.key) ?? 0) + 1);
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

  async #put({ customerId, conversationId }: Person, seq: number, text: string): Promise<void> {
    const messageId = newId<MessageId>();
    this.#texts.set(messageId, text);
    const said = { content: { kind: 'text', text: '' } } as const;
    const body = { from: 'customer', said } as const;
    const change = {
      customerId,
      conversationId,
      messageId,
      entry: 'message',
      author: 'bank',
      atMs: Date.now(),
      body,
    } as const;
    const put = await this.#database.transaction(async (tx) => {
      await tx.execute(sql`insert into messages (conversation_id, message_id, revision, author, at, sealed)
        values (${conversationId}, ${messageId}, 1, 'bank', now(), '')`);
      return postgresStore(this.#database).put(tx, [{ change, seq, revision: 1 }], abilitiesOf(this.channels));
    });
    this.#engine.offer(put);
  }

  async #open(): Promise<number> {
    const [row] = await this.#database.query<{ n: bigint }>(sql`
      select count(*) as n from deliveries where state in ('waiting', 'attempted', 'unknown')`);
    return Number(row?.n);
  }

  /** Compares what the people were shown with what was to be said. */
  async #count(sends: number, seconds: number): Promise<SendsCounted> {
    const { people } = this.#wanted;
    const counted = { bodies: 0, missing: 0, duplicates: 0, duplicatesUnexplained: 0, outOfOrder: 0 };
    const deliveryOf = await this.#deliveries();
    for (const [at, person] of this.#people.entries()) {
      const state = await this.#phone<PhoneState>('GET', 'state', { platform: person.channel, person: person.key });
      const ours = state.thread.filter(({ from }) => from === 'business').map(({ text = '' }) => text);
      const firsts = ours.flatMap((text) => /^#(\d+)#/.exec(text)?.[1] ?? []).map(Number);
      const shown = [...new Set(firsts)];
      if (shown.some((n, place) => n < (shown[place - 1] ?? -1))) counted.outOfOrder += 1;
      for (let n = at; n < sends; n += people) {
        const isLong = n % longEvery === longEvery - 1;
        const marks = [
          ours.filter((text) => text.startsWith(`#${n}#`)).length,
          ...(isLong ? [ours.filter((text) => text.includes(`end of #${n}#`)).length] : []),
        ];
        counted.bodies += marks.length;
        counted.missing += marks.filter((mark) => mark === 0).length;
        const twice = marks.reduce((all, mark) => all + Math.max(0, mark - 1), 0);
        counted.duplicates += twice;
        const delivery = deliveryOf.get(`${person.conversationId}/${Math.floor(n / people) + 1}`);
        if (twice > 0 && !(delivery && this.#unknown.has(delivery))) counted.duplicatesUnexplained += twice;
      }
    }
    const [parked] = await this.#database.query<{ n: bigint }>(sql`
      select count(*) as n from deliveries where state = 'parked'`);
    return {
      sends,
      ...counted,
      outcomes: Object.fromEntries([...this.#outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      settledByEvidence: this.#settledByEvidence,
      parked: Number(parked?.n),
      seconds: Math.round(seconds),
    };
  }

  async #deliveries(): Promise<Map<string, DeliveryId>> {
    const rows = await this.#database.query<{ conversationId: string; seq: bigint; deliveryId: DeliveryId }>(sql`
      select conversation_id as "conversationId", seq, delivery_id as "deliveryId" from deliveries`);
    return new Map(rows.map((row) => [`${row.conversationId}/${row.seq}`, row.deliveryId]));
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
  }

  #phone<Answer>(method: 'GET' | 'POST', what: string, fields: Readonly<Record<string, unknown>>): Promise<Answer> {
    return this.#call(method, `/phone/api/${what}`, fields);
  }

  async #call<Answer>(
    method: 'GET' | 'POST',
    path: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    const url = new URL(path, this.#sandbox.url);
    if (method === 'GET') for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', origin: url.origin },
      ...(method === 'POST' && { body: JSON.stringify(fields) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}

interface PhoneState {
  readonly person: { readonly key: string };
  readonly thread: readonly { readonly from: string; readonly text?: string }[];
}

/** Where the platforms bring their webhooks: as the hub's own does it, verified, then read, each for itself. */
async function webhookDoor() {
  let channels: readonly Channel[] = [];
  let onReading: (reading: FromPerson | Evidence) => Promise<void> = async () => undefined;
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
        const isOurs = reading.from === 'person' || reading.kind === 'echo' || reading.kind === 'status';
        if (isOurs) await onReading(reading);
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
    onReading: (work: typeof onReading) => {
      onReading = work;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function within(msMax: number, holds: () => boolean): Promise<void> {
  const untilMs = performance.now() + msMax;
  while (!holds()) {
    if (performance.now() > untilMs) throw new Error('it did not come about in time');
    await sleep(20);
  }
}
