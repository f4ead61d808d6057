/** What is learnt from: questions by their intent, and our own questions about everything else. */
import { readFileSync } from 'node:fs';
import { BANKING_INTENTS } from '../../src/conversation/intents/banking-intents.ts';
import { questionWords } from '../../src/conversation/intents/features.ts';
import { readQuestions, UnreadableCsv } from './csv.ts';
import type { Lesson } from './training.ts';

/** The place of the class of everything else. */
export const elsewhere = BANKING_INTENTS.length;

/** The questions of a file of BANKING77. @throws {UnreadableCsv} on a category that is none of the 77 */
export function bankingLessons(file: string): Lesson[] {
  return readQuestions(readFileSync(file, 'utf8')).map(({ text, category = '' }) => lessonOf(text, category));
}

export function lessonOf(text: string, category: string): Lesson {
  const names: readonly string[] = BANKING_INTENTS;
  const answer = names.indexOf(category);
  if (answer < 0) throw new UnreadableCsv(`"${category}" is none of the 77 intents`);
  return { words: questionWords(text), answer };
}

/** Texts below lines "== name", by that name. Lines that begin with "#" are remarks. */
export function sectionsOf(file: URL): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let name = '';
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('== ')) name = line.slice(3);
    else sections.set(name, [...(sections.get(name) ?? []), line]);
  }
  return sections;
}

/** A question out of scope, and which domain it is from: domains are kept apart whole. */
export interface Stray extends Lesson {
  readonly domain: number;
  /** The domain shares a bank's words: its name begins with "near:". */
  readonly isNear: boolean;
}

export function strayLessons(file: URL): Stray[] {
  return [...sectionsOf(file)].flatMap(([name, texts], domain) =>
    texts.map((text) => ({
      words: questionWords(text),
      answer: elsewhere,
      domain,
      isNear: name.startsWith('near:'),
    })),
  );
}
