import { FORMATS } from '#contract';
import { otherNamesOf } from './city-names.ts';
import { wordsOf } from './fold.ts';
import type { KnownMerchant, Place } from './frame.ts';
import { forgiven } from './typos.ts';
import { regionNames } from './us-states.ts';

/** Words of a merchant's name that say nothing about which merchant it is. */
const noise = new Set(
  'inc llc ltd co corp corporation company plc sons group store stores shop the and y e of de del la el com www sa cv'.split(
    ' ',
  ),
);

/**
 * The words that tell a merchant: without branch numbers and company forms, so that all branches are one.
 * "STARBUCKS STORE 01234" → "starbucks".
 */
export function merchantKey(name: string): string {
  return keyWords(name).join(' ');
}

function keyWords(name: string): string[] {
  return keyOf(wordsOf(name));
}

function keyOf(words: string[]): string[] {
  const telling = words.filter((word) => !noise.has(word) && !/^\d+$/.test(word));
  return telling.length > 0 ? telling : words;
}

/**
 * How a merchant is called where its purchases write it in several ways: the one that is not shouted, as a bank's line of
 * text often is; the first of those.
 */
export function shownName(names: readonly string[]): string {
  return names.find((name) => name !== name.toUpperCase()) ?? names[0] ?? '';
}

/** A merchant's name in words, and those that tell it. */
interface NameInWords {
  readonly words: readonly string[];
  readonly key: readonly string[];
}

/** Of merchants that are in use: a text looks for each of them several times, and they go with the question. */
const namesInWords = new WeakMap<KnownMerchant, NameInWords>();

function nameInWords(merchant: KnownMerchant): NameInWords {
  const known = namesInWords.get(merchant);
  if (known) return known;
  const words = wordsOf(merchant.name);
  const made = { words, key: keyOf(words) };
  namesInWords.set(merchant, made);
  return made;
}

/** Every word of the merchants' names, folded. */
export function nameWordsOf(merchants: readonly KnownMerchant[]): string[] {
  return merchants.flatMap((merchant) => nameInWords(merchant).words);
}

/** A run of words that names merchants: one, or several that answer to it. */
export interface MerchantMention {
  readonly at: number;
  readonly end: number;
  readonly merchants: readonly KnownMerchant[];
}

const joins = new Set(['and', 'y', 'e']);

/**
 * Finds the customer's own merchants in folded words: the longest run that stands in a name. A single
 * word counts only when `telling` says that it is not a word of something else ("card", "coffee"). With
 * `forgiving`, slips count too.
 */
export function findMerchant(
  words: readonly string[],
  merchants: readonly KnownMerchant[],
  telling: (word: string) => boolean,
  forgiving: boolean,
): MerchantMention | undefined {
  let best: { at: number; end: number; score: number; keys: Map<string, KnownMerchant> } | undefined;
  for (const merchant of merchants) {
    const { words: name, key } = nameInWords(merchant);
    const run = wholeName(words, name, telling) ?? longestRun(words, key, telling, forgiving);
    if (run === undefined) continue;
    const score = run.length * 10 - run.off;
    if (best === undefined || score > best.score) best = { at: run.at, end: run.end, score, keys: new Map() };
    if (score === best.score) best.keys.set(key.join(' '), best.keys.get(key.join(' ')) ?? merchant);
  }
  return best === undefined ? undefined : { at: best.at, end: best.end, merchants: [...best.keys.values()] };
}

interface Run {
  readonly at: number;
  readonly end: number;
  readonly length: number;
  readonly off: number;
}

/** The name exactly as it is written: worth half a word more, so that "Starbucks" is not "Starbucks Reserve". */
function wholeName(
  words: readonly string[],
  parts: readonly string[],
  telling: (word: string) => boolean,
): Run | undefined {
  const at = words.findIndex((_, start) => parts.every((part, index) => words[start + index] === part));
  // A whole name of several words is that name, whatever each of them may mean elsewhere: "City Ride".
  const isTold = parts.length >= 2 || parts.some((part) => part.length >= 3 && telling(part));
  if (at < 0 || !isTold) return undefined;
  return { at, end: at + parts.length, length: parts.length + 0.5, off: 0 };
}

function longestRun(
  words: readonly string[],
  key: readonly string[],
  telling: (word: string) => boolean,
  forgiving: boolean,
): Run | undefined {
  let best: Run | undefined;
  for (let at = 0; at < words.length; at += 1) {
    for (let from = 0; from < key.length; from += 1) {
      const run = runAt(words, at, key, from, forgiving);
      if (run === undefined || !words.slice(run.at, run.end).some((word) => word.length >= 3 && telling(word)))
        continue;
      if (best === undefined || run.length > best.length || (run.length === best.length && run.off < best.off))
        best = run;
    }
  }
  return best;
}

function runAt(
  words: readonly string[],
  at: number,
  key: readonly string[],
  from: number,
  forgiving: boolean,
): Run | undefined {
  let [word, part, off] = [at, from, 0];
  let end = at;
  while (word < words.length && part < key.length) {
    // "Stroman and Hudson" for "Stroman & Hudson"
    if (word > at && joins.has(words[word] ?? '') && words[word] !== key[part]) {
      word += 1;
      continue;
    }
    const slip = slipOf(words[word] ?? '', key[part] ?? '', forgiving);
    if (slip === undefined) break;
    off += slip;
    word += 1;
    part += 1;
    end = word;
  }
  return part === from ? undefined : { at, end, length: part - from, off };
}

/** A possessive is no slip: "Macys" for "Macy’s". */
function slipOf(written: string, meant: string, forgiving: boolean): number | undefined {
  if (written === meant || written === `${meant}s` || `${written}s` === meant) return written === meant ? 0 : 1;
  return forgiving ? forgiven(written, meant) : undefined;
}

/** A place in the words, behind "in", "en" and the like. */
export interface PlaceMention {
  readonly at: number;
  readonly end: number;
  readonly place: Place;
}

/** Finds a city, region or country of the customer's own purchases: the longest name that stands in the words. */
export function findPlace(words: readonly string[], merchants: readonly KnownMerchant[]): PlaceMention | undefined {
  let best: PlaceMention | undefined;
  for (const [name, place] of placeNames(merchants)) {
    const parts = name.split(' ');
    const at = words.findIndex((_, start) => parts.every((part, index) => words[start + index] === part));
    if (at < 0) continue;
    // A region's two letters are words too ("in", "me", "or"): they must stand behind a preposition.
    if (name.length <= 2 && !['in', 'en', 'at', 'near'].includes(words[at - 1] ?? '')) continue;
    if (best === undefined || parts.length > best.end - best.at) best = { at, end: at + parts.length, place };
  }
  return best;
}

/** Every word of the places' names, folded. */
export function placeWordsOf(merchants: readonly KnownMerchant[]): string[] {
  return [...placeNames(merchants).keys()].flatMap((name) => name.split(' '));
}

const countryNames = Object.values(FORMATS).map((format) => new Intl.DisplayNames(format, { type: 'region' }));

/** Of merchants that are in use, as `namesInWords`. */
const placesOfMerchants = new WeakMap<readonly KnownMerchant[], ReadonlyMap<string, Place>>();

function placeNames(merchants: readonly KnownMerchant[]): ReadonlyMap<string, Place> {
  const known = placesOfMerchants.get(merchants);
  if (known) return known;
  const made = namePlaces(merchants);
  placesOfMerchants.set(merchants, made);
  return made;
}

function namePlaces(merchants: readonly KnownMerchant[]): Map<string, Place> {
  const names = new Map<string, Place>();
  const add = (name: string | undefined, place: Place) => {
    const folded = wordsOf(name ?? '').join(' ');
    if (folded !== '' && !names.has(folded)) names.set(folded, place);
  };
  const places = merchants.flatMap((merchant) => merchant.places);
  for (const city of new Set(places.map((place) => place.city))) {
    if (city === undefined) continue;
    for (const name of [city, ...otherNamesOf(wordsOf(city).join(' '))]) add(name, { kind: 'city', value: city });
  }
  for (const region of new Set(places.map((place) => place.region))) {
    if (region !== undefined) for (const name of regionNames(region)) add(name, { kind: 'region', value: region });
  }
  for (const country of new Set(places.map((place) => place.country))) {
    if (country === undefined) continue;
    for (const regions of countryNames) add(regions.of(country), { kind: 'country', value: country });
  }
  return names;
}
