/**
 * `node test/faults/messenger-run.ts [customers] [messages]`: messages from a bank to customers on two
 * messengers, of which one fails in every way there is, over real HTTP and PostgreSQL; 10,000 sends unless said
 * otherwise. Prints what it counted and writes it to `test/results/`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, systemClock, systemRandom, type IdentityId } from '#base';
import { testDatabase } from '#test/database';
import { readConfig } from '../../src/app/config.ts';
import { openKeyProvider } from '../../src/app/keys.ts';
import { ownPools } from '../../src/app/pools.ts';
import { wire } from '../../src/app/wire.ts';
import { until } from '../until.ts';
import { senderTo, startFakeMessenger, type FakeMessenger, type Manner } from './fake-messenger.ts';
import { makePeople, tell, type Person } from './people.ts';

/** What a run counted. */
export interface MessengerRun {
  readonly sends: number;
  /** Never shown at the messenger that fails, and at the other. */
  readonly missing: number;
  readonly missingElsewhere: number;
  /** Shown more than once: all of them, and those of which no outcome was unknown. */
  readonly twice: number;
  readonly twiceWithoutReason: number;
  readonly twiceElsewhere: number;
  /** First shown after something that was written later for the same person. */
  readonly outOfOrder: number;
  readonly unknownOutcomes: number;
  readonly answeredWithErrors: number;
  readonly parked: number;
  readonly seconds: number;
}

/**
 * Fails most first calls, each in another way, and of one message at most three: then it takes it. It ends the first
 * alone without a word, as nothing is sent a third time of which nobody knows.
 */
const failing =
  (slowMs: number) =>
  (call: number, ofReference: number): Manner => {
    const all: readonly Manner[] = ['takes', 'answers 500', 'takes and resets', 'resets', { slowMs }, 'takes'];
    if (call % 97 === 96) return 'answers 429';
    if (ofReference === 0) return all[(call * 5) % all.length] ?? 'takes';
    return ofReference < 3 && call % 2 === 0 ? 'answers 500' : 'takes';
  };

/**
 * Writes messages to people who are met on two messengers, of which one fails, and counts what came to stand
 * in their chats. Hub parts, PostgreSQL and HTTP are real.
 */
export async function runThroughMessenger(wanted: {
  readonly customers: number;
  readonly messages: number;
}): Promise<MessengerRun> {
  const db = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-messenger-'));
  const [bad, well] = [await startFakeMessenger(), await startFakeMessenger()];
  const unsettled = new Set<string>();
  const timeoutMs = 400;
  bad.behave(failing(timeoutMs * 2));
  const toBad = senderTo('fake', bad.url, { timeoutMs, settleMs: 300 });
  const senders = [
    {
      ...toBad,
      send: async (...call: Parameters<typeof toBad.send>) => {
        // Until an answer says otherwise its outcome is unknown.
        unsettled.add(call[0].reference);
        const outcome = await toBad.send(...call);
        if (!call[1].aborted && call[0].attempt === 1) unsettled.delete(call[0].reference);
        return outcome;
      },
    },
    senderTo('well', well.url),
  ];
  const config = readConfig({ TELLERLINE_DATA: join(folder, 'data'), TELLERLINE_KEYS: join(folder, 'keys') });
  const log = createLog(process.env['TEST_LOG'] ?? 'silent');
  const provider = openKeyProvider(config, systemRandom);
  const options = { config, databaseUrl: db.url, log, clock: systemClock, sandboxUrl: () => '', senders };
  const parts = wire(options, { ...ownPools(db.database), provider }, () => '');
  try {
    await parts.delivery.sending.start();
    const startedMs = performance.now();
    const people = await makePeople(parts, db.database, wanted.customers, ['fake', 'well']);
    // Each message is its number as text; all people at once, as a bank's batch has it.
    for (let number = 0; number < wanted.messages; number += 1) await tell(parts, db.database, people, String(number));
    await until(
      'everything to be settled',
      async () => (await parts.delivery.sending.backlog()).every(isDone),
      600_000,
    );
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    const backlog = await parts.delivery.sending.backlog();
    await parts.delivery.sending.stop();
    const parked = backlog.reduce((sum, one) => sum + one.parked, 0);
    return { ...count(people, wanted.messages, bad, well, unsettled), parked, seconds };
  } finally {
    await bad.close();
    await well.close();
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const isDone = ({ waiting, unknown }: { readonly waiting: number; readonly unknown: number }): boolean =>
  waiting + unknown === 0;

function count(
  people: readonly Person[],
  messages: number,
  bad: FakeMessenger,
  well: FakeMessenger,
  unsettled: ReadonlySet<string>,
): Omit<MessengerRun, 'parked' | 'seconds'> {
  const of = (at: FakeMessenger, identities: readonly (IdentityId | undefined)[]) => {
    const byPerson = Map.groupBy(at.shown, ({ to }) => to);
    let [missing, outOfOrder] = [0, 0];
    for (const identityId of identities) {
      const first = [...new Set((byPerson.get(identityId ?? '') ?? []).map(({ text }) => Number(text)))];
      missing += messages - first.length;
      outOfOrder += first.filter((number, n) => n > 0 && number < Math.max(...first.slice(0, n))).length;
    }
    const times = Map.groupBy(at.shown, ({ reference }) => reference);
    const twice = [...times].filter(([, some]) => some.length > 1).map(([reference]) => reference);
    return { missing, outOfOrder, twice };
  };
  const there = of(
    bad,
    people.map((one) => one.identities['fake']),
  );
  const elsewhere = of(
    well,
    people.map((one) => one.identities['well']),
  );
  return {
    sends: people.length * messages * 2,
    missing: there.missing,
    missingElsewhere: elsewhere.missing,
    twice: there.twice.length,
    twiceWithoutReason: there.twice.filter((reference) => !unsettled.has(reference)).length,
    twiceElsewhere: elsewhere.twice.length,
    outOfOrder: there.outOfOrder + elsewhere.outOfOrder,
    unknownOutcomes: unsettled.size,
    answeredWithErrors: bad.calls.length - bad.shown.length,
  };
}

if (import.meta.main) {
  const [customers = 500, messages = 10] = process.argv.slice(2).map(Number);
  const ran = await runThroughMessenger({ customers, messages });
  const machine = `${availableParallelism()} cores`;
  const result = { at: new Date().toISOString(), machine, customers, messages, ...ran };
  const text = `${JSON.stringify(result, undefined, 2)}\n`;
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
  writeFileSync(new URL('../results/messenger-run.json', import.meta.url), text);
  process.stdout.write(text);
  const { missing, missingElsewhere, twiceWithoutReason, twiceElsewhere, outOfOrder, parked } = ran;
  process.exitCode =
    missing + missingElsewhere + twiceWithoutReason + twiceElsewhere + outOfOrder + parked === 0 ? 0 : 1;
}
