import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './measured.ts';
import { pictureOf } from './picture.ts';

/** What `latest.json` holds. */
export interface Results {
  readonly at: string;
  readonly machine: string;
  readonly rows: readonly Row[];
}

/** Writes `latest.json` and its picture into a folder. */
export function writeResults(folder: string, results: Results): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, 'latest.svg'), pictureOf(results));
}

/** Prints figures with their spread, their goal and whether it was reached. */
export function printTable(rows: readonly Row[]): void {
  const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  const cells = rows.map(({ name, unit, value, min, max, goal, reached }) => [
    name,
    `${number(value)} ${unit}`,
    min === max ? '' : `${number(min)} to ${number(max)}`,
    goal === null ? '' : `goal ${goal.toLocaleString('en')}`,
    reached === null ? '' : reached ? 'reached' : 'missed',
  ]);
  const widths = cells.reduce<number[]>((most, row) => row.map((cell, n) => Math.max(most[n] ?? 0, cell.length)), []);
  for (const row of cells) console.log(`  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd());
}
