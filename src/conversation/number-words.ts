/** Numbers written out, folded, English and Spanish: "two hundred and fifty", "treinta y cinco", "a hundred". */

const list = (words: string): readonly (readonly [string, number])[] =>
  words.split(',').map((pair) => {
    const [word = '', value = ''] = pair.trim().split(' ');
    return [word, Number(value)];
  });

/** They are added to what stands before them. */
const added: ReadonlyMap<string, number> = new Map(
  list(`one 1, two 2, three 3, four 4, five 5, six 6, seven 7, eight 8, nine 9, ten 10, eleven 11, twelve 12, thirteen 13,
  fourteen 14, fifteen 15, sixteen 16, seventeen 17, eighteen 18, nineteen 19, twenty 20, thirty 30, forty 40, fourty 40,
  fifty 50, sixty 60, seventy 70, eighty 80, ninety 90, un 1, uno 1, una 1, dos 2, tres 3, cuatro 4, cinco 5, seis 6,
  siete 7, ocho 8, nueve 9, diez 10, once 11, doce 12, trece 13, catorce 14, quince 15, dieciseis 16, diecisiete 17,
  dieciocho 18, diecinueve 19, veinte 20, veintiuno 21, veintidos 22, veintitres 23, veinticuatro 24, veinticinco 25,
  veintiseis 26, veintisiete 27, veintiocho 28, veintinueve 29, treinta 30, cuarenta 40, cincuenta 50, sesenta 60,
  setenta 70, ochenta 80, noventa 90, cien 100, ciento 100, doscientos 200, trescientos 300, cuatrocientos 400,
  quinientos 500, seiscientos 600, setecientos 700, ochocientos 800, novecientos 900`),
);
/** They multiply it; alone they are one of themselves. */
const multiplied: ReadonlyMap<string, number> = new Map(list('hundred 100, thousand 1000, grand 1000, mil 1000'));

const word = `(?:${[...added.keys(), ...multiplied.keys()].toSorted((one, other) => other.length - one.length).join('|')})`;
const run = String.raw`(?<![\w.,$])(?:an? )?${word}(?:(?:[ -]|(?<=hundred|thousand) and |(?<=ta) y )${word})*(?!\w)`;
const currency = String.raw`(?= ?(?:dollars?|bucks|euros?|pounds?|dolares|dolar|usd)\b)`;
const compared = String.raw`(?<=\b(?:over|more than|above|under|less than|below|at least|at most|mas de|menos de|al menos|como mucho|between|entre) )`;
const written = new RegExp(
  String.raw`${compared}${run}|${run}${currency}|${run}(?= (?:and|y|to|a) ${run} ?(?:dollars?|bucks|dolares))`,
  'g',
);

/**
 * Turns amounts that are written out into digits: what stands before a currency, or behind "over" and the like. Other
 * numbers in words ("the last five purchases") stay as they are.
 *
 * @param text folded
 */
export function withDigits(text: string): string {
  // "Un dólar" is as often any as one.
  return text.replaceAll(written, (said) => (single.test(said) ? said : String(valueOf(said.split(/[ -]/)) ?? said)));
}

const single = /^(?:one|una?|uno)$/;

function valueOf(words: readonly string[]): number | undefined {
  let [whole, part, said] = [0, 0, false];
  for (const one of words) {
    const [adds, by] = [added.get(one), multiplied.get(one)];
    if (adds === undefined && by === undefined) continue;
    said = true;
    if (adds !== undefined) part += adds;
    if (by === 100) part = Math.max(part, 1) * 100;
    if (by === 1000) [whole, part] = [whole + Math.max(part, 1) * 1000, 0];
  }
  return said ? whole + part : undefined;
}
