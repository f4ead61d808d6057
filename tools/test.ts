/**
 * `npm test`: every test, those in a browser included. `npm test -- src/db` runs those whose path holds
 * one of the words given.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { findChromium } from '#test/chromium';
import { runTests } from './run-tests.ts';

const words = process.argv.slice(2);
const all = globSync(['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts']).toSorted();
const files = words.length === 0 ? all : all.filter((file) => words.some((word) => file.includes(word)));
if (files.length === 0) {
  console.error(`No test file has ${words.join(' or ')} in its path.`);
  process.exit(1);
}

await buildWeb();
const chromium = findChromium() ?? installChromium();
if (chromium === undefined) console.error('No Chromium was found: the browser tests will fail and say how to get one.');

const { code } = await runTests(files, 'inherit', chromium === undefined ? {} : { CHROMIUM_PATH: chromium });
process.exitCode = code;

/** The browser tests look at the pages as they are served, so these have to be of now. */
async function buildWeb(): Promise<void> {
  const builder = new URL('./build-web.ts', import.meta.url);
  if (!existsSync(builder)) return;
  const { buildWebIfStale } = (await import(builder.href)) as { buildWebIfStale: () => Promise<unknown> };
  await buildWebIfStale();
}

/** Asks the system's package manager, where that needs no password. */
function installChromium(): string | undefined {
  if (process.env['CHROMIUM_PATH'] || process.getuid?.() !== 0) return undefined;
  const managers: readonly (readonly (readonly string[])[])[] = [
    [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    ],
    [['dnf', 'install', '-y', '-q', 'chromium']],
  ];
  for (const commands of managers) {
    if (spawnSync(commands[0]?.[0] ?? '', ['--version'], { stdio: 'ignore' }).status !== 0) continue;
    console.log('Installing Chromium for the browser tests …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const [file = '', ...args] of commands) spawnSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    return findChromium();
  }
  return undefined;
}
