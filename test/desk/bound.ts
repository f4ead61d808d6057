import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askOneTeam } from './one-team.ts';
import { drawsOf } from './week-draws.ts';

/**
 * `npm run desk:bound`: how often any number can be within a quarter of a wait, by how many wait before, at the smallest desk
 * of which everything is known; beside it what the hub tells there. Kept in bench/results/desk-bound.json.
 */

const moments = 250;
const medianSeconds = 150;
const staff = 10;

const results = [0.5, 0.7, 0.9].flatMap((sigma) =>
  [0, 2, 5, 10, 20, 40, 80].map((ahead) => ({
    sigma,
    ahead,
    ...askOneTeam({ staff, ahead, hold: { mu: Math.log(medianSeconds), sigma } }, moments, drawsOf(ahead + 1)),
  })),
);
console.table(results);
const file = join(import.meta.dirname, '../../bench/results/desk-bound.json');
writeFileSync(
  file,
  `${JSON.stringify({ at: new Date().toISOString(), moments, staff, medianSeconds, results }, null, 2)}\n`,
);
