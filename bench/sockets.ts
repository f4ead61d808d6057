import { setTimeout as sleep } from 'node:timers/promises';
import { ceilingOf } from './ceiling.ts';
import { atLeast, atMost, median, quantile, rowOf, type Row } from './measured.ts';
import type { Bench, Part } from './part.ts';
import { memoryMb, watchMemory } from './processes.ts';
import { onStage, type Connected, type Stage } from './stage.ts';

/** The figure with which others are compared, by its name in the table. */
export const throughToSocket = 'events in, committed, and out to the sockets of those connected';

const inBatches = { batch: 500, pace: { connections: 4 } } as const;
const warmSeconds = 5;
/** What the app holds after a load is looked at when it has been quiet for so long; less after a shorter load. */
const quietSecondsMax = 30;

/** The whole way to the screen's edge, for those who are connected; the rest is stored for later. */
export const sockets: Part = {
  name: 'sockets',
  heading: 'Events in, committed, and out to web sockets',
  run: (bench) => {
    const { links, connected } = bench.options;
    return onStage(bench, { links, connected }, async (stage) => {
      const customers = await stage.connect();
      const atStart = memoryMb(stage.hub.pid);
      const through = await throughput(bench, stage, customers);
      const memory = await memoryAfter(bench, stage, atStart, through);
      const late = await latency(bench, stage, customers, median(through.map((run) => run.perSecond)) / 2);
      await customers.stop();
      return [...(await againstCeiling(bench, stage, through)), ...late, ...memory];
    });
  },
};

/** One run at full load. */
interface Run {
  readonly perSecond: number;
  readonly toSockets: number;
  readonly memoryMb: number;
}

async function throughput(bench: Bench, stage: Stage, customers: Connected): Promise<Run[]> {
  const { connected, connectedShare: share, seconds, runs } = bench.options;
  const warm = await stage.load({ ...inBatches, connected, share, seconds: Math.min(warmSeconds, seconds) });
  await customers.received(warm.forConnected);
  const all: Run[] = [];
  for (let n = 1; n <= runs; n += 1) {
    bench.progress(`full load: run ${n} of ${runs}`);
    const most = watchMemory(stage.hub.pid);
    const loaded = await stage.load({ ...inBatches, connected, share, seconds });
    // It counts until the last event has come to its socket.
    const answered = performance.now();
    await customers.received(loaded.forConnected);
    const took = loaded.seconds + (performance.now() - answered) / 1000;
    all.push({ perSecond: loaded.acknowledged / took, toSockets: loaded.forConnected / took, memoryMb: most() });
  }
  return all;
}

async function memoryAfter(bench: Bench, { hub }: Stage, atStart: number, runs: readonly Run[]): Promise<Row[]> {
  bench.progress('memory after the load');
  const quietSeconds = Math.min(quietSecondsMax, bench.options.seconds);
  await sleep(quietSeconds * 1000);
  const under = runs.map((run) => run.memoryMb);
  const after = memoryMb(hub.pid);
  return [
    rowOf('memory of the app before the load', 'MB', [atStart]),
    rowOf('memory of the app under full load, at most', 'MB', under, atMost(700)),
    rowOf(`memory of the app ${quietSeconds} s after it, above that before`, 'MB', [after - atStart], atMost(100)),
  ];
}

/** At half the load, by the clock: from when an event was due at the bank to its arrival at the customer's socket. */
async function latency(bench: Bench, stage: Stage, customers: Connected, perSecond: number): Promise<Row[]> {
  const { connected, connectedShare: share, latencyBatch: batch, seconds, runs } = bench.options;
  const pace = { batchesPerSecond: perSecond / batch };
  const ms: number[][] = [];
  for (let n = 1; n <= runs; n += 1) {
    bench.progress(`half the load: run ${n} of ${runs}`);
    const loaded = await stage.load({ batch, pace, connected, share, seconds });
    ms.push(await customers.received(loaded.forConnected));
  }
  const at = `event to socket at ${Math.round(perSecond).toLocaleString('en')} events/s in batches of ${batch}`;
  const of = (share: number): number[] => ms.map((some) => quantile(some, share));
  return [rowOf(`${at}, p50`, 'ms', of(0.5), atMost(40)), rowOf(`${at}, p99`, 'ms', of(0.99), atMost(250))];
}

/** What goes through, beside what storing alone would take in the same run. */
async function againstCeiling(bench: Bench, stage: Stage, through: readonly Run[]): Promise<Row[]> {
  const { links, connected, seconds, runs } = bench.options;
  const ceiling: number[] = [];
  for (let n = 1; n <= runs; n += 1) {
    bench.progress(`the ceiling: run ${n} of ${runs}`);
    ceiling.push(await ceilingOf(stage, links, seconds));
  }
  const rates = through.map((run) => run.perSecond);
  const of = `${connected.toLocaleString('en')} connected`;
  return [
    rowOf(throughToSocket, 'events/s', rates, atLeast(10_000)),
    rowOf(
      `events of those that came to a socket, ${of}`,
      'events/s',
      through.map((run) => run.toSockets),
    ),
    rowOf('the ceiling: storing alone, without HTTP and sockets', 'events/s', ceiling),
    rowOf(
      'share of the ceiling',
      '×',
      rates.map((rate) => rate / median(ceiling)),
      atLeast(0.5),
    ),
  ];
}
