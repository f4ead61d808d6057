import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#base';
import { startPostgres } from '#db';

/**
 * No file takes nearly as long. One that a failed test keeps open by its listeners is ended and named:
 * `--test-force-exit` would do it sooner, but loses what the file has not yet reported.
 */
const fileMsMax = 900_000;

/**
 * Runs test files with Node's own runner, as many at once as there are cores, on one PostgreSQL that they
 * share: the one in `TEST_DATABASE_URL`, else an embedded one that is gone afterwards.
 *
 * @param stdio where the report goes: `inherit` for a person who watches, `pipe` to get it as text
 * @returns the runner's exit code and, with `pipe`, what it printed
 */
export async function runTests(
  files: readonly string[],
  stdio: 'inherit' | 'pipe',
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const given = process.env['TEST_DATABASE_URL'];
  const own = given ? undefined : await startShared();
  try {
    const args = ['--test', '--test-reporter=spec', `--test-concurrency=${availableParallelism()}`];
    const child = spawn(process.execPath, [...args, `--test-timeout=${fileMsMax}`, ...files], {
      stdio: ['ignore', stdio, stdio],
      env: { ...cleanEnvironment(), ...env, TEST_DATABASE_URL: given ?? own?.url ?? '' },
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject).on('close', (exit) => resolve(exit ?? 1));
    });
    return { code, output };
  } finally {
    await own?.end();
  }
}

/** The tests see the defaults, not what the shell has set for a running Tellerline. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('TELLERLINE_')));
}

async function startShared(): Promise<{ url: string; end: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'tellerline-test-'));
  const server = await startPostgres({ directory, log: createLog('silent'), durable: false });
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  // Ctrl-C ends this process before the `finally` above is reached.
  const onExit = (): void => {
    server.kill();
    remove();
  };
  process.once('exit', onExit);
  const onSignal = (): never => process.exit(130);
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return {
    url: server.url,
    end: async () => {
      process.off('exit', onExit).off('SIGINT', onSignal).off('SIGTERM', onSignal);
      await server.stop();
      remove();
    },
  };
}
