import { readFileSync } from 'node:fs';
import { withEnglish } from '../../src/conversation/intents/asking.ts';
import { readModel } from '../../src/conversation/intents/model-file.ts';
import { bankingLessons, lessonOf, sectionsOf, strayLessons, type Stray } from './material.ts';
import { englishRecipe, spanishRecipe, type Recipe } from './recipes.ts';
import type { Lesson } from './training.ts';

/** What a language adds to the scores of its own networks. */
export type Adding = (own: Float64Array, words: readonly string[]) => Float64Array;

/** What a language is learnt from, and how. */
export interface Language {
  /** Which file of `weights` takes it. */
  readonly file: string;
  readonly attribution: string;
  readonly lessons: readonly Lesson[];
  readonly strays: readonly Stray[];
  readonly recipe: Recipe;
  /** Asked for once the languages before it are written. */
  readonly adding: () => Adding;
}

export type LanguageName = 'en' | 'es';

/** Where the program has its weights. */
export const weights = new URL('../../src/conversation/intents/', import.meta.url);

/**
 * @param file the questions of BANKING77, which English is learnt from
 * @throws {UnreadableCsv} on a file of another form
 */
export function languageOf(name: LanguageName, file: string): Language {
  if (name === 'en')
    return {
      file: 'model.bin',
      attribution:
        'Trained on BANKING77 (PolyAI, Casanueva et al. 2020, arXiv 2003.04807), CC BY 4.0, and on our own questions out of scope',
      lessons: bankingLessons(file),
      strays: strayLessons(own('out-of-scope.txt')),
      recipe: englishRecipe,
      adding: () => (scores) => scores,
    };
  return {
    file: 'model-es.bin',
    attribution: 'Trained on our own questions; names of intents from BANKING77 (PolyAI), CC BY 4.0',
    lessons: [...sectionsOf(own('spanish.txt'))].flatMap(([intent, texts]) =>
      texts.map((text) => lessonOf(text, intent)),
    ),
    strays: strayLessons(own('out-of-scope-es.txt')),
    recipe: spanishRecipe,
    adding: fromEnglish,
  };
}

const own = (name: string): URL => new URL(name, import.meta.url);

function fromEnglish(): Adding {
  const english = readModel(readFileSync(new URL('model.bin', weights)));
  return (scores, words) => withEnglish(scores, english, words);
}
