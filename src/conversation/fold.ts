/** Words as they are compared: lower case, without accents, apostrophes joined, "U.S." as "us". */

const date = String.raw`\d{1,4}(?:[/-]\d{1,4}){1,2}`;
const wordPattern = new RegExp(String.raw`${date}(?![\p{L}\p{N}])|[\p{L}\p{N}]+`, 'gu');

/** Lower case without accents: "¿Cuánto gasté?" → "¿cuanto gaste?". */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
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
