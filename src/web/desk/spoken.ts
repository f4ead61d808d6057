/** A run of ordinary characters, or one that cannot be seen or changes how others are read, by its number; and where it begins. */
export type Piece = { readonly at: number } & ({ readonly text: string } | { readonly hidden: string });

/**
 * Characters that are not shown as themselves: controls but for line break and tab, what turns the direction of
 * writing, joins or separates without being seen, tags, variation selectors out of place, private use, and halves
 * of a surrogate pair.
 */
const unseen =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u17b4|\u17b5|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/u;
const allowed: ReadonlySet<string> = new Set(['\n', '\t']);
/** So many marks may stand on one letter; more are a tower that covers the lines above and below. */
const marksMax = 4;
const tower = new RegExp(`(\\p{M}{${marksMax}})\\p{M}+`, 'gu');
const pictograph = /\p{Extended_Pictographic}/u;

/** Takes a person's words apart, so that what cannot be seen is shown by name in place of doing something unseen. */
export function piecesOf(words: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let run = '';
  let from = 0;
  const characters = Array.from(words.replaceAll('\r\n', '\n').replaceAll(tower, '$1'));
  for (const [at, character] of characters.entries()) {
    // A family or a flag of several pictures is joined by one of them, and then it is the picture’s own.
    const joins = character === '\u200d' && pictograph.test(characters[at + 1] ?? '') && at > 0;
    if (!unseen.test(character) || allowed.has(character) || joins) {
      run += character;
      continue;
    }
    if (run !== '') pieces.push({ at: from, text: run });
    run = '';
    from = at + 1;
    pieces.push({ at, hidden: nameOf(character) });
  }
  if (run !== '') pieces.push({ at: from, text: run });
  return pieces;
}

/** "U+202E" */
function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const latin = /\p{Script=Latin}/u;
/** Scripts whose letters are taken for Latin ones. */
const lookAlike = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u;
const other = /[\u{1d400}-\u{1d7ff}\uff21-\uff3a\uff41-\uff5a]/u;
const word = /[\p{L}\p{N}\p{M}]+/gu;

/** The words that mix Latin letters with ones that only look like them, or are made of such forms alone. */
export function lookAlikesOf(words: string): readonly string[] {
  const found = [...words.matchAll(word)].map(([one]) => one);
  return [...new Set(found.filter((one) => (latin.test(one) && lookAlike.test(one)) || other.test(one)))];
}
