import type { Results } from './results.ts';
export function pictureOf(results: Results): string {
  return `<svg>${results.rows.length}</svg>`;
}
