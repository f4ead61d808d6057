import { rowOf, type Row } from './measured.ts';
import type { Steps } from './profile.ts';
import type { Loaded } from './bank-process.fixture.ts';
import type { Stage } from './stage.ts';

/** What is smaller is summed up. */
const smallestUs = 0.5;

/**
 * Where the time of an event goes under a load: in the app by source file, from a CPU profile, and in PostgreSQL by
 * statement. Both cost something themselves, so that no other figure is measured meanwhile.
 */
export async function timePerStep({ hub, own }: Stage, load: () => Promise<Loaded>): Promise<Row[]> {
  const track = (what: 'top' | 'none'): Promise<object[]> =>
    own.superuser(`alter system set pg_stat_statements.track = '${what}'`, 'select pg_reload_conf()');
  await track('top');
  await hub.ask('profile');
  const { acknowledged } = await load();
  const app = await hub.ask<Steps>('profiled');
  await track('none');
  const statements = await own.superuser<{ query: string; us: number }>(
    `select query, sum(total_exec_time + total_plan_time) * 1000 as us from pg_stat_statements
      where query not like 'alter system%' group by query`,
  );
  const postgres: Steps = {};
  for (const { query, us } of statements) postgres[nameOf(query)] = (postgres[nameOf(query)] ?? 0) + us;
  return [...rowsOf('app', app, acknowledged), ...rowsOf('PostgreSQL', postgres, acknowledged)];
}

function rowsOf(where: string, steps: Steps, events: number): Row[] {
  const each = Object.entries(steps).map(([step, us]) => ({ step, us: us / events }));
  const large = each.filter(({ us }) => us >= smallestUs).toSorted((a, b) => b.us - a.us);
  const rest = each.filter(({ us }) => us < smallestUs).reduce((sum, { us }) => sum + us, 0);
  return [...large, { step: 'all the rest', us: rest }].map(({ step, us }) =>
    rowOf(`time in the ${where}: ${step}`, 'µs/event', [us]),
  );
}

/** What a statement does and to which table; its text has no values in it. */
function nameOf(query: string): string {
  const plain = query.replaceAll(/\s+/g, ' ').trim();
  const locks = / for (share|update|no key update|key share)\b( of [a-z_]+)?/gi;
  const [, verb, table] = /\b(insert into|update|delete from) ([a-z_]+)/i.exec(plain.replaceAll(locks, '')) ?? [];
  if (verb && table) return `${verb.toLowerCase()} ${table}`;
  const [, from] = /\bfrom ([a-z_]+)/i.exec(plain) ?? [];
  if (from) return `select from ${from}${plain.search(locks) === -1 ? '' : ' with its lock'}`;
  return plain.slice(0, 40).toLowerCase();
}
