import type { BankId } from '#base';
import { wordsOf } from './fold.ts';
import { forgiven } from './typos.ts';

/** A bank by the name that people may write. */
export interface NamedBank {
  readonly id: string;
  readonly name: string;
}

/** Too common to name a bank by themselves. */
const commonWords = new Set(['bank', 'banks', 'us', 'national', 'first', 'credit', 'union', 'of', 'the']);

const aliasesByBank = new WeakMap<NamedBank, string[][]>();

/** Of a bank that is looked for once more. */
function knownAliases(bank: NamedBank): readonly string[][] {
  const known = aliasesByBank.get(bank);
  if (known) return known;
  const made = aliasesOf(bank.name);
  aliasesByBank.set(bank, made);
  return made;
}

/** What people call a bank: its name, its name in one word, with "bank" behind it, and each telling word of it. */
export function aliasesOf(name: string): string[][] {
  const words = wordsOf(name);
  const joined = words.join('');
  const single = words.filter((word) => word.length >= 4 && !commonWords.has(word));
  const aliases = [words, [joined], [...words, 'bank'], [`${joined}bank`], ...single.map((word) => [word])];
  // "JP Morgan" for a name that begins with "JPMorgan".
  const initials = /^([a-z]{2})([a-z]{5,})$/.exec(words[0] ?? '');
  if (initials && /^[^aeiou]{2}$/.test(initials[1] ?? '')) {
    const [, letters = '', rest = ''] = initials;
    aliases.push([letters, rest], [letters, rest, ...words.slice(1)], [rest]);
  }
  return aliases;
}

/** Words of every day that are one slip away from a bank's name. */
const everydayWords = new Set(['well', 'wall', 'walls', 'chose', 'cause', 'city', 'bills', 'cells']);

interface Mention {
  readonly id: string;
  readonly at: number;
  readonly length: number;
  readonly off: number;
}

/** Takes every bank out of a text's words: the longest alias first, slips forgiven. */
export function takeBanks(words: readonly string[], banks: readonly NamedBank[]): { named: BankId[]; rest: string[] } {
  const named = new Set<string>();
  let rest = [...words];
  for (let mention = longest(rest, banks); mention !== undefined; mention = longest(rest, banks)) {
    named.add(mention.id);
    rest = [...rest.slice(0, mention.at), ...rest.slice(mention.at + mention.length)];
  }
  return { named: [...named] as BankId[], rest };
}

function longest(words: readonly string[], banks: readonly NamedBank[]): Mention | undefined {
  let best: Mention | undefined;
  for (const bank of banks) {
    for (const alias of knownAliases(bank)) {
      const found = standsIn(words, alias);
      if (found === undefined) continue;
      const better =
        best === undefined || alias.length > best.length || (alias.length === best.length && found.off < best.off);
      if (better) best = { id: bank.id, at: found.at, length: alias.length, off: found.off };
    }
  }
  return best;
}

function standsIn(words: readonly string[], alias: readonly string[]): { at: number; off: number } | undefined {
  for (let at = 0; at + alias.length <= words.length; at += 1) {
    let off = 0;
    const fits = alias.every((part, index) => {
      const word = words[at + index] ?? '';
      const slip = word !== part && everydayWords.has(word) ? undefined : forgiven(word, part);
      off += slip ?? 0;
      return slip !== undefined;
    });
    if (fits) return { at, off };
  }
  return undefined;
}
