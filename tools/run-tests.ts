import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#base';
import { startPostgres } from '#db';

/**
 * No file takes nearly as long. One that a failed test keeps open by its listeners is ended and named:
 * `--test-force-exit` would do it sooner, but loses what the file has not yet reported.
 */
const fileMsMax = 900_000;

/** What came of some test files. */
export interface TestRun {
  /** 0 when every test passed. */
  readonly code: number;
  readonly output: string;
}

/**
 * Runs test files with Node's own runner, on one PostgreSQL that they share: the one in `TEST_DATABASE_URL`, else an
 * embedded one that is gone afterwards.
 *
 * They run in two lanes. Files with a browser take turns, for two Chromiums starve two cores, and one of them spends
 * half of its time waiting; beside it the others run, as many at once as there are cores.
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
  try {
    const all = {
      ...cleanEnvironment(),
      ...env,
      TEST_DATABASE_URL: given ?? own?.url ?? '',
      // Each file is a process of its own, and most of them load the whole hub: compiled once, not two hundred times.
      NODE_COMPILE_CACHE: compiled,
    };
    const live = stdio === 'inherit';
    const [others, browsers] = await Promise.all([
      lane(
        files.filter((file) => !hasBrowser(file)),
        availableParallelism(),
        all,
        live ? print : ignore,
      ),
      // In one piece when it is done, so that the two reports do not run into each other.
      lane(files.filter(hasBrowser), 1, all, ignore),
    ]);
    if (live) print(`${browsers.output}${totals([others, browsers])}\n`);
    return { code: Math.max(others.code, browsers.code), output: others.output + browsers.output };
  } finally {
    rmSync(compiled, { recursive: true, force: true });
    await own?.end();
  }
}

/** Whether a test file opens a browser, by what it imports. */
function hasBrowser(file: string): boolean {
  return /from '(playwright-core|\.\/(?:stage|browser)\.ts|#test\/chromium)'/.test(readFileSync(file, 'utf8'));
}

const print = (text: string): void => void process.stdout.write(text);
const ignore = (): void => undefined;

/** Runs some files, so many at once, and tells what they report as they do. */
async function lane(
  files: readonly string[],
  concurrency: number,
  env: NodeJS.ProcessEnv,
  tell: (text: string) => void,
): Promise<TestRun> {
  if (files.length === 0) return { code: 0, output: '' };
  const args = ['--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`, `--test-timeout=${fileMsMax}`];
  const child = spawn(process.execPath, [...args, ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      tell(text);
    });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (exit) => resolve(exit ?? 1));
  });
  return { code, output };
}

/** Both lanes as one line, as each ends with its own counts. */
function totals(runs: readonly TestRun[]): string {
  const count = (what: string): number =>
    runs
      .flatMap(({ output }) => [...output.matchAll(new RegExp(`${what} (\\d+)\\b`, 'g'))].at(-1)?.[1] ?? [])
      .reduce((sum, number) => sum + Number(number), 0);
  return `Together: ${count('ℹ tests')} tests, ${count('ℹ pass')} passed, ${count('ℹ fail')} failed, ${count('ℹ skipped')} skipped.`;
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
