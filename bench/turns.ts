import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomerId } from '#base';
import { converse, type CustomerMoney } from '#conversation';
import { sql } from '#db';
import { customerMoney } from '../src/conversation/vault-money.ts';
import { testHub, type TestHub } from '../test/hub.ts';
import { Visitor } from '../test/visitor.ts';
import { besideMoney } from '../tools/asking.ts';
import { buildWebIfStale } from '../tools/build-web.ts';
import { openHubParts, type HubParts } from './hub-parts.ts';
import { atMost, quantile, rowOf, type Row } from './measured.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';

const customers = 6;
const banks = ['citi', 'wells-fargo'];
const turnsPerSecond = 150;
const atOnceMax = 16;

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
];

/**
 * What a question about one's own money takes in a hub: understanding, the gate and its entry, opening the records and
 * the answer; over a year of two banks each, which the sandbox told through linking. No bank is asked in these turns,
 * so none of it is a bank's time. Told from when a turn was due, so that waiting for others counts.
 */
export const turns: Part = { name: 'turns', heading: 'Questions about one’s own money', run: measure };

async function measure({ options, progress }: Bench): Promise<Row[]> {
  // Linking ends on a page.
  await buildWebIfStale();
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-turns-'));
  const place = { data: join(folder, 'data'), keys: join(folder, 'keys') };
  const hub = await testHub({ settings: { TELLERLINE_DATA: place.data, TELLERLINE_KEYS: place.keys } });
  try {
    progress(`linking ${customers} customers`);
    for (let n = 1; n <= customers; n += 1) await link(hub, `customer-${n}`);
    const parts = await openHubParts({ databaseUrl: hub.db.url, ...place });
    try {
      const money = await moneyOf(parts);
      const purchases = await countPurchases(money);
      await load(money, 2);
      const runs: Load[] = [];
      for (let run = 1; run <= options.runs; run += 1) {
        progress(`run ${run} of ${options.runs}`);
        runs.push(await load(money, shortSeconds(options)));
      }
      return rowsOf(runs, purchases);
    } finally {
      await parts.close();
    }
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true });
  }
}

function rowsOf(runs: readonly Load[], purchases: number): Row[] {
  const alone = runs.map(({ alone: ms }) => ms);
  const all = runs.map(({ ms }) => ms);
  const at = (share: number, of: readonly (readonly number[])[]) => of.map((ms) => quantile(ms, share));
  return [
    rowOf('movements of a customer', '', [purchases]),
    rowOf(
      'turns answered',
      '/s',
      runs.map(({ perSecond }) => perSecond),
    ),
    rowOf('a turn by itself, p50', 'ms', at(0.5, alone), atMost(30)),
    rowOf('a turn by itself, p99', 'ms', at(0.99, alone), atMost(150)),
    rowOf(`a turn at ${turnsPerSecond}/s, p50`, 'ms', at(0.5, all)),
    rowOf(`a turn at ${turnsPerSecond}/s, p99`, 'ms', at(0.99, all)),
    rowOf(
      'processor time of a turn',
      'ms',
      runs.map(({ cpuMs }) => cpuMs),
      atMost(30),
    ),
  ];
}

async function link(hub: TestHub, customer: string): Promise<void> {
  const visitor = await Visitor.arrive(hub);
  for (const bank of banks) await visitor.link(bank, customer);
}

async function moneyOf({ database, parts }: HubParts): Promise<CustomerMoney[]> {
  const rows = await database.query<{ customerId: CustomerId }>(sql`select customer_id as "customerId" from customers`);
  return rows.map(({ customerId }) => customerMoney(parts, customerId));
}

/** How many movements the first of them has. */
async function countPurchases([money]: readonly CustomerMoney[]): Promise<number> {
  if (money === undefined) return 0;
  let count = 0;
  for (const { linkId } of await money.links())
    count += (await money.purchases({ linkId, from: '2000-01-01', to: '2999-12-31' }, 'transactions')).length;
  return count;
}

interface Load {
  /** From when each turn was due. */
  readonly ms: readonly number[];
  /** Of turns that ran one by one. */
  readonly alone: readonly number[];
  readonly perSecond: number;
  readonly cpuMs: number;
}

async function load(all: readonly CustomerMoney[], seconds: number): Promise<Load> {
  const alone: number[] = [];
  const processor = process.cpuUsage();
  const until = performance.now() + (seconds * 1000) / 2;
  for (let n = 0; performance.now() < until; n += 1) {
    const began = performance.now();
    await turn(all, n);
    alone.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(processor);
  const ms: number[] = [];
  const open = new Set<Promise<void>>();
  const start = performance.now();
  const count = Math.round((seconds / 2) * turnsPerSecond);
  for (let n = 0; n < count; n += 1) {
    const due = start + (n * 1000) / turnsPerSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // As in a hub that has fallen behind, what is due waits; its wait counts.
    while (open.size >= atOnceMax) await Promise.race(open);
    const one = turn(all, n).then(() => {
      ms.push(performance.now() - due);
      open.delete(one);
    });
    open.add(one);
  }
  await Promise.all(open);
  const perSecond = count / ((performance.now() - start) / 1000);
  return { ms, alone, perSecond, cpuMs: (user + system) / 1000 / alone.length };
}

async function turn(all: readonly CustomerMoney[], n: number): Promise<void> {
  const money = all[n % all.length];
  const text = questions[n % questions.length];
  if (money === undefined || text === undefined) return;
  const locale = text.startsWith('cuanto') ? 'es' : 'en';
  const now = Temporal.Now.instant();
  await converse(text, { locale, timeZone: 'America/New_York', now, money, ...besideMoney }, undefined);
}
