/**
 * `npm run check`: everything that can be said about the code within seconds. One line a check; the whole
 * output of one that fails. `npm test` runs the rest (slow, browser and fault tests).
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { runTests } from './run-tests.ts';

interface Check {
  name: string;
  run: () => Promise<{ code: number; output: string }>;
}

const unitTests = globSync('src/**/*.test.ts').filter((file) => !file.endsWith('.slow.test.ts'));

const checks: readonly Check[] = [
  { name: 'unit tests', run: failuresOnly },
  { name: 'types, server', run: () => command('tsc', '--noEmit', '--pretty', 'false', '-p', 'tsconfig.json') },
  { name: 'types, web', run: () => command('tsc', '--noEmit', '--pretty', 'false', '-p', 'src/web/tsconfig.json') },
  { name: 'format', run: () => command('oxfmt', '--check', '.') },
  { name: 'lint', run: () => command('oxlint', '--deny-warnings') },
  { name: 'unused code', run: () => command('knip', '--no-progress') },
  {
    name: 'folder rule',
    run: () => command('node', '--test', '--test-name-pattern=^(?!the linter)', 'test/tidy.test.ts'),
  },
];

const began = performance.now();
const waiting = [...checks];
const failed: string[] = [];
await Promise.all(Array.from({ length: availableParallelism() }, work));
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(failed.length === 0 ? `All well in ${seconds} s.` : `${failed.join(', ')}: not well, in ${seconds} s.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const start = performance.now();
    const { code, output } = await check.run();
    const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    console.log(`${code === 0 ? '✔' : '✖'} ${check.name.padEnd(14)} ${time.padStart(7)}`);
    if (code === 0) continue;
    failed.push(check.name);
    console.log(output.trimEnd());
  }
}

/** Of hundreds of tests only those that fail are worth reading. */
async function failuresOnly(): Promise<{ code: number; output: string }> {
  const { code, output } = await runTests(unitTests.toSorted(), 'pipe');
  return { code, output: output.slice(Math.max(0, output.indexOf('✖ failing tests:'))) };
}

/** Runs one of the package's own programs, with the package's own Node. */
function command(program: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const bin = join(import.meta.dirname, '..', 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, FORCE_COLOR: '0' };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
