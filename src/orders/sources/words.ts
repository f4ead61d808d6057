import { wordOf } from './fields.ts';

/** Entities that shops' systems write into titles; numbered ones are read by their number. */
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  trade: '™',
  reg: '®',
  copy: '©',
  deg: '°',
  times: '×',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  middot: '·',
  bull: '•',
  laquo: '«',
  raquo: '»',
  frac12: '½',
  eacute: 'é',
  aacute: 'á',
  iacute: 'í',
  oacute: 'ó',
  uacute: 'ú',
  ntilde: 'ñ',
  uuml: 'ü',
  ouml: 'ö',
  auml: 'ä',
  szlig: 'ß',
};

function entity(whole: string, name: string): string {
  if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  const isCharacter = code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : '';
}

/**
 * Words of a shop as plain text in one line: tags and entities of HTML read, control characters and those that turn
 * the direction of what follows left out, cut at `charactersMax`. Undefined when nothing is left to read.
 */
export function plainWords(value: unknown, charactersMax = 200): string | undefined {
  const word = wordOf(value);
  if (word === undefined) return undefined;
  const plain = word
    // Longer than any title, so that cutting comes before what costs time.
    .slice(0, 4_000)
    .replaceAll(/<\/?[a-z][^<>]*>/gi, ' ')
    .replaceAll(/&(#x?[0-9a-f]{1,6}|[a-z0-9]{2,8});/gi, entity)
    .toWellFormed()
    .replaceAll(/\s/g, ' ')
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u200B\uFEFF]/gu, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  if (plain === '') return undefined;
  const characters = Array.from(plain);
  return characters.length <= charactersMax
    ? plain
    : `${characters
        .slice(0, charactersMax - 1)
        .join('')
        .trimEnd()}…`;
}

/** The last four digits of a card, wherever a shop writes them: "•••• 4242", "Visa ending in 4242". */
export function lastFourIn(value: unknown): string | undefined {
  const word = wordOf(value);
  if (word === undefined) return undefined;
  if (/^\d{4}$/.test(word)) return word;
  const found = /(?:[•*·x#.…-]{2,}|ending(?: in)?|terminada en|acabada en|last ?4:?|last four:?)[\s-]*(\d{4})\b/i.exec(
    word,
  );
  return found?.[1];
}
