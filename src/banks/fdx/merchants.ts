import { merchantSchema } from '#contract';
import type * as z from 'zod';

type Merchant = z.infer<typeof merchantSchema>;
type Place = NonNullable<Merchant['address']>;

/** What a bank tells of who was paid; every part may be missing, depending on its FDX version. */
export interface PayeeFacts {
  /** FDX 6.4: `transactionPayee.merchantName`. */
  readonly name?: string | undefined;
  readonly address?:
    | {
        readonly city?: string | undefined;
        readonly region?: string | undefined;
        readonly country?: string | undefined;
      }
    | undefined;
  /** FDX 5: `payee`, one text such as "CORNER BAKERY  OAKLAND CA". */
  readonly payee?: string | undefined;
  readonly description: string;
  /** `fiAttributes` by name. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * The merchant in the shape that cards show. Who was paid and where is a garnish: a part that is not
 * usable (a category of five digits, coordinates off the globe) is left out, and the purchase stays.
 */
export function merchantOf(facts: PayeeFacts): Merchant | undefined {
  const fromText =
    facts.name === undefined && facts.payee !== undefined ? readPayee(facts.payee, facts.description) : undefined;
  const name = (facts.name ?? fromText?.name ?? '').trim().slice(0, 140);
  if (name === '') return undefined;
  const address = usable('address', facts.address ? tidyAddress(facts.address) : fromText?.address);
  const category = usable('category', facts.attributes.get('merchantCategoryCode')?.padStart(4, '0'));
  const location = usable('location', coordinates(facts.attributes));
  return {
    name,
    ...(category ? { category } : {}),
    ...(address ? { address } : {}),
    ...(location ? { location } : {}),
  };
}

/** A part of the merchant as the contract allows it, or nothing. */
function usable<Part extends 'category' | 'address' | 'location'>(
  part: Part,
  value: unknown,
): Merchant[Part] | undefined {
  const read = merchantSchema.shape[part].safeParse(value);
  return read.success ? (read.data as Merchant[Part]) : undefined;
}

function coordinates(attributes: ReadonlyMap<string, string>): { lat: number; lon: number } | undefined {
  const [lat, lon] = [attributes.get('latitude'), attributes.get('longitude')];
  // Number('') is 0, which is a place in the Gulf of Guinea.
  if (!lat?.trim() || !lon?.trim()) return undefined;
  return { lat: Number(lat), lon: Number(lon) };
}

function tidyAddress(address: NonNullable<PayeeFacts['address']>): Record<string, string> | undefined {
  const parts = Object.entries(address).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  return parts.length === 0 ? undefined : Object.fromEntries(parts.map(([name, text]) => [name, text.trim()]));
}

const states = new Set(
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP'.split(
    ' ',
  ),
);

/**
 * Takes the one text of FDX 5 apart: name, city, state or country. The code at its end is certain; where
 * the name ends and the city begins is known only when the bank sets them apart by two spaces, as on a
 * paper statement, or repeats the name in the description, and is not guessed otherwise.
 */
export function readPayee(payee: string, description: string): { name: string; address?: Place } {
  const whole = payee.trim();
  const [name, place] = splitName(whole, description.trim());
  if (place !== undefined) return { name: spelled(name, description), address: placeOf(place) };
  const match = /^(.*\S)\s([A-Z]{2})$/s.exec(whole);
  if (!match?.[1] || !match[2] || !states.has(match[2])) return { name: spelled(whole, description) };
  return { name: spelled(match[1], description), address: { region: match[2], country: 'US' } };
}

function splitName(text: string, description: string): [name: string, place?: string] {
  const apart = /^(.*\S)\s{2,}(\S.*)$/s.exec(text);
  if (apart?.[1] && apart[2]) return [apart[1], apart[2]];
  const repeats = text.toLowerCase().startsWith(`${description.toLowerCase()} `);
  return description !== '' && repeats
    ? [text.slice(0, description.length), text.slice(description.length).trim()]
    : [text];
}

/**
 * A name in capitals as a person would write it: as the description spells it when that is the same words,
 * else word by word, where a word without a vowel (CVS, BP) is taken for letters.
 */
function spelled(name: string, description: string): string {
  if (description.trim().toLowerCase() === name.toLowerCase()) return description.trim();
  return titled(name, (word) => !/[AEIOUY]/.test(word));
}

/** "OAKLAND CA" → Oakland, California; "PARIS FR" → Paris, France; "OAKLAND" → a city alone. */
function placeOf(place: string): Place {
  const match = /^(?:(.*\S)\s+)?([A-Z]{2})$/s.exec(place);
  const code = match?.[2] ?? '';
  const city = match?.[1] ? { city: titled(match[1]) } : {};
  if (states.has(code)) return { ...city, region: code, country: 'US' };
  return isCountry(code) ? { ...city, country: code } : { city: titled(place) };
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** ZZ has a name too: "Unknown Region". */
function isCountry(code: string): boolean {
  return code !== '' && code !== 'ZZ' && countryNames.of(code) !== undefined;
}

/** "SAN FRANCISCO" → "San Francisco", but for words to keep; a text that is not all capitals stays as it is. */
function titled(text: string, keep: (word: string) => boolean = () => false): string {
  if (text !== text.toUpperCase()) return text;
  return text.replaceAll(/\p{Letter}[\p{Letter}’']*/gu, (word) =>
    keep(word) ? word : word.slice(0, 1) + word.slice(1).toLowerCase(),
  );
}
