import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase } from '#test/database';
import type { HubProcess } from './hub-process.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { freePort, World } from './world.ts';

/** What came of hubs that were killed as they made a system call. */
export interface KilledAtCalls extends Findings {
  /** Kills by the call at which they came. */
  readonly kills: Readonly<Record<string, number>>;
  /** Hubs that did not make the call often enough, and were ended by hand. */
  readonly missed: number;
}

/** What a hub does to the world outside: sockets of banks, browsers and PostgreSQL, waiting, threads. */
const calls = ['write', 'writev', 'read', 'epoll_pwait', 'futex'] as const;
/** How far into the load the kill comes, in calls of one kind and thread. */
const callsMax = 300;
const missedMs = 5000;

/** Whether strace is there and may look into processes. */
export async function canTrace(): Promise<boolean> {
  const tracing = spawn('strace', ['-e', 'trace=none', 'true'], { stdio: 'ignore' });
  return new Promise((resolve) => {
    tracing.on('error', () => resolve(false)).on('close', (code) => resolve(code === 0));
  });
}

/**
 * Kills the hub at system calls that a seed chooses, while events pour in, until so many were killed. The seed
 * is of one's own choosing: the same one asks for the same calls.
 */
export async function killAtCalls(killsWanted: number, seed: number, customers = 6): Promise<KilledAtCalls> {
  const db = await testDatabase();
  const world = await World.make(db.url, customers);
  const port = await freePort();
  const random = generator(seed);
  const kills: Record<string, number> = {};
  let [killed, missed] = [0, 0];
  try {
    const load = new Load(world, () => `http://localhost:${port}`);
    try {
      while (killed < killsWanted) {
        const call = calls[Math.floor(random() * calls.length)] ?? 'write';
        const hub = await world.hub(port);
        if (await isKilledAt(hub, call, 1 + Math.floor(random() ** 2 * callsMax))) {
          kills[call] = (kills[call] ?? 0) + 1;
          killed += 1;
        } else {
          missed += 1;
        }
        await hub.kill();
      }
      await world.hub(port);
      return { ...(await load.finish()), kills, missed };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await db.close();
  }
}

/** Lets the kernel kill the hub as it begins its nth call of this kind; false when it does not come so far. */
async function isKilledAt(hub: HubProcess, call: string, n: number): Promise<boolean> {
  const injection = `inject=${call}:signal=KILL:when=${n}`;
  const tracer = spawn('strace', ['-f', '-qq', '-e', injection, '-e', `trace=${call}`, '-p', String(hub.pid)], {
    stdio: 'ignore',
  });
  const ended = once(tracer, 'close');
  await Promise.race([hub.end(), sleep(missedMs, undefined, { ref: false })]);
  const isKilled = !hub.isRunning();
  tracer.kill('SIGKILL');
  await ended;
  return isKilled;
}

/** Numbers from 0 to 1 out of a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
