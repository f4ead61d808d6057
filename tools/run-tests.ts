import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { createLog } from '#base';
import { startPostgres } from '#db';
import { TestReport, type TestRun } from './test-report.ts';

/**
 * No file takes nearly as long. One that a failed test keeps open by its listeners is ended and named:
 * `--test-force-exit` would do it sooner, but loses what the file has not yet reported.
 */
const fileMsMax = 900_000;

/**
 * Runs test files with Node's own runner, each in a process of its own, on one PostgreSQL that they share: the one in
 * `TEST_DATABASE_URL`, else an embedded one that is gone afterwards.
 *
 * Files with a browser take turns, for two Chromiums starve two cores. Beside them the others run, as many at once as
 * there are cores; when the last browser is closed, twice as many, for half of their time they wait.
 *
 * @param stdio where the report goes: `inherit` for a person who watches, `pipe` to get it as text
 */
export async function runTests(
  files: readonly string[],
  stdio: 'inherit' | 'pipe',
  env: Record<string, string> = {},
): Promise<TestRun> {
  const given = process.env['TEST_DATABASE_URL'];
  const own = given ? undefined : await startShared();
  const compiled = mkdtempSync(join(tmpdir(), 'tellerline-compiled-'));
  const report = new TestReport(stdio === 'inherit');
  const all = {
    ...cleanEnvironment(),
    ...env,
    TEST_DATABASE_URL: given ?? own?.url ?? '',
    // Most files load the whole hub: it is compiled once, not two hundred times.
    NODE_COMPILE_CACHE: compiled,
  };
  const browsers = files.filter(hasBrowser);
  const others = files.filter((file) => !browsers.includes(file));
  const work = async (queue: string[]): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) report.add(file, await runFile(file, all));
  };
  const workOnOthers = (): Promise<unknown> =>
    Promise.all(Array.from({ length: availableParallelism() }, () => work(others)));
  try {
    await Promise.all([workOnOthers(), browsers.length > 0 && work(browsers).then(workOnOthers)]);
    return await report.end();
  } finally {
    rmSync(compiled, { recursive: true, force: true });
    await own?.end();
  }
}

/** Whether a test file opens a browser, by what it imports. */
function hasBrowser(file: string): boolean {
  return /from '(playwright-core|\.\/(?:stage|browser)\.ts|#test\/chromium)'/.test(readFileSync(file, 'utf8'));
}

async function runFile(file: string, env: NodeJS.ProcessEnv): Promise<TestEvent[]> {
  const events: TestEvent[] = [];
  const said: AsyncIterable<TestEvent> = run({ files: [file], concurrency: 1, timeout: fileMsMax, env });
  for await (const event of said) events.push(event);
  return events;
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
