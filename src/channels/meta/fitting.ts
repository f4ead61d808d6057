/** Whole characters, as a person sees them: an accent or a flag is never cut in two. */
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text that fits: at most `max` UTF-16 units, as the platforms count, ended by "…" when something was left out. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  let fitting = '';
  for (const { segment } of characters.segment(text)) {
    if (fitting.length + segment.length > max - 1) break;
    fitting += segment;
  }
  return `${fitting.trimEnd()}…`;
}

/**
 * A long text in parts of at most `max` UTF-16 units, the last one of at most `lastMax`, split between sentences;
 * a sentence that is longer by itself between words, a word between characters. Nothing is left out.
 */
export function inParts(text: string, locale: string, max: number, lastMax = max): readonly string[] {
  const parts = joinedUpTo(pieces(text, locale, Math.min(max, lastMax)), max);
  const last = parts.at(-1) ?? '';
  if (last.length <= lastMax) return parts;
  const split = joinedFromTheEnd(pieces(last, locale, Math.min(max, lastMax)), lastMax);
  return [...parts.slice(0, -1), ...split];
}

function joinedUpTo(all: readonly string[], max: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const piece of all) {
    if (part !== '' && (part + piece).trimEnd().length > max) {
      parts.push(part);
      part = '';
    }
    part += piece;
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== '');
}

/** Two parts: what comes before, and as much of the end as fits into the last. */
function joinedFromTheEnd(all: readonly string[], lastMax: number): string[] {
  let from = all.length;
  while (
    from > 0 &&
    all
      .slice(from - 1)
      .join('')
      .trim().length <= lastMax
  )
    from -= 1;
  return [all.slice(0, from).join('').trim(), all.slice(from).join('').trim()].filter((one) => one !== '');
}

/** Sentences, and what is no longer than `max` of those that are longer. */
function pieces(text: string, locale: string, max: number): readonly string[] {
  const sentences = new Intl.Segmenter(locale, { granularity: 'sentence' });
  return [...sentences.segment(text)].flatMap(({ segment }) =>
    segment.trim().length <= max ? [segment] : words(segment, locale, max),
  );
}

function words(sentence: string, locale: string, max: number): string[] {
  const segments = new Intl.Segmenter(locale, { granularity: 'word' });
  return [...segments.segment(sentence)].flatMap(({ segment }) =>
    segment.length <= max ? [segment] : [...characters.segment(segment)].map((character) => character.segment),
  );
}
