import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type IdentityId } from '#base';
import { customerActor } from '#vault';
import { fillTables, type RowSizes } from './fill.ts';
import { openHubParts, type HubParts } from './hub-parts.ts';
import { makeLinksInBulk, type BulkLink } from './links.ts';
import { madeParsedEvent } from './made-events.ts';
import { atMost, median, quantile, rowOf, type Row } from './measured.ts';
import { onOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';
import { cpuSecondsOfFamily } from './processes.ts';
import { bank } from './stage.ts';

/** The tables grow in so many rounds, each a twentieth; after these of them it is measured. */
const rounds = 20;
const measuredAfter = [1, 5, 20];
/** Each conversation ends with so many entries. */
const entriesEach = 200;
/** Customers whose pages are read: what they have came through the hub itself, a little in each round. */
const readers = 200;
const pageEntries = 50;
const pagesRead = 500;
const batch = 500;
const settleMs = 5000;

/** Pages and event inserts while the tables of events grow, on one core of the app and in one process. */
export const growth: Part = {
  name: 'growth',
  heading: 'As the tables grow',
  run: (bench) =>
    onOwnPostgres(async (own) => {
      const { url: databaseUrl, folder } = own;
      const hub = await openHubParts({ databaseUrl, data: `${folder}/hub`, keys: `${folder}/keys` });
      try {
        return rowsOf(await grow(bench, own, hub));
      } finally {
        await hub.close();
      }
    }),
};

/** What was measured at one size. */
interface Point {
  readonly entries: number;
  readonly pageMs: readonly number[];
  readonly inserted: readonly Inserted[];
}

/** What one run of inserts has shown: the median time of a batch, and PostgreSQL's own work for an event. */
interface Inserted {
  readonly batchMs: number;
  readonly postgresUs: number;
}

async function grow(bench: Bench, own: OwnPostgres, hub: HubParts): Promise<Point[]> {
  const { options, progress } = bench;
  const links = Math.max(readers * 2, Math.round(options.entries / entriesEach));
  progress(`${links.toLocaleString('en')} links`);
  const first = await makeLinksInBulk(hub.database, hub.provider, bank, { count: links, keep: readers });
  await hub.parts.proof.sequencer.start();
  // So many that a page is full at the first size already.
  await tell(hub, pageEntries);
  const sizes = await sizesOf(hub);
  const points: Point[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const entries = (round * options.entries) / rounds;
    progress(`${entries.toLocaleString('en')} entries`);
    await fillTables(hub.database, bank, { entriesEach: entriesEach / rounds, round, sizes, leaveOut: first });
    await tell(hub, entriesEach / rounds);
    if (!measuredAfter.includes(round)) continue;
    progress(`${entries.toLocaleString('en')} entries: settling`);
    await own.superuser('analyze', 'checkpoint');
    await sleep(settleMs);
    points.push(await measure(bench, own, hub, { entries, links, first }));
  }
  await hub.parts.proof.sequencer.stop();
  return points;
}

/** Lets the bank tell each of the readers of so many purchases, so that theirs lie among everybody's. */
async function tell({ store }: HubParts, each: number): Promise<void> {
  const accounts = Array.from({ length: each * readers }, (_, n) => n % readers);
  for (let n = 0; n < accounts.length; n += batch) await store(bank, accounts.slice(n, n + batch).map(madeParsedEvent));
}

async function sizesOf({ database }: HubParts): Promise<RowSizes> {
  const [sizes] = await database.query<RowSizes>({
    text: `select (select avg(octet_length(sealed))::integer from records) as record,
      (select avg(octet_length(sealed))::integer from ledger) as ledger`,
    values: [],
  });
  if (!sizes) throw new Error('the bank has told of purchases');
  return sizes;
}

async function measure(
  { options, progress }: Bench,
  own: OwnPostgres,
  hub: HubParts,
  { entries, links, first }: { entries: number; links: number; first: readonly BulkLink[] },
): Promise<Point> {
  const inserted: Inserted[] = [];
  progress(`${entries.toLocaleString('en')} entries: warming`);
  // The first change of a page after a checkpoint is logged whole, which is dearest at first.
  await insertFor(hub, links, shortSeconds(options));
  for (let run = 1; run <= options.runs; run += 1) {
    progress(`${entries.toLocaleString('en')} entries: inserts, run ${run} of ${options.runs}`);
    const before = cpuSecondsOfFamily(own.pid);
    const took = await insertFor(hub, links, shortSeconds(options));
    const postgresUs = ((cpuSecondsOfFamily(own.pid) - before) * 1e6) / (took.length * batch);
    inserted.push({ batchMs: median(took), postgresUs });
  }
  progress(`${entries.toLocaleString('en')} entries: pages`);
  return { entries, inserted, pageMs: await readPages(hub, first) };
}

/** Stores batches one after the other, of any links; answers the time of each. */
async function insertFor({ store }: HubParts, links: number, seconds: number): Promise<number[]> {
  const took: number[] = [];
  for (const until = performance.now() + seconds * 1000; performance.now() < until;) {
    const events = Array.from({ length: batch }, (_, n) => madeParsedEvent(Math.floor(Math.random() * links), n));
    const began = performance.now();
    await store(bank, events);
    took.push(performance.now() - began);
  }
  return took;
}

/** Reads the newest page of the readers' conversations, as their browsers would. */
async function readPages({ parts }: HubParts, first: readonly BulkLink[]): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < pagesRead; n += 1) {
    const { customerId, conversationId } = first[n % first.length] as BulkLink;
    const actor = customerActor({ customerId, identityId: newId<IdentityId>() });
    const span = { before: Number.MAX_SAFE_INTEGER, limit: pageEntries };
    const manner = { locale: 'en', timeZone: 'America/New_York' } as const;
    const began = performance.now();
    const page = await parts.delivery.page(actor, { customerId, conversationId }, span, manner);
    took.push(performance.now() - began);
    if (page.entries.some((entry) => entry.entry !== 'message')) throw new Error('a page shows messages');
  }
  return took;
}

function rowsOf(points: readonly Point[]): Row[] {
  const [small, large] = [points.at(0), points.at(-1)];
  if (!small || !large) throw new Error('the tables have grown');
  const batchMs = ({ inserted }: Point): number[] => inserted.map((run) => run.batchMs);
  const each = points.flatMap((point): Row[] => {
    const at = `${point.entries.toLocaleString('en')} entries`;
    const postgresUs = point.inserted.map((run) => run.postgresUs);
    return [
      rowOf(`a page of ${pageEntries} at ${at}, p50`, 'ms', [quantile(point.pageMs, 0.5)], atMost(10)),
      rowOf(`a page of ${pageEntries} at ${at}, p99`, 'ms', [quantile(point.pageMs, 0.99)]),
      rowOf(`a batch of ${batch} stored at ${at}`, 'ms', batchMs(point)),
      rowOf(`processor time of PostgreSQL for it at ${at}`, 'µs/event', postgresUs),
    ];
  });
  const grown = batchMs(large).map((ms) => ms / median(batchMs(small)));
  const name = `a batch stored at ${large.entries.toLocaleString('en')} entries, as a multiple of that at ${small.entries.toLocaleString('en')}`;
  return [...each, rowOf(name, '×', grown, atMost(1.2))];
}
