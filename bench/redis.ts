import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** When Redis flushes its append-only file to the disk: once a second, as is usual, or before each answer. */
export type Fsync = 'everysec' | 'always';

const startMsMax = 10_000;

/** Whether this machine has a Redis. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** Runs work beside a fresh Redis with an append-only file, on a port and in a folder of its own, and ends it. */
export async function onOwnRedis<Result>(fsync: Fsync, work: (port: number) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-redis-'));
  const port = await freePort();
  const settings = { bind: '127.0.0.1', port, dir: folder, save: '', appendonly: 'yes', appendfsync: fsync };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const end = (): void => {
    server.kill();
  };
  process.once('exit', end);
  try {
    await untilReady(port);
    return await work(port);
  } finally {
    process.off('exit', end);
    server.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilReady(port: number): Promise<void> {
  for (const until = performance.now() + startMsMax; performance.now() < until; await sleep(50)) {
    const socket = connect(port, '127.0.0.1');
    const answers = once(socket, 'connect').then(
      () => true,
      () => false,
    );
    const ready = await answers;
    socket.destroy();
    if (ready) return;
  }
  throw new Error('Redis did not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
