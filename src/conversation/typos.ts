/**
 * Damerau–Levenshtein distance in its "optimal string alignment" form: insertions, deletions,
 * substitutions, and neighbours swapped, each counted once; `limit + 1` as soon as it must be more.
 */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** So many slips of the fingers are forgiven at most, so words of very different lengths are never meant for each other. */
const slipsMax = 2;

/**
 * Whether `written` may be `meant` with a slip of the fingers, and how far off: 0 exact, undefined not.
 * Short words forgive little: four letters only a swap or a doubled letter, five to seven one slip, eight
 * and more two. The first letter is hardly ever mistyped; a word that differs there must be long and right
 * otherwise. A swap or a doubled letter is the likelier slip: half a one.
 */
export function forgiven(written: string, meant: string): number | undefined {
  if (written === meant) return 0;
  // Most pairs of words have nothing to do with each other: no letter of them needs to be looked at.
  if (meant.length < 4 || Math.abs(written.length - meant.length) > slipsMax) return undefined;
  if (written[0] !== meant[0] && meant.length < 7) return undefined;
  if (/\d/.test(written) || /\d/.test(meant)) return undefined;
  if (swappedOrDoubled(written, meant)) return 0.5;
  const sameStart = written[0] === meant[0];
  if (meant.length === 4 || (!sameStart && meant.length < 7)) return undefined;
  const limit = meant.length >= 8 && sameStart ? slipsMax : 1;
  const off = distance(written, meant, limit);
  return off <= limit ? off : undefined;
}

function swappedOrDoubled(written: string, meant: string): boolean {
  if (written[0] !== meant[0]) return false;
  const once = (word: string) => word.replaceAll(/(.)\1+/g, '$1');
  if (written.length !== meant.length) return once(written) === once(meant);
  const at = Array.from(written).findIndex((letter, index) => letter !== meant[index]);
  const swapped = `${meant.slice(0, at)}${meant[at + 1] ?? ''}${meant[at] ?? ''}${meant.slice(at + 2)}`;
  return written === swapped;
}

/** The words of the vocabulary that may have been meant: the nearest, several when they are equally near. */
export function nearest(written: string, vocabulary: Iterable<string>): string[] {
  let best: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const word of vocabulary) {
    const off = forgiven(written, word);
    if (off === undefined || off > least) continue;
    best = off === least ? [...best, word] : [word];
    least = off;
  }
  return best;
}
