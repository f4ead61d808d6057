import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '../database.ts';
import { modelled } from './model.ts';
import { stateInModel, stateInPostgres } from './state.ts';
import { enterStanding, standings, tablesWith, type Standing } from './standing.ts';
import { steps, type Step } from './steps.ts';
import type { Tables } from './tables.ts';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

/** Operations that a run of the simulator never comes to, and why. */
const notModelled: Readonly<Record<string, string>> = {
  'case-consents.links': 'it is asked about words of cases alone, and no bank’s event is one',
  'entries.before': 'the page before one is read when a person scrolls back, and nobody scrolls in a run',
  'records.by-day': 'no event reads a customer’s history: questions do, and nobody asks in a run',
  'records.standing': 'the same',
  'accounts.shared': 'the same',
  'consents.of-customer': 'the same',
  'conversations.lock': 'the same',
  'keys.of-customers': 'the same',
  'links.view': 'the same',
  'messages.by-client-id': 'the same',
  'messages.own': 'the same',
  'cases.talk': 'the same',
  'turns.end': 'the same',
  'turns.open': 'the same',
  'turns.put': 'the same',
  'turns.take': 'the same',
  'messages.remove': 'no event takes a message away: only an end of a link or an account does',
};

const runs = 300;

/** Fewer answers than this of an operation, and the sequences do not meet their own rows: the test says little. */
const answeredMin = 50;

/** Operations that write and answer nothing, but for the one that no bank's withdrawal ever answers in a run. */
const silent: ReadonlySet<string> = new Set([
  'entries.insert',
  'intake.count',
  'ledger.insert',
  'messages.insert',
  'messages.sent',
  'purchases.name',
  'records.update',
  'withdrawals.in-force',
]);

/** Some operations in one transaction. */
interface Together {
  readonly steps: readonly Step[];
  readonly commits: boolean;
}

const transactions: fc.Arbitrary<Together[]> = fc.array(
  fc.record({
    steps: fc.array(steps, { minLength: 1, maxLength: 8, size: 'max' }),
    commits: fc.constantFrom(true, true, true, false),
  }),
  { minLength: 1, maxLength: 50, size: 'max' },
);

/** The transaction ends without a COMMIT. */
class RolledBack extends Error {}

/** How often each operation was carried out, and how often it answered with rows. */
const seen = new Map<string, { times: number; answered: number; refused: number }>();

test('the model of the storage answers as PostgreSQL does, and keeps the same, whatever is asked of both', async (t) => {
  await fc.assert(
    fc.asyncProperty(standings, transactions, (standing, together) => compare(standing, together)),
    { numRuns: runs },
  );
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)));
  const rare = modelled.filter((name) => {
    const { times = 0, answered = 0 } = seen.get(name) ?? {};
    return silent.has(name) ? times < answeredMin || answered > 0 : answered < answeredMin;
  });
  assert.deepEqual(rare, []);
});

test('every operation of the event path is in the model, or is named with the reason', () => {
  const named = globSync('src/**/*.ts')
    // Where `operation` is, it is only explained.
    .filter((path) => !path.endsWith('.test.ts') && path !== 'src/db/operation.ts')
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\boperation<.*?>\(\)\(\s*'([^']+)'/gs)])
    .map((match) => match[1] ?? '');
  assert.deepEqual(named.toSorted(), [...modelled, ...Object.keys(notModelled)].toSorted());
});

async function compare(standing: Standing, together: readonly Together[]): Promise<void> {
  await enterStanding(db.database, standing);
  const tables = tablesWith(standing);
  for (const one of together) await carryOutBoth(tables, one);
  assert.deepEqual(await stateInPostgres(db.database), stateInModel(tables));
}

async function carryOutBoth(tables: Tables, { steps, commits }: Together): Promise<void> {
  const undos: (() => void)[] = [];
  const running = db.database.transaction(async (tx) => {
    for (const step of steps) {
      const real = await answerOf(() => step.inPostgres(tx));
      const model = await answerOf(() => step.inModel(tables, (undo) => undos.push(undo)));
      count(step.name, real);
      assert.deepEqual(comparable(step.name, model), comparable(step.name, real), step.name);
      if ('refused' in real) throw new RolledBack();
    }
    if (!commits) throw new RolledBack();
  });
  await running.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
    for (const undo of undos.toReversed()) undo();
  });
}

type Answer = { readonly rows: readonly object[] } | { readonly refused: string };

/** Rows, or the code of the constraint that is broken; anything else that fails is a fault of the test. */
async function answerOf(work: () => object[] | Promise<object[]>): Promise<Answer> {
  try {
    return { rows: await work() };
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === '23505') return { refused: code };
    throw error;
  }
}

/** What is answered in an order of its own: the rest comes as PostgreSQL finds it. */
const ordered: ReadonlySet<string> = new Set(['records.hold', 'keys.hold', 'entries.after']);

function comparable(name: string, answer: Answer): Answer {
  if ('refused' in answer || ordered.has(name)) return answer;
  return { rows: answer.rows.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) };
}

const textOf = (row: object): string =>
  JSON.stringify(
    Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );

function count(name: string, answer: Answer): void {
  const counts = seen.get(name) ?? { times: 0, answered: 0, refused: 0 };
  seen.set(name, counts);
  counts.times += 1;
  if ('refused' in answer) counts.refused += 1;
  else if (answer.rows.length > 0) counts.answered += 1;
}
