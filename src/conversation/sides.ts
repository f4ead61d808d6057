/** A text that compares, cut in two; words folded. */
export interface Sides {
  readonly compares: boolean;
  readonly left: string[];
  /** Undefined when nothing was said to compare with. */
  readonly right?: string[];
}

const comparing = new Set(
  `compare compares compared comparing comparison difference compara compare comparar comparado comparada comparados comparadas
  comparando comparacion diferencia`.split(/\s+/),
);
const versus = new Set(['vs', 'versus', 'against', 'contra']);
const joining: readonly (readonly string[])[] = [
  ['with', 'to', 'con'],
  ['and', 'y', 'e'],
];
const moreOrLess = new Set(['more', 'less', 'fewer', 'mas', 'menos', 'higher', 'lower']);

/** "compare A with B", "A vs B", "more on A than B", "más en A que en B": both sides without the words between. */
export function splitSides(written: readonly string[]): Sides {
  const cue = written.findIndex((word) => comparing.has(word));
  // "the difference between A and B": the two sides, no span of days.
  const words = written.filter((word, at) => !(at === cue + 1 && cue >= 0 && (word === 'between' || word === 'entre')));
  const at = words.findIndex((word) => versus.has(word));
  if (at >= 0) return cut(words, at, comparing);
  if (cue >= 0) {
    for (const among of [[...versus], ...joining]) {
      const join = words.findIndex((word, index) => index > cue && among.includes(word));
      if (join >= 0) return cut(words, join, comparing);
    }
    return { compares: true, left: words.filter((_, index) => index !== cue) };
  }
  return thanSides(words) ?? { compares: false, left: [...words] };
}

/** "more on coffee than in May", "more at Uber or Lyft". */
function thanSides(words: readonly string[]): Sides | undefined {
  // "Lo menos que gasté" is one thing.
  const sense = words.findIndex((word, at) => moreOrLess.has(word) && words[at - 1] !== 'lo');
  if (sense < 0) return undefined;
  const than = words.findIndex((word, index) => index > sense && (word === 'than' || word === 'que'));
  const or = words.findIndex((word, index) => index > 0 && (word === 'or' || word === 'o'));
  const at = than >= 0 ? than : or;
  return at < 0 ? undefined : cut(words, at, moreOrLess);
}

function cut(words: readonly string[], at: number, dropped: ReadonlySet<string>): Sides {
  const kept = (some: readonly string[]) => some.filter((word) => !dropped.has(word) && !versus.has(word));
  const right = kept(words.slice(at + 1));
  const left = kept(words.slice(0, at));
  return right.length === 0 ? { compares: true, left } : { compares: true, left, right };
}

/** "with last", "que el anterior": the span before the other side's. */
export function isTheOneBefore(words: readonly string[]): boolean {
  return /^(?:(?:the|in|on|el|la|en|del|de|con|with) )*(?:last|(?:previous|prior|preceding) (?:month|week|year|day)|previous|prior|pasado|pasada|anterior|antes|before|(?:one|month|week|year|day|mes|semana|ano) (?:before|anterior))(?: (?:one|time|that))?$/.test(
    words.join(' '),
  );
}
