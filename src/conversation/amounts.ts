import type { AmountSlot } from './frame.ts';
import { fold } from './fold.ts';
import { withDigits } from './number-words.ts';

/** A condition on amounts, and the text without it. */
export interface AmountMention {
  readonly amount?: AmountSlot;
  /** Two conditions, or a number that cannot be read exactly. */
  readonly unclear: boolean;
  readonly rest: string;
}

const currency = String.raw`(?:us\$|\$|usd|dollars?|bucks|dolares|dolar|€|eur|euros?|£|gbp|pounds?)`;
const number = String.raw`(?:\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.\d{1,2})?`;
const money = String.raw`(?:${currency}\s*${number}(?:\s*${currency})?|${number}\s*${currency})(?![\w])`;
const bare = String.raw`(?:${currency}\s*)?${number}(?:\s*${currency})?(?![\w/:-])`;
/** A number of something else is no amount: "more than 3 times", "over 10 days". */
const ofThings = String.raw`(?!\s*(?:times|days?|weeks?|months?|years?|purchases?|transactions?|charges?|visits?|coffees?|cafes?|haircuts?|rides?|taxis?|trips?|meals?|cups?|stores?|merchants?|tiendas?|viajes?|percent|%|veces|dias?|semanas?|mes|meses|anos?|compras?|cargos?|movimientos?))`;

const over = String.raw`(?:over|more than|above|greater than|bigger than|larger than|higher than|exceeding|mas de|mas que|superior(?:es)? a|mayor(?:es)? (?:de|que|a)|por encima de|>)`;
const under = String.raw`(?:under|less than|below|smaller than|lower than|cheaper than|menos de|menos que|inferior(?:es)? a|menor(?:es)? (?:de|que|a)|por debajo de|<)`;
const least = String.raw`(?:at least|no less than|from|al menos|por lo menos|minimo|desde|>=)`;
const most = String.raw`(?:at most|up to|no more than|como mucho|hasta|maximo|como maximo|<=)`;
const exactly = String.raw`(?:exactly|of exactly|of|for|exactamente|de|por)`;

type Reading = (one: string, other: string) => AmountSlot;

const conditions: readonly (readonly [RegExp, Reading])[] = [
  [
    new RegExp(String.raw`\b(?:between|from|entre|de)\s+(${bare})\s+(?:and|to|y|a)\s+(${money})`, 'g'),
    (one, other) => ({ least: one, most: other }),
  ],
  [
    new RegExp(String.raw`\b(?:between|from|entre|de)\s+(${money})\s+(?:and|to|y|a)\s+(${bare})${ofThings}`, 'g'),
    (one, other) => ({ least: one, most: other }),
  ],
  [new RegExp(String.raw`(?<!\w)${over}\s+(${bare})${ofThings}`, 'g'), (one) => ({ least: one, open: true })],
  [new RegExp(String.raw`(?<!\w)${under}\s+(${bare})${ofThings}`, 'g'), (one) => ({ most: one, open: true })],
  [new RegExp(String.raw`(?<!\w)${least}\s+(${money})`, 'g'), (one) => ({ least: one })],
  [new RegExp(String.raw`(?<!\w)${most}\s+(${money})`, 'g'), (one) => ({ most: one })],
  [
    new RegExp(String.raw`(?<!\w)(?:${exactly}\s+)?(${money})(?:\s+(?:or more|and up|o mas))`, 'g'),
    (one) => ({ least: one }),
  ],
  [
    new RegExp(String.raw`(?<!\w)(?:${exactly}\s+)?(${money})(?:\s+(?:or less|o menos))`, 'g'),
    (one) => ({ most: one }),
  ],
  [
    new RegExp(String.raw`(?<!\w)(?:exactly|exactamente)\s+(${bare})${ofThings}`, 'g'),
    (one) => ({ least: one, most: one }),
  ],
  [new RegExp(String.raw`(?<!\w)(?:${exactly}\s+)?(${money})`, 'g'), (one) => ({ least: one, most: one })],
  [
    new RegExp(String.raw`(?<!\w)(?:of|for|de|por)\s+(\d{1,7}\.\d{2})(?![\w./-])`, 'g'),
    (one) => ({ least: one, most: one }),
  ],
];

const codes: readonly (readonly [RegExp, string])[] = [
  [/€|eur/, 'EUR'],
  [/£|gbp|pound/, 'GBP'],
  [/\$|usd|dollar|buck|dolar/, 'USD'],
];

/**
 * Takes a condition on amounts out of a text as it was typed: "over $50", "between 20 and 40 dollars", "más de 50
 * dólares", "exactly 12.50". A number that has neither a currency nor a comparing word is none.
 */
export function takeAmount(text: string): AmountMention {
  let rest = withDigits(fold(text));
  let found: AmountSlot | undefined;
  let unclear = false;
  for (const [pattern, reading] of conditions) {
    rest = rest.replaceAll(pattern, (whole: string, one: string, other: unknown) => {
      if (found !== undefined) unclear = true;
      const slot = reading(plain(one), typeof other === 'string' ? plain(other) : '');
      const code = codes.find(([signs]) => signs.test(whole))?.[1];
      found = { ...slot, ...(code === undefined ? {} : { currency: code }) };
      return ' ';
    });
  }
  if (found === undefined) return { unclear: false, rest: text };
  if (found.least !== undefined && found.most !== undefined && Number(found.least) > Number(found.most)) unclear = true;
  return { amount: found, unclear, rest };
}

/** "$1,250" → "1250", "12.5" → "12.50". */
function plain(text: string): string {
  const digits = /\d[\d,]*(?:\.\d{1,2})?/.exec(text)?.[0].replaceAll(',', '') ?? '';
  const [whole = '', cents] = digits.split('.');
  return cents === undefined ? whole : `${whole}.${cents.padEnd(2, '0')}`;
}
