import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryId, IdentityId, MessageId } from '#base';
import { sql } from '#db';
import { readReference } from '#delivery';
import { tellingHub, type Platform, type TakenSend, type TelephonePerson, type TellingHub } from '../telling.ts';
import { until } from '../until.ts';
import { standingOf } from './standing.ts';

/** What a run is to do. */
export interface SendsWanted {
  /** Messages, over both messengers together. */
  readonly sends: number;
  /** People, half of them at each messenger. */
  readonly people: number;
  /** What the stand-in platforms suffer from all the time, as their control API takes it. */
  readonly faults: Readonly<Record<string, unknown>>;
  readonly settleMs: number;
  /** Each of the troubles that come and go is there for so long. */
  readonly troubleMs: number;
  /** Told how far it is, now and then. */
  readonly say?: (line: string) => void;
}

/** What a run has counted, at the platforms themselves. */
export interface SendsCounted {
  readonly sends: number;
  /** Bodies of what was delivered: a long message is several. */
  readonly bodies: number;
  /** Bodies that should have been shown and were not: all but those that may stand undelivered (`standingOf`). */
  readonly missing: number;
  /** Bodies of what was given up after two unknown outcomes, and of which the platform had taken neither. */
  readonly neverShown: number;
  /** Deliveries that could not be done, by state and code, and for whom: they stand so. */
  readonly undelivered: Readonly<Record<string, number>>;
  /** Bodies that a person was shown again, by why the sender did not know of the time before: must all have a reason. */
  readonly duplicates: Readonly<Record<string, number>>;
  /** Ordinary people who were shown something before what is older. */
  readonly outOfOrder: number;
  /** What the platforms answered to calls of all kinds, greetings included. */
  readonly answers: Readonly<Record<Platform, Readonly<Record<string, number>>>>;
  /** Deliveries that went as a template, as the platform said that the window was over. */
  readonly asTemplates: number;
  /** Deliveries of which nobody knew once or more what had become of a call. */
  readonly unknown: number;
  readonly seconds: number;
}

/** Everything at once, by chance: a sixth of the calls and a third of the webhooks fail in one way or another. */
export const everyFault = (seed: string): Readonly<Record<string, unknown>> => ({
  seed,
  serverErrors: 0.04,
  rateLimited: 0.01,
  resetAfterTaking: 0.03,
  resetBeforeTaking: 0.03,
  // Taken, and answered when nobody waits any more.
  slow: 0.005,
  slowMs: 14_000,
  webhooksDoubled: 0.15,
  webhooksLate: 0.2,
  // Some come after the resend that they would have spared.
  webhooksLateMs: 20_000,
  webhooksShuffled: true,
});

/** How it is with a person, beyond what comes by chance. */
type Lot = 'ordinary' | 'window over' | 'unreachable' | 'with another app';

/** Of twenty people, three have a lot of their own. */
function lotOf(n: number): Lot {
  const lots: Readonly<Record<number, Lot>> = { 3: 'window over', 9: 'unreachable', 15: 'with another app' };
  return lots[Math.floor(n / 2) % 20] ?? 'ordinary';
}

/** Troubles of whole accounts, one after the other. */
const troubles = (accounts: readonly string[]): readonly Readonly<Record<string, unknown>>[] => [
  { tokensDead: accounts },
  { tokensDead: [], accountRestricted: true },
  { accountRestricted: false, utilityUnavailable: true },
  { utilityUnavailable: false },
];

const platforms = ['messenger', 'whatsapp'] as const;
/** Written in one transaction. */
const putAtOnce = 50;
/** Every so many a message is too long for one body. */
const longEvery = 25;
const longText = 'This sentence is one of many that make a message longer than a messenger takes at once. '.repeat(52);
/** Who still waits for something writes so often. */
const writesEveryMs = 5_000;
/** How long a run may take beyond what the rates ask for. */
const patienceMs = 900_000;

/**
 * Sends through a whole hub to the sandbox's platforms while these fail, their webhooks coming in by the hub's own
 * door, and counts at the platforms what their people were shown.
 */
export async function runSends(wanted: SendsWanted): Promise<SendsCounted> {
  const telling = await tellingHub({ settleMs: wanted.settleMs, stoppedMs: 2_000 });
  const run = new Run(telling, wanted);
  try {
    await run.meet();
    return await run.send();
  } finally {
    await telling.close();
  }
}

interface Person extends TelephonePerson {
  readonly lot: Lot;
}

interface Row {
  readonly deliveryId: DeliveryId;
  readonly identityId: IdentityId;
  readonly seq: bigint;
  readonly state: string;
  readonly code: string | null;
  readonly parts: number;
  readonly isUnknown: boolean;
  readonly isTemplate: boolean;
}

class Run {
  readonly #telling: TellingHub;
  readonly #wanted: SendsWanted;
  readonly #people: Person[] = [];
  readonly #told: MessageId[] = [];

  constructor(telling: TellingHub, wanted: SendsWanted) {
    this.#telling = telling;
    this.#wanted = wanted;
  }

  /** People write and are greeted; then each has their lot, which the hub does not know of. */
  async meet(): Promise<void> {
    const { people } = this.#wanted;
    const met = await this.#telling.meet(Array.from({ length: people }, (_, n) => platforms[n % 2] as Platform));
    const { database } = this.#telling.hub.db;
    await until('templates', async () => {
      const [row] = await database.query<{ all: boolean }>(sql`
        select bool_and(status = 'APPROVED') as all from channel_templates`);
      return row?.all === true;
    });
    for (const [n, person] of met.entries()) {
      const lot = lotOf(n);
      this.#people.push({ ...person, lot });
      const change = (to: object) => this.#telling.control('PUT', person.platform, `people/${person.key}`, to);
      if (lot === 'window over') await change({ heardAtMs: Date.now() - 2 * 86_400_000 });
      if (lot === 'unreachable') await change({ reach: 'unreachable' });
      if (lot === 'with another app' && person.platform === 'messenger') await this.#handOver(person, 'another');
    }
  }

  async #handOver({ key: person }: TelephonePerson, owner: 'another' | 'us'): Promise<void> {
    // Of half of them the hub learns by the error alone.
    const told = owner === 'us' || this.#people.length % 4 < 2;
    await this.#telling.control('POST', 'messenger', 'handover', { person, owner, told });
  }

  async send(): Promise<SendsCounted> {
    const { sends, people, faults } = this.#wanted;
    const fromMs = performance.now();
    for (const platform of platforms) await this.#telling.control('PUT', platform, 'faults', faults);
    for (let n = 0; n < sends; n += putAtOnce) {
      const some = Array.from({ length: Math.min(putAtOnce, sends - n) }, (_, k) => ({
        to: this.#people[(n + k) % people] as Person,
        text: (n + k) % longEvery === longEvery - 1 ? `${longText}That was all.` : 'A payment went through.',
      }));
      this.#told.push(...(await this.#telling.tell(some)));
    }
    await this.#suffer();
    await this.#settle(fromMs);
    for (const platform of platforms)
      await until(
        'the last webhooks',
        async () => {
          const { waiting } = await this.#telling.control<{ waiting: number }>('GET', platform, 'webhooks');
          return waiting === 0;
        },
        60_000,
      );
    return this.#count((performance.now() - fromMs) / 1000);
  }

  /** Tokens die and live again, accounts are restricted and free again, templates are not offered and offered again. */
  async #suffer(): Promise<void> {
    const { messenger, whatsapp } = this.#telling.hub.platforms;
    const accounts = [...messenger.pages.map((one) => one.pageId), ...whatsapp.numbers.map((one) => one.phoneNumberId)];
    for (const trouble of troubles(accounts)) {
      await sleep(this.#wanted.troubleMs);
      for (const platform of platforms) await this.#telling.control('PUT', platform, 'faults', trouble);
    }
    const away = this.#people.filter(({ lot, platform }) => lot === 'with another app' && platform === 'messenger');
    // However slow the machine is: somebody has run into it before it is over.
    if (away.length > 0)
      await until('a thread that is away', async () => (await this.#answers('messenger'))['error 10/2018300']);
    for (const person of away) await this.#handOver(person, 'us');
  }

  /** Waits until nothing more can be delivered. Who could be reached writes in the end, and their window is open. */
  async #settle(fromMs: number): Promise<void> {
    const { sends, say = () => undefined } = this.#wanted;
    const untilMs = performance.now() + (sends / 2 / 35) * 1000 + patienceMs;
    const wroteMs = new Map<string, number>();
    for (;;) {
      if (performance.now() > untilMs) throw new Error('deliveries are still open');
      await sleep(1_000);
      const open = await this.#open();
      const seconds = Math.round((performance.now() - fromMs) / 1000);
      say(`${sends - open.length} of ${sends} are settled after ${seconds} s`);
      const able = open.filter(({ identityId }) => this.#personOf(identityId)?.lot !== 'unreachable');
      if (able.length === 0 && open.every(({ state }) => state === 'waiting')) return;
      const waiting = able.filter(({ code }) => code === 'may-not-write').map(({ identityId }) => identityId);
      for (const identityId of new Set(waiting)) {
        const person = this.#personOf(identityId);
        // A status that is late may close again what they had opened.
        if (!person || performance.now() - (wroteMs.get(identityId) ?? -Infinity) < writesEveryMs) continue;
        wroteMs.set(identityId, performance.now());
        await this.#telling.say(person, 'I am here');
      }
    }
  }

  #personOf(identityId: IdentityId): Person | undefined {
    return this.#people.find((one) => one.identityId === identityId);
  }

  #open(): Promise<Pick<Row, 'identityId' | 'state' | 'code'>[]> {
    return this.#telling.hub.db.database.query(sql`
      select identity_id as "identityId", state, code from deliveries
      where message_id = any (${this.#told}::uuid[]) and state in ('waiting', 'attempted', 'unknown')`);
  }

  #rows(): Promise<Row[]> {
    return this.#telling.hub.db.database.query<Row>(sql`
      select d.delivery_id as "deliveryId", d.identity_id as "identityId", d.seq, d.state, d.code,
        greatest(1, (select count(*) from delivery_parts p where p.delivery_id = d.delivery_id and p.part < p.parts))::integer as parts,
        d.unknown_part is not null as "isUnknown", d.window_over as "isTemplate"
      from deliveries d where message_id = any (${this.#told}::uuid[]) order by d.identity_id, d.seq`);
  }

  /** Compares what the platforms have taken with what was to be sent. */
  async #count(seconds: number): Promise<SendsCounted> {
    const rows = await this.#rows();
    const taken = await this.#taken();
    const copiesOf = ({ deliveryId }: Row, part: number) => taken.get(`${deliveryId}:${part}`) ?? [];
    const undelivered: Record<string, number> = {};
    const duplicates: Record<string, number> = {};
    const add = (to: Record<string, number>, name: string): void => void (to[name] = (to[name] ?? 0) + 1);
    for (const row of rows) {
      for (let part = 0; part < row.parts; part += 1) {
        const copies = copiesOf(row, part);
        for (const { unanswered = 'without a reason' } of copies.slice(0, -1)) add(duplicates, unanswered);
      }
      if (row.state === 'delivered') continue;
      const lot = this.#personOf(row.identityId)?.lot ?? 'nobody';
      add(undelivered, `${row.state} ${row.code ?? 'behind another'}, ${lot}`);
    }
    const standing = standingOf(
      rows,
      (row, part) => copiesOf(row, part).length,
      ({ identityId }) => this.#personOf(identityId)?.lot === 'unreachable',
    );
    return {
      sends: this.#told.length,
      ...standing,
      missing: standing.missing + this.#told.length - rows.length,
      undelivered,
      duplicates,
      outOfOrder: this.#mixed(rows, (row) => copiesOf(row, 0)[0]?.at),
      answers: { messenger: await this.#answers('messenger'), whatsapp: await this.#answers('whatsapp') },
      asTemplates: rows.filter(({ isTemplate, state }) => isTemplate && state === 'delivered').length,
      unknown: rows.filter(({ isUnknown }) => isUnknown).length,
      seconds: Math.round(seconds),
    };
  }

  /** Ordinary people whose messages came in another order than they were told; what a status takes back comes late. */
  #mixed(rows: readonly Row[], placeOf: (row: Row) => number | undefined): number {
    const ordinary = rows.filter(({ identityId }) => this.#personOf(identityId)?.lot === 'ordinary');
    const lanes = [...Map.groupBy(ordinary, ({ identityId }) => identityId).values()];
    return lanes.filter((lane) => {
      const places = lane.map(placeOf).filter((place) => place !== undefined);
      return places.some((place, n) => n > 0 && place < (places[n - 1] ?? 0));
    }).length;
  }

  async #answers(platform: Platform): Promise<Readonly<Record<string, number>>> {
    const { answers } = await this.#telling.control<{ answers: Record<string, number> }>('GET', platform, 'answers');
    return answers;
  }

  /** What the platforms took, by delivery and part, in its order; a body that was taken twice has two. */
  async #taken(): Promise<Map<string, (TakenSend & { readonly at: number })[]>> {
    const byName = new Map<string, (TakenSend & { readonly at: number })[]>();
    for (const platform of platforms)
      for (const [at, one] of (await this.#telling.taken(platform)).entries()) {
        const { deliveryId, part } = readReference(one.reference ?? '') ?? {};
        const name = `${deliveryId}:${part}`;
        byName.set(name, [...(byName.get(name) ?? []), { ...one, at }]);
      }
    return byName;
  }
}
