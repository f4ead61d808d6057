/** Words as they are compared: lower case, without accents, apostrophes joined, "U.S." as "us". */

const date = String.raw`\d{1,4}(?:[/-]\d{1,4}){1,2}`;
const wordPattern = new RegExp(String.raw`${date}(?![\p{L}\p{N}])|[\p{L}\p{N}]+`, 'gu');

const beyondAscii = /[^\0-\x7f]/;

/** Lower case without accents: "¿Cuánto gasté?" → "¿cuanto gaste?". */
export function fold(text: string): string {
  // Most names and most of what is typed has neither accents nor marks: then there is nothing to be looked for.
  const bare = (beyondAscii.test(text) ? text.normalize('NFKD').replaceAll(/\p{M}/gu, '') : text).toLowerCase();
  if (!/['’`´.]/.test(bare)) return bare;
  return bare
    .replaceAll(/(?<=\p{L})['’`´](?=\p{L})/gu, '')
    .replaceAll(/(?<![\p{L}\p{N}])(\p{L})\.(?=\p{L}(?![\p{L}\p{N}]))/gu, '$1');
}

/** The words of a text, folded. A numeric date stays one word: "3/5/2026". */
export function wordsOf(text: string): string[] {
  return fold(text).match(wordPattern) ?? [];
}

/**
 * The text without what it quotes: passages in quotation marks (an open one runs to the end) and lines
 * that begin with ">". What somebody else said is not what the customer asks for.
 */
export function withoutQuotes(text: string): string {
  return text
    .replaceAll(/^\s*>.*$/gm, ' ')
    .replaceAll(/["“”„«»][^"“”„«»]*(?:["“”„«»]|$)/g, ' … ')
    .replaceAll(/(?<![\p{L}\p{N}])['‘’`][^'‘’`]*(?:['‘’`](?![\p{L}\p{N}])|$)/gu, ' … ');
}
