import type { Place } from './matched.ts';

const tipped = new Set(['5811', '5812', '5813', '5814', '4121', '7230', '7297', '7298']);
const rooms = new Set(['7011', '7012', '7512', '7513', '7519']);

/** What kind of place a merchant category code (ISO 18245) names; undefined where none is said. */
export function placeOfCode(code: string | undefined): Place | undefined {
  if (code === undefined) return undefined;
  if (tipped.has(code)) return 'tipped';
  if (code === '5541' || code === '5542') return 'fuel';
  // Rented cars and rooms, each brand with a code of its own.
  return rooms.has(code) || (code >= '3351' && code <= '3999') ? 'room' : 'other';
}
