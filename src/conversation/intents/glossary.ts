import { readFileSync } from 'node:fs';
import { fold } from '../fold.ts';

/**
 * What Spanish words of banking are in the English of BANKING77's questions: `glossary.txt`. Word for word this is no
 * translation that a person should read; it is enough for the network that learnt from ten thousand English
 * questions to see what a Spanish one is about.
 */
interface Entry {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly isStem: boolean;
  readonly english: readonly string[];
}

let known: readonly Entry[] | undefined;

/** A line: Spanish, "=", English; "*" at the end stands for any ending. Longer ones come first, as they say more. */
function readEntries(): readonly Entry[] {
  return readFileSync(new URL('glossary.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line): Entry => {
      const [spanish = '', english = ''] = line.split('=');
      const isStem = spanish.endsWith('*');
      return { words: fold(spanish.replace('*', '')).split(' '), isStem, english: english.split(' ') };
    })
    .toSorted((a, b) => b.words.join(' ').length - a.words.join(' ').length);
}

/** The English words that the glossary has for those of a Spanish question; words that it lacks are left out. */
export function inEnglish(words: readonly string[]): string[] {
  known ??= readEntries();
  const english: string[] = [];
  for (let at = 0; at < words.length;) {
    const entry = known.find((one) => startsWith(words, at, one));
    english.push(...(entry?.english ?? (isMark(words[at]) ? [words[at] ?? ''] : [])));
    at += entry?.words.length ?? 1;
  }
  return english;
}

function startsWith(words: readonly string[], at: number, { words: sought, isStem }: Entry): boolean {
  const last = sought.length - 1;
  return sought.every((one, n) => {
    const word = words[at + n];
    return isStem && n === last ? word?.startsWith(one) === true : word === one;
  });
}

const isMark = (word: string | undefined): boolean => word !== undefined && /^[?!$€£%]$/.test(word);
