import type { Also, KnownMerchant } from './frame.ts';
import { findMerchant, findPlace, merchantKey } from './merchants.ts';
import { kindPhrases } from './spending-kinds.ts';
import { categoryPhrases } from './spending-words.ts';

/** What was said to be counted together with the first of its kind, and the words without it. */
interface Joined {
  readonly also: readonly Also[];
  readonly rest: string[];
}

const joins: ReadonlySet<string> = new Set(['and', 'y', 'e', 'or', 'o', 'plus']);
const between: ReadonlySet<string> = new Set('the at on in for my a el la los las en de del mi mis'.split(' '));
const longest = 4;
/** More are a list that nobody types; it also bounds the work. */
const joinedMax = 4;

/**
 * Takes the further ones out of "coffee and restaurants", "Hollis Foods or Greenfield Market", "coffee, groceries and
 * gas", "Lisbon and Paris": two that stand on both sides of an "and". The first stays where it is.
 *
 * @param words folded
 * @param corrected a word without its slip
 * @param telling whether a word may name a merchant by itself
 */
export function takeJoined(
  words: readonly string[],
  merchants: readonly KnownMerchant[],
  corrected: (word: string) => string,
  telling: (word: string) => boolean,
): Joined {
  const also: Also[] = [];
  if (!words.some((word) => joins.has(word))) return { also, rest: [...words] };
  let rest = words.map(corrected);
  for (let at = 1; at < rest.length - 1 && also.length < joinedMax; at += 1) {
    if (!joins.has(rest[at] ?? '') || isInName(rest, at, merchants, telling)) continue;
    let begin = at + 1;
    while (between.has(rest[begin] ?? '')) begin += 1;
    const right = startingAt(rest, begin, merchants, telling);
    let left = endingAt(rest, at, merchants, telling);
    if (right === undefined || left === undefined || isSame(left.subject, right.subject)) continue;
    also.push(right.subject);
    rest = [...rest.slice(0, at), ...rest.slice(right.end)];
    // "Coffee, groceries and gas": what stands before the last two, with nothing between, is one more.
    for (let before = endingAt(rest, left.at, merchants, telling); before;) {
      also.push(left.subject);
      rest = [...rest.slice(0, left.at), ...rest.slice(left.end)];
      left = before;
      before = also.length < joinedMax ? endingAt(rest, left.at, merchants, telling) : undefined;
    }
    at = left.end - 1;
  }
  return { also, rest };
}

interface Taken {
  readonly subject: Also;
  readonly at: number;
  readonly end: number;
}

type Finding = (
  words: readonly string[],
  at: number,
  merchants: readonly KnownMerchant[],
  telling: (word: string) => boolean,
) => Taken | undefined;

const endingAt: Finding = (words, end, merchants, telling) => {
  for (let at = Math.max(0, end - longest); at < end; at += 1) {
    const subject = subjectOf(words.slice(at, end), merchants, telling);
    if (subject) return { subject, at, end };
  }
  return undefined;
};

const startingAt: Finding = (words, at, merchants, telling) => {
  for (let end = Math.min(words.length, at + longest); end > at; end -= 1) {
    const subject = subjectOf(words.slice(at, end), merchants, telling);
    if (subject) return { subject, at, end };
  }
  return undefined;
};

/** What all of these words together name. */
function subjectOf(
  words: readonly string[],
  merchants: readonly KnownMerchant[],
  telling: (word: string) => boolean,
): Also | undefined {
  const phrase = words.join(' ');
  const kind = kindPhrases.find(([parts]) => parts.join(' ') === phrase)?.[1];
  if (kind !== undefined) return { kind };
  const category = categoryPhrases.find(([parts]) => parts.join(' ') === phrase)?.[1];
  if (category !== undefined) return { category };
  const place = findPlace(words, merchants);
  if (place && place.at === 0 && place.end === words.length) return { place: place.place };
  for (const forgiving of [false, true]) {
    const found = findMerchant(words, merchants, telling, forgiving);
    const [only, ...others] = found?.merchants ?? [];
    if (found && only && others.length === 0 && found.at === 0 && found.end === words.length)
      return { merchant: only.name };
  }
  return undefined;
}

/** The "and" of "Parcel and Page", of "kids and pets". */
function isInName(
  words: readonly string[],
  at: number,
  merchants: readonly KnownMerchant[],
  telling: (word: string) => boolean,
): boolean {
  const around = words.slice(Math.max(0, at - 2), at + 3);
  const here = at - Math.max(0, at - 2);
  const spans = (begin: number, end: number) => begin < here && end > here + 1;
  const found = findMerchant(around, merchants, telling, false);
  if (found && spans(found.at, found.end)) return true;
  return [...kindPhrases, ...categoryPhrases].some(([parts]) => {
    const begin = around.findIndex((_, start) => parts.every((part, index) => around[start + index] === part));
    return begin >= 0 && spans(begin, begin + parts.length);
  });
}

const isSame = (one: Also, other: Also): boolean =>
  one.merchant !== undefined && other.merchant !== undefined
    ? merchantKey(one.merchant) === merchantKey(other.merchant)
    : JSON.stringify(one) === JSON.stringify(other);
