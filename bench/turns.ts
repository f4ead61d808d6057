import { randomUUID } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { invariant, systemRandom, type CustomerId, type IdentityId } from '#base';
import { createTalk, createTalkCards } from '#conversation';
import { actTokens } from '#customers';
import { sql } from '#db';
import type { Thread } from '#delivery';
import { customerMoney } from '../src/conversation/vault-money.ts';
import { testHub, type TestHub } from '../test/hub.ts';
import { Visitor } from '../test/visitor.ts';
import { buildWebIfStale } from '../tools/build-web.ts';
import { openHubParts, type HubParts } from './hub-parts.ts';
import { atLeast, atMost, quantile, rowOf, type Row } from './measured.ts';
import { onOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';
import { cpuSecondsOfFamily } from './processes.ts';

/** Each asks one thing after the other; in a hub those turns would be of hundreds, for one may say thirty things a minute. */
const customers = 12;
/** Customers of the sandbox with a year of their own; two here may be the same one there. */
const seeded = 6;
const banks = ['citi', 'wells-fargo'];
const turnsPerSecond = 150;
const warmSeconds = 3;
/** A load that falls this many times behind is not carried on to its end. */
const behindMax = 3;

const questions = [
  'how much did I spend on coffee last week',
  'and in May?',
  'how many times did I go to Hollis Foods this month',
  'biggest purchase in March',
  'compare groceries this month with last',
  'when is my salary in',
  'top merchants last month',
  'purchases over $50 last week',
  'cuanto gaste en gasolina el mes pasado',
  'how much did I spend at hollis fods last month',
  'what is the meaning of life',
  'my subscriptions',
  'why was I charged a fee for my transfer at Citi',
  'my card from Citi has still not arrived in the mail',
];

/**
 * What a turn takes in a hub, from what a customer says to the answer in their browser: both messages written, the
 * uses entered, the records opened, understood and answered; over a year of two banks each, which the sandbox told
 * through linking. No bank is asked in these turns, so none of it is a bank's time. Told from when a turn was due, so
 * that waiting for others counts.
 */
export const turns: Part = { name: 'turns', heading: 'Questions about one’s own money', run: measure };

async function measure(bench: Bench): Promise<Row[]> {
  // Linking ends on a page.
  await buildWebIfStale();
  return onOwnPostgres(async (own) => {
    // The hub that links makes its database on this server, whose processor time is counted.
    process.env['TEST_DATABASE_URL'] = own.url;
    const place = { data: join(own.folder, 'hub'), keys: join(own.folder, 'keys') };
    const hub = await testHub({ settings: { TELLERLINE_DATA: place.data, TELLERLINE_KEYS: place.keys } });
    try {
      return await measureOn(hub, { ...place, own }, bench);
    } finally {
      await hub.close();
    }
  });
}

async function measureOn(
  hub: TestHub,
  { own, ...place }: { readonly own: OwnPostgres; readonly data: string; readonly keys: string },
  { options, progress }: Bench,
): Promise<Row[]> {
  for (let n = 0; n < customers; n += 1) {
    progress(`linking customer ${n + 1} of ${customers}`);
    await link(hub, `customer-${(n % seeded) + 1}`);
  }
  const parts = await openHubParts({ databaseUrl: hub.db.url, ...place });
  try {
    await own.superuser('analyze');
    const asking = await askingOf(parts);
    const purchases = await countPurchases(parts);
    const processorMs = () => {
      const { user, system } = process.cpuUsage();
      return { hubMs: (user + system) / 1000, postgresMs: cpuSecondsOfFamily(own.pid) * 1000 };
    };
    await loadAlone(asking, warmSeconds);
    const runs: Load[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      progress(`run ${run} of ${options.runs}`);
      runs.push(await load(asking, shortSeconds(options), processorMs));
    }
    await asking.end();
    return rowsOf(runs, purchases);
  } finally {
    await parts.close();
  }
}

function rowsOf(runs: readonly Load[], purchases: readonly number[]): Row[] {
  const of = (figure: (run: Load) => number) => runs.map(figure);
  const at = (share: number, ms: (run: Load) => readonly number[]) => of((run) => quantile(ms(run), share));
  return [
    rowOf('movements of a customer', '', purchases),
    rowOf(
      'load of the machine, of the last minute',
      '',
      of(({ machineLoad }) => machineLoad),
    ),
    rowOf(
      'a turn by itself, p50',
      'ms',
      at(0.5, ({ alone }) => alone),
      atMost(30),
    ),
    rowOf(
      'a turn by itself, p99',
      'ms',
      at(0.99, ({ alone }) => alone),
      atMost(150),
    ),
    rowOf(
      'processor time of a turn, hub',
      'ms',
      of(({ hubMs }) => hubMs),
    ),
    rowOf(
      'processor time of a turn, PostgreSQL',
      'ms',
      of(({ postgresMs }) => postgresMs),
    ),
    rowOf(
      `turns answered of ${turnsPerSecond}/s`,
      '/s',
      of(({ perSecond }) => perSecond),
      atLeast(turnsPerSecond * 0.99),
    ),
    rowOf(
      `a turn at ${turnsPerSecond}/s, p50`,
      'ms',
      at(0.5, ({ ms }) => ms),
      atMost(30),
    ),
    rowOf(
      `a turn at ${turnsPerSecond}/s, p99`,
      'ms',
      at(0.99, ({ ms }) => ms),
      atMost(150),
    ),
    rowOf(
      'turns answered at most',
      '/s',
      of(({ mostPerSecond }) => mostPerSecond),
      atLeast(turnsPerSecond),
    ),
  ];
}

async function link(hub: TestHub, customer: string): Promise<void> {
  const visitor = await Visitor.arrive(hub);
  for (const bank of banks) await visitor.link(bank, customer);
}

/** How many movements each of them has. */
async function countPurchases({ database, parts }: HubParts): Promise<number[]> {
  const rows = await database.query<{ customerId: CustomerId }>(sql`select customer_id as "customerId" from customers`);
  const counts: number[] = [];
  for (const { customerId } of rows) {
    const money = customerMoney(parts, customerId);
    let count = 0;
    for (const { linkId } of await money.links())
      count += (await money.purchases({ linkId, from: '2000-01-01', to: '2999-12-31' }, 'transactions')).length;
    counts.push(count);
  }
  return counts;
}

/** Somebody who asks, in front of a browser. */
interface Asking {
  readonly threads: readonly Thread[];
  /** Says it; done when the answer has come. */
  ask(thread: Thread, text: string): Promise<void>;
  end(): Promise<void>;
}

/** How long an answer may take before the run is given up. */
const answerMsMax = 30_000;

async function askingOf({ database, parts }: HubParts): Promise<Asking> {
  // As in the hub but for the limit of what one may say: twelve say here what hundreds would.
  const messages = { take: () => true, isSpent: () => false };
  const acts = actTokens(systemRandom.bytes(32));
  const { customers, intentAnswer: prepared } = parts.desk;
  const made = { ...parts, database, acts, messages, random: systemRandom };
  const talkCards = createTalkCards({ ...made, desk: () => customers });
  const talk = createTalk({ ...made, desk: customers, talkCards, prepared });
  const threads = await database.query<Thread & { identityId: IdentityId }>(sql`
    select distinct on (c.conversation_id) c.conversation_id as "conversationId", c.customer_id as "customerId",
      s.identity_id as "identityId"
    from conversations c join sessions s on s.customer_id = c.customer_id`);
  const answered = new EventEmitter().setMaxListeners(0);
  const ends = threads.map(({ conversationId, identityId }) =>
    parts.delivery.outlets.connect(conversationId, {
      identityId,
      manner: () => ({ locale: 'en', timeZone: 'America/New_York' }),
      speak: () => undefined,
      entries: () => undefined,
      upTo: () => 0,
      newer: () => undefined,
      frame: (frame) => {
        if (frame.frame === 'marks' && frame.readSeq > 0) answered.emit(conversationId, frame.readSeq);
      },
    }),
  );
  return {
    threads,
    ask: async (thread, text) => {
      const read = on(answered, thread.conversationId, { signal: AbortSignal.timeout(answerMsMax) });
      const { seq } = await talk.say(thread, { clientId: randomUUID(), text });
      for await (const [readSeq] of read) if (Number(readSeq) >= seq) return;
    },
    end: async () => {
      for (const end of ends) end();
      await talk.stop();
    },
  };
}

interface Load {
  /** Of turns that ran one by one. */
  readonly alone: readonly number[];
  /** Processor time of a turn, over all loads. */
  readonly hubMs: number;
  readonly postgresMs: number;
  /** At the rate promised, from when each turn was due. */
  readonly ms: readonly number[];
  readonly perSecond: number;
  /** When nobody waits between two questions. */
  readonly mostPerSecond: number;
  /** What else the machine has to do bears on every figure. */
  readonly machineLoad: number;
}

async function load(
  asking: Asking,
  seconds: number,
  processorMs: () => Pick<Load, 'hubMs' | 'postgresMs'>,
): Promise<Load> {
  const share = seconds / 3;
  const before = processorMs();
  const alone = await loadAlone(asking, share);
  const whole = await loadWhole(asking, share);
  const paced = await loadPaced(asking, share);
  const after = processorMs();
  const count = alone.length + whole.count + paced.ms.length;
  return {
    alone,
    hubMs: (after.hubMs - before.hubMs) / count,
    postgresMs: (after.postgresMs - before.postgresMs) / count,
    mostPerSecond: whole.perSecond,
    machineLoad: loadavg()[0] ?? 0,
    ...paced,
  };
}

async function loadAlone(asking: Asking, seconds: number): Promise<number[]> {
  const alone: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < until; n += 1) {
    const began = performance.now();
    await turn(asking, n);
    alone.push(performance.now() - began);
  }
  return alone;
}

/** Everybody asks again as soon as they have an answer. */
async function loadWhole(
  asking: Asking,
  seconds: number,
): Promise<{ readonly count: number; readonly perSecond: number }> {
  const start = performance.now();
  let count = 0;
  await Promise.all(
    asking.threads.map(async (_, customer) => {
      for (let n = customer; performance.now() < start + seconds * 1000; n += asking.threads.length + 1, count += 1)
        await turn(asking, n, customer);
    }),
  );
  return { count, perSecond: count / ((performance.now() - start) / 1000) };
}

async function loadPaced(asking: Asking, seconds: number): Promise<Pick<Load, 'ms' | 'perSecond'>> {
  const ms: number[] = [];
  const open = new Set<Promise<void>>();
  const start = performance.now();
  const count = Math.round(seconds * turnsPerSecond);
  for (let n = 0; n < count && performance.now() - start < seconds * behindMax * 1000; n += 1) {
    const due = start + (n * 1000) / turnsPerSecond;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    // As in a hub that has fallen behind, what is due waits; its wait counts.
    while (open.size >= asking.threads.length) await Promise.race(open);
    const one = turn(asking, n).then(() => {
      ms.push(performance.now() - due);
      open.delete(one);
    });
    open.add(one);
  }
  await Promise.all(open);
  return { ms, perSecond: ms.length / ((performance.now() - start) / 1000) };
}

/** The nth turn. Whoever asks next asks the next question, so that after a while all have asked each. */
async function turn({ threads, ask }: Asking, n: number, customer = n % threads.length): Promise<void> {
  const thread = threads[customer];
  const text = questions[(n + Math.floor(n / threads.length)) % questions.length];
  invariant(thread && text, 'there is somebody who asks, and something to ask');
  await ask(thread, text);
}
