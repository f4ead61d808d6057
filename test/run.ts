import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** The command line, running. */
export interface Run {
  process: ChildProcess;
  /** Everything it has printed. */
  said: () => string;
  /** Waits for words; fails when the process ends without them. */
  until: (words: RegExp) => Promise<RegExpExecArray>;
  /** Waits for the end: the exit code. */
  end: () => Promise<number | null>;
}

/** Runs the command line as a person does, on free ports and a data folder of its own. */
export function runTellerline(data: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['src/app/cli.ts', ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      // Compiled once, not at every start: a test that kills a hub starts it a dozen times.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      TELLERLINE_DATA: data,
      TELLERLINE_PORT: '0',
      TELLERLINE_STAFF_PORT: '0',
      TELLERLINE_SANDBOX_PORT: '0',
      TELLERLINE_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close');
  return {
    process: child,
    said: () => said,
    until: async (words) => {
      for (;;) {
        const found = words.exec(said);
        if (found) return found;
        assert.equal(child.exitCode ?? child.signalCode, null, `it ended without ${words}: ${said}`);
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended]);
      }
    },
    end: async () => {
      await ended;
      return child.exitCode;
    },
  };
}

/** What a start says when it is ready: seconds, and the three addresses. */
export const ready = /Tellerline is ready in ([\d.]+) s[^]+Messenger +(\S+)[^]+Staff +(\S+)[^]+Sandbox +(\S+)/;

/**
 * Ports that are free now, so that every start of the same data can have the same addresses. They are of the range
 * that no system gives to whoever asks for any port: until they are taken, no other test's connection gets one.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
