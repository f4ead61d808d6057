/**
 * `npm run bench:desk`: a desk with a hundred staff and five thousand open cases, over the hub's own parts and roles and
 * a PostgreSQL with fsync on: how long an inbox takes to open, how long a customer's message takes to the desk that shows
 * its case, and the slowest statements. Writes `bench/results/desk.json`.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type BankId, type MessageId } from '#base';
import { TEAMS, type DeskServerFrame } from '#contract';
import type { Desk, Staff } from '#desk';
import { openHubParts, type HubParts } from './hub-parts.ts';
import { makeLinksInBulk, type BulkLink } from './links.ts';
import { machine, quantile } from './measured.ts';
import { onOwnPostgres, type OwnPostgres } from './own-postgres.ts';

const wanted = { staff: 100, cases: 5000, claimsEach: 8, inboxes: 400, messages: 600 };
const goals = { inboxMs: 300, messageMs: 200, statementMs: 50 };
const messagesPerSecond = 30;
const bankId = 'citi' as BankId;
const topics = ['card_arrival', 'failed_transfer', 'fraud', 'dispute', 'terminate_account', 'exchange_rate', 'other'];

/** The case of a link, with what is needed to write in it. */
interface OpenCase extends BulkLink {
  readonly caseId: string;
}

type Desks = { readonly staff: Staff; readonly opened: string[]; readonly end: () => void }[];

/** Runs work over items, so many at a time. */
async function over<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const staffOf = (n: number): Staff => ({
  staffId: `staff-${n}`,
  bankId,
  name: `agent-${n}`,
  role: n % 20 === 0 ? 'supervisor' : 'agent',
  teams: TEAMS.filter((_, at) => at === n % TEAMS.length || at === (n + 1) % TEAMS.length),
  locales: n % 3 === 0 ? ['en', 'es'] : ['en'],
  capacity: wanted.claimsEach,
});

async function openCases(hub: HubParts, links: readonly BulkLink[]): Promise<OpenCase[]> {
  const cases: OpenCase[] = [];
  let n = 0;
  await over(links, 8, async (link) => {
    n += 1;
    const locale = n % 4 === 0 ? 'es' : 'en';
    const opening = {
      linkId: link.linkId,
      topic: topics[n % topics.length] ?? 'other',
      asked: 'a question',
      tried: [],
      locale,
    };
    const { caseId } = await hub.database.transaction((tx) =>
      hub.parts.desk.customers.open(tx, link, { ...opening, locale }),
    );
    cases.push({ ...link, caseId });
  });
  return cases;
}

/** Each takes what is due, opens it, and shows it. */
async function takePlaces(desk: Desk, arrived: (frame: DeskServerFrame) => void): Promise<Desks> {
  const desks: Desks = [];
  const people = Array.from({ length: wanted.staff }, (_, n) => staffOf(n));
  for (const staff of people) {
    const connection = desk.staff.connect({ staff, sessionId: randomUUID(), frame: arrived });
    const opened: string[] = [];
    for (let n = 0; n < wanted.claimsEach; n += 1) {
      const brief = await desk.staff.claim(staff);
      if (!brief) break;
      await desk.staff.open(staff, brief.caseId);
      await connection.opened(brief.caseId, 0);
      opened.push(brief.caseId);
    }
    desks.push({ staff, opened, end: connection.end });
  }
  return desks;
}

async function timeInboxes(desk: Desk, desks: Desks): Promise<number[]> {
  const took: number[] = [];
  const views = ['mine', 'waiting', 'all'] as const;
  const calls = Array.from({ length: wanted.inboxes }, (_, n) => n);
  await over(calls, 4, async (n) => {
    const staff = desks[n % desks.length]?.staff;
    if (!staff) return;
    const from = performance.now();
    await desk.staff.inbox(staff, {
      view: views[n % views.length] ?? 'all',
      ...(n % 5 === 0 && { search: 'transfer' }),
    });
    took.push(performance.now() - from);
  });
  return took;
}

/** As the conversation does: the message and the case's entry in one transaction. */
async function say({ database, parts }: HubParts, link: OpenCase, text: string): Promise<void> {
  await database.transaction(async (tx) => {
    const talk = await parts.desk.customers.talkIn(tx, link);
    if (!talk) throw new Error('the talk is over');
    const messageId = newId<MessageId>();
    const body = { from: 'customer', said: { content: { kind: 'text', text } } } as const;
    const { customerId, conversationId } = link;
    await parts.delivery.write(tx, [
      { customerId, conversationId, entry: 'message', messageId, author: 'customer', atMs: Date.now(), body },
    ]);
    await parts.desk.customers.said(tx, talk, { text, messageId });
  });
}

async function timeMessages(
  hub: HubParts,
  cases: readonly OpenCase[],
  desks: Desks,
  waiting: Map<string, (ms: number) => void>,
): Promise<number[]> {
  const shown = new Set(desks.flatMap(({ opened }) => opened));
  const talks = cases.filter(({ caseId }) => shown.has(caseId));
  const took: number[] = [];
  const all: Promise<void>[] = [];
  for (let n = 0; n < wanted.messages; n += 1) {
    const talk = talks[(n * 7) % talks.length];
    const reader = desks[n % desks.length];
    if (!talk || !reader) continue;
    const text = randomUUID();
    const from = performance.now();
    const arrived = new Promise<number>((resolve) => waiting.set(text, resolve));
    all.push(say(hub, talk, text).then(async () => void took.push((await arrived) - from)));
    // Somebody answers or looks meanwhile, as they do.
    if (n % 3 === 0) all.push(hub.parts.desk.staff.inbox(reader.staff, { view: 'waiting' }).then(() => undefined));
    await sleep(1000 / messagesPerSecond);
  }
  await Promise.all(all);
  return took;
}

interface Statement {
  readonly query: string;
  readonly calls: string;
  readonly mean: number;
  readonly most: number;
}

const slowest = (own: OwnPostgres): Promise<Statement[]> =>
  own.superuser<
    Statement & Record<string, unknown>
  >(`select left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query, calls,
      round(mean_exec_time::numeric, 2)::float as mean, round(max_exec_time::numeric, 1)::float as most
    from pg_stat_statements where query ~ '(cases|case_|desk_|staff_looks|prepared_answers)' and query !~ 'pg_stat|explain'
    order by max_exec_time desc limit 12`);

const figures = (took: readonly number[]) => {
  const [p50, p99, most] = [quantile(took, 0.5), quantile(took, 0.99), Math.max(...took)].map((ms) => Math.round(ms));
  return { count: took.length, p50: p50 ?? 0, p99: p99 ?? 0, most: most ?? 0 };
};

await onOwnPostgres(async (own) => {
  const hub = await openHubParts({
    databaseUrl: own.url,
    data: join(own.folder, 'hub'),
    keys: join(own.folder, 'keys'),
  });
  const { desk } = hub.parts;
  console.log(`${machine()}; load before: ${(loadavg()[0] ?? 0).toFixed(2)}`);
  const links = await makeLinksInBulk(own.database, hub.provider, bankId, { count: wanted.cases, keep: wanted.cases });
  const began = performance.now();
  const cases = await openCases(hub, links);
  console.log(`${cases.length} cases opened, ${Math.round((cases.length / (performance.now() - began)) * 1000)}/s`);
  await own.superuser('analyze', `alter system set pg_stat_statements.track = 'all'`, 'select pg_reload_conf()');
  const waiting = new Map<string, (ms: number) => void>();
  const desks = await takePlaces(desk, (frame) => {
    if (frame.frame !== 'entries') return;
    for (const entry of frame.entries) if (entry.entry === 'said') waiting.get(entry.text)?.(performance.now());
  });
  console.log(`${desks.length} desks show ${desks.flatMap(({ opened }) => opened).length} cases`);
  const inbox = figures(await timeInboxes(desk, desks));
  const message = figures(await timeMessages(hub, cases, desks, waiting));
  const supervisor = desks[0]?.staff;
  if (supervisor) await desk.staff.live(supervisor);
  const statements = await slowest(own);
  for (const { end } of desks) end();
  const reached = {
    inbox: inbox.most <= goals.inboxMs,
    message: message.p99 <= goals.messageMs,
    statements: statements.every(({ most }) => most <= goals.statementMs),
  };
  console.log('inbox', inbox, 'message to its desk', message);
  console.table(statements);
  console.log(reached, `load after: ${(loadavg()[0] ?? 0).toFixed(2)}`);
  const result = {
    at: new Date().toISOString(),
    machine: machine(),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    wanted,
    goals,
    inbox,
    message,
    reached,
    statements,
  };
  writeFileSync(join(import.meta.dirname, 'results', 'desk.json'), `${JSON.stringify(result, null, 2)}\n`);
  await desk.stop();
  await hub.close();
});
