/**
 * `npm run train:intents -- ../shared/data/language/train.csv` trains the classifier of `src/conversation/intents` in both
 * languages, writes its weights there, and its figures by cross-validation to `bench/results/understanding.json`.
 * Equal questions give equal weights. Takes some twenty minutes of one core. How and why: docs/understanding.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { machine } from '../bench/measured.ts';
import { MODEL_CLASSES } from '../src/conversation/intents/verdict.ts';
import { withEnglish } from '../src/conversation/intents/asking.ts';
import { readModel, writeModel } from '../src/conversation/intents/model-file.ts';
import { crossedCalibrationError, judgedAt, scopeOf, temperatureFor } from './intents/confidence.ts';
import { UnreadableCsv } from './intents/csv.ts';
import { examine, trainAll, type Adding, type Recipe } from './intents/examining.ts';
import { bankingLessons, lessonOf, sectionsOf, strayLessons, type Stray } from './intents/material.ts';
import { accuracyOf, confusionsOf } from './intents/measures.ts';
import { englishRecipe, spanishRecipe } from './intents/recipes.ts';
import { timed } from './intents/timing.ts';
import type { Lesson } from './intents/training.ts';

interface Language {
  readonly name: 'en' | 'es';
  readonly file: string;
  readonly attribution: string;
  readonly lessons: readonly Lesson[];
  readonly strays: readonly Stray[];
  readonly recipe: Recipe;
  /** Asked for once the languages before it are written. */
  readonly adding: () => Adding;
}

const folds = 5;
const weights = new URL('../src/conversation/intents/', import.meta.url);
const own = (name: string): URL => new URL(`intents/${name}`, import.meta.url);

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('npm run train:intents -- train.csv');
  process.exit(2);
}
const spanish = [...sectionsOf(own('spanish.txt'))].flatMap(([intent, texts]) =>
  texts.map((text) => lessonOf(text, intent)),
);
const languages: readonly Language[] = [
  {
    name: 'en',
    file: 'model.bin',
    attribution:
      'Trained on BANKING77 (PolyAI, Casanueva et al. 2020, arXiv 2003.04807), CC BY 4.0, and on our own questions out of scope',
    lessons: lessonsFrom(file),
    strays: strayLessons(own('out-of-scope.txt')),
    recipe: englishRecipe,
    adding: () => (own) => own,
  },
  {
    name: 'es',
    file: 'model-es.bin',
    attribution: 'Trained on our own questions; names of intents from BANKING77 (PolyAI), CC BY 4.0',
    lessons: spanish,
    strays: strayLessons(own('out-of-scope-es.txt')),
    recipe: spanishRecipe,
    adding: fromEnglish,
  },
];
const figures = languages.map((language) => [language.name, learn(language)] as const);
const report = {
  what: 'the classifier of banking questions: judged by cross-validation, out of scope by whole domains kept back',
  ...Object.fromEntries(figures),
  machine: machine(),
  at: new Date().toISOString().slice(0, 10),
};
writeFileSync(
  new URL('../bench/results/understanding.json', import.meta.url),
  `${JSON.stringify(report, undefined, 2)}\n`,
);

function lessonsFrom(path: string): Lesson[] {
  try {
    return bankingLessons(path);
  } catch (error) {
    if (!(error instanceof UnreadableCsv) && !(error instanceof Error && 'code' in error)) throw error;
    console.error(`${path}: ${error.message}`);
    process.exit(2);
  }
}

function fromEnglish(): Adding {
  const english = readModel(readFileSync(new URL('model.bin', weights)));
  return (own, words) => withEnglish(own, english, words);
}

/** Examines one language, trains it on everything, writes its weights. Returns its figures. */
function learn({ name, file: to, attribution, lessons, strays, recipe, adding }: Language): Record<string, unknown> {
  const { within, strays: outside } = examine(lessons, strays, recipe, folds, adding(), (done) =>
    console.error(`${name}: judged fold ${done} of ${folds}`),
  );
  const temperature = temperatureFor(within);
  const judged = judgedAt(within, temperature);
  const scope = scopeOf(judged, judgedAt(outside, temperature));
  const network = trainAll([...lessons, ...strays], recipe);
  const head = { attribution, classes: MODEL_CLASSES, rule: recipe.plan.rule, temperature, sureFrom: scope.sureFrom };
  const bytes = writeModel({ head, network });
  writeFileSync(new URL(to, weights), bytes);
  const figure = {
    folds,
    ...accuracyOf(judged),
    calibrationError: crossedCalibrationError(within),
    temperature,
    outOfScope: scope,
    confusedMost: confusionsOf(judged, 10),
    bytes: bytes.length,
    milliseconds: timed(name),
  };
  console.log(JSON.stringify({ [name]: figure }, undefined, 2));
  return figure;
}
