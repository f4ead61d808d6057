/**
 * Some tests repeat one thing thousands of times. `npm test` repeats it often enough to find what is wrong with it;
 * `npm run whole` does so as often as is promised, and writes what came of it to `test/results/whole.json`.
 */
const isWhole = process.env['TEST_WHOLE'] === '1';

/** How often something is repeated: as often as is promised, or often enough. */
export const times = (promised: number, enough: number): number => (isWhole ? promised : enough);
