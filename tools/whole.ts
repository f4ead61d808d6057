/**
 * `npm run whole`: the tests that repeat one thing as often as is promised (`test/whole.ts`), some three minutes.
 * Prints what each says of its counts, and writes it to `test/results/whole.json`.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { runTests } from './run-tests.ts';

const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).filter((file) =>
  /from '(#test|\..*)\/whole(\.ts)?'/.test(readFileSync(file, 'utf8')),
);
const results: Record<string, { readonly passed: boolean; readonly counts: readonly string[] }> = {};
for (const file of files.toSorted()) {
  const { code, output } = await runTests([file], 'pipe', { TEST_WHOLE: '1' });
  const counts = [...output.matchAll(/^ℹ (.*)$/gm)].map(([, said = '']) => said);
  // The runner's own counts come after what the tests say.
  results[file] = {
    passed: code === 0,
    counts: counts.slice(
      0,
      counts.findIndex((said) => said.startsWith('tests ')),
    ),
  };
  console.log(`${code === 0 ? '✔' : '✖'} ${file}\n${results[file].counts.map((said) => `    ${said}`).join('\n')}`);
  if (code !== 0) {
    console.log(output);
    process.exitCode = 1;
  }
}
const machine = `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}`;
const text = JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2);
writeFileSync(new URL('../test/results/whole.json', import.meta.url), `${text}\n`);
