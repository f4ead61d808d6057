import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, systemClock, systemRandom } from '#base';
import { sql, type Database } from '#db';
import type { HttpParts } from '#http';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { openPools, type Pools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { senderTo, startFakeMessenger, type FakeMessenger, type Manner } from '../test/faults/fake-messenger.ts';
import { makePeople, tell, type Person } from '../test/faults/people.ts';
import { quantile, rowOf, type Row } from './measured.ts';
import { onOwnPostgres } from './own-postgres.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';

const batch = 500;
const backlog = { people: 1_000, messages: 5 };
const live = { people: 50, perSecond: 50 };
const log = createLog('error');

/** The ways in which the second messenger fails. */
const ways: Readonly<Record<string, (call: number) => Manner>> = {
  'is well': () => 'takes',
  'answers 500': () => 'answers 500',
  'answers 429': () => 'answers 429',
  'is slow': () => ({ slowMs: 1_500 }),
  'takes and resets': () => 'takes and resets',
};

/**
 * What it costs a batch of events that customers could be met on other messengers and are not; how fast a
 * backlog goes out after a start; and what people on one messenger notice when another one fails.
 */
export const deliveries: Part = { name: 'deliveries', heading: 'Deliveries to messengers', run: measure };

/** How long and how often. */
interface Length {
  readonly seconds: number;
  readonly runs: number;
  readonly progress: Bench['progress'];
}

function measure({ options, progress }: Bench): Promise<Row[]> {
  const length: Length = { seconds: shortSeconds(options), runs: options.runs, progress };
  return onOwnPostgres(async ({ database, folder, url: databaseUrl }) => {
    const config = readConfig({ TELLERLINE_DATA: join(folder, 'data'), TELLERLINE_KEYS: join(folder, 'keys') });
    const provider = openKeyProvider(config, systemRandom);
    const pools = await openPools({ databaseUrl, log }, database, provider);
    const [first, second] = [await startFakeMessenger(), await startFakeMessenger()];
    const make = (senders: Parameters<typeof wire>[0]['senders']): HttpParts =>
      wire(
        { config, databaseUrl, log, clock: systemClock, sandboxUrl: () => '', ...(senders && { senders }) },
        { ...pools, provider },
        () => '',
      );
    const both = () => [senderTo('first', first.url), senderTo('second', second.url)];
    const rows = [
      ...(await costOfNobody(make(both()), make([]), database, length)),
      ...(await drain(() => make(both()), database, first, length)),
      ...(await neighbours(make(both()), database, { first, second }, length)),
    ];
    await first.close();
    await second.close();
    await closeAll(pools);
    return rows;
  });
}

async function closeAll({ web, readers, events }: Pools): Promise<void> {
  for (const one of [web, readers, events]) await one.close();
}

/** A batch to customers whom nobody meets elsewhere, with messengers and without. */
async function costOfNobody(
  withMessengers: HttpParts,
  without: HttpParts,
  database: Database,
  { seconds, runs, progress }: Length,
): Promise<Row[]> {
  progress('customers whom nobody meets elsewhere');
  const people = await makePeople(without, database, batch, []);
  await database.execute(sql`analyze`);
  const time = async (parts: HttpParts): Promise<number> => {
    const ms: number[] = [];
    const until = performance.now() + (seconds * 1000) / 2;
    while (performance.now() < until) {
      const startedMs = performance.now();
      await tell(parts, database, people, 'A message.');
      ms.push(performance.now() - startedMs);
    }
    return quantile(ms, 0.5);
  };
  const [none, some]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    none.push(await time(without));
    some.push(await time(withMessengers));
  }
  return [
    rowOf(`until ${batch} entries of as many customers are written, no messenger, p50`, 'ms', none),
    rowOf('the same beside two messengers on which none of them is met, p50', 'ms', some),
  ];
}

/** From the start of a process until what waited is there, and the same while new ones keep coming. */
async function drain(
  make: () => HttpParts,
  database: Database,
  messenger: FakeMessenger,
  { runs, progress }: Length,
): Promise<Row[]> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    progress(`a backlog, run ${run + 1} of ${runs}`);
    const parts = make();
    const people = await makePeople(parts, database, backlog.people, ['first']);
    for (let n = 0; n < backlog.messages; n += 1) await tell(parts, database, people, String(n));
    await database.execute(sql`analyze`);
    const before = messenger.shown.length;
    const wanted = backlog.people * backlog.messages;
    const startedMs = performance.now();
    await parts.delivery.sending.start();
    while (messenger.shown.length - before < wanted) await sleep(20);
    rates.push((wanted * 1000) / (performance.now() - startedMs));
    await parts.delivery.sending.stop();
  }
  return [
    rowOf(
      `deliveries out of a backlog of ${backlog.people * backlog.messages}, each read through the gate`,
      '/s',
      rates,
    ),
  ];
}

/** How long it takes from COMMIT until people see it at the first messenger, whatever the second does. */
async function neighbours(
  parts: HttpParts,
  database: Database,
  { first, second }: { readonly first: FakeMessenger; readonly second: FakeMessenger },
  { seconds, runs, progress }: Length,
): Promise<Row[]> {
  const people = await makePeople(parts, database, live.people, ['first', 'second']);
  await parts.delivery.sending.start();
  const found = new Map<string, { p50: number[]; p99: number[] }>();
  for (let run = 0; run < runs; run += 1) {
    for (const [way, manner] of Object.entries(ways)) {
      second.behave(manner);
      progress(`one messenger while the other ${way}, run ${run + 1} of ${runs}`);
      const ms = await latencies(parts, database, people, first, seconds);
      const kept = found.get(way) ?? { p50: [], p99: [] };
      kept.p50.push(quantile(ms, 0.5));
      kept.p99.push(quantile(ms, 0.99));
      found.set(way, kept);
    }
  }
  second.behave(() => 'takes');
  await parts.delivery.sending.stop();
  return [...found].flatMap(([way, { p50, p99 }]) => [
    rowOf(`to one messenger while the other ${way}, p50`, 'ms', p50),
    rowOf(`to one messenger while the other ${way}, p99`, 'ms', p99),
  ]);
}

async function latencies(
  parts: HttpParts,
  database: Database,
  people: readonly Person[],
  first: FakeMessenger,
  seconds: number,
): Promise<number[]> {
  const said = new Map<string, number>();
  const before = first.shown.length;
  const until = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < until; n += 1) {
    const text = `${performance.now()}`;
    const nextMs = performance.now() + 1000 / live.perSecond;
    const person = people[n % people.length];
    if (person) await tell(parts, database, [person], text);
    said.set(text, performance.now());
    await sleep(Math.max(0, nextMs - performance.now()));
  }
  const deadline = performance.now() + 30_000;
  while (first.shown.length - before < said.size && performance.now() < deadline) await sleep(20);
  return first.shown.slice(before).map(({ text, atMs }) => Math.max(0, atMs - (said.get(text) ?? atMs)));
}
