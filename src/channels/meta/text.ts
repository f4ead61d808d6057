/**
 * Text within a platform's limits. Lengths are in UTF-16 units: no platform says whether it counts those or
 * characters, and what is within the one is within the other.
 */

const segmenters = {
  sentence: new Intl.Segmenter('en', { granularity: 'sentence' }),
  word: new Intl.Segmenter('en', { granularity: 'word' }),
  grapheme: new Intl.Segmenter('en', { granularity: 'grapheme' }),
};

/** From the largest piece that may be kept whole to the smallest. */
const grains = ['sentence', 'word', 'grapheme'] as const;

/**
 * Cuts a text into parts of at most `max` units, at the end of a sentence where there is one, else between words,
 * else between characters as a person sees them. One character of more than `max` units, which nobody writes, is cut
 * between its code points. No part is blank; a blank text has none.
 */
export function splitText(text: string, max: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const piece of piecesOf(text.toWellFormed(), max, 0)) {
    if (part.length + piece.trimEnd().length > max) {
      parts.push(part);
      part = '';
    }
    part = part === '' ? piece.trimStart() : part + piece;
  }
  parts.push(part);
  return parts.map((one) => one.trim()).filter((one) => !isBlank(one));
}

/** Pieces that each fit, as large as they can be. */
function* piecesOf(text: string, max: number, grain: number): Generator<string> {
  const name = grains[grain];
  if (name === undefined) {
    yield* text;
    return;
  }
  for (const { segment } of segmenters[name].segment(text)) {
    if (segment.length <= max) yield segment;
    else yield* piecesOf(segment, max, grain + 1);
  }
}

/** Whether nothing of a text can be seen. */
export const isBlank = (text: string): boolean => !/[^\s\p{Cf}\p{Cc}\p{Mn}]/u.test(text);

/** A text in one line: no control characters, and nothing that turns the direction of what stands beside it. */
export const inOneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\s]+/gu, ' ')
    .trim();

/** A text in one line of at most `max` units; what does not fit is left out, whole characters of it, and "…" stands for it. */
export function shorten(text: string, max: number): string {
  const line = inOneLine(text);
  if (isBlank(line)) return '…';
  if (line.length <= max) return line;
  let kept = '';
  for (const { segment } of segmenters.grapheme.segment(line.slice(0, max * 4))) {
    if (kept.length + segment.length > max - 1) break;
    kept += segment;
  }
  return `${kept.replace(/[\s,;:.]+$/u, '')}…`;
}
