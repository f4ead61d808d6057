/**
 * `npm run train:intents -- ../shared/data/language/train.csv` trains the classifier of `src/conversation/intents` in both
 * languages, writes its weights there, and its figures by cross-validation to `bench/results/understanding.json`.
 * Equal questions give equal weights. Takes some half an hour of one core, and uses all. How and why: docs/understanding.md.
 */
import { accessSync, writeFileSync } from 'node:fs';
import { machine } from '../bench/measured.ts';
import { MODEL_CLASSES } from '../src/conversation/intents/verdict.ts';
import { writeModel } from '../src/conversation/intents/model-file.ts';
import { writeWindows } from '../src/conversation/intents/windows-file.ts';
import { commonWordsOf } from './intents/frequent-words.ts';
import { crossedCalibrationError, judgedAt, scopeOf, temperatureFor } from './intents/confidence.ts';
import { UnreadableCsv } from './intents/csv.ts';
import { folds } from './intents/examining.ts';
import { languageOf, weights, type LanguageName } from './intents/languages.ts';
import { accuracyOf, confusionsOf } from './intents/measures.ts';
import { inParts } from './intents/parts.ts';
import { timed } from './intents/timing.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('npm run train:intents -- train.csv');
  process.exit(2);
}
refuseUnreadable(file);
// Spanish borrows from the English weights, so it comes after them.
const figures = { en: await learn('en', file), es: await learn('es', file) };
const report = {
  what: 'the classifier of banking questions: judged by cross-validation, out of scope by whole domains kept back',
  ...figures,
  machine: machine(),
  at: new Date().toISOString().slice(0, 10),
};
writeFileSync(
  new URL('../bench/results/understanding.json', import.meta.url),
  `${JSON.stringify(report, undefined, 2)}\n`,
);

function refuseUnreadable(path: string): void {
  try {
    accessSync(path);
    languageOf('en', path);
  } catch (error) {
    if (!(error instanceof UnreadableCsv) && !(error instanceof Error && 'code' in error)) throw error;
    console.error(`${path}: ${error.message}`);
    process.exit(2);
  }
}

/** Examines one language, trains it on everything, writes its weights. Returns its figures. */
async function learn(name: LanguageName, path: string): Promise<Record<string, unknown>> {
  const { file: to, attribution, lessons, recipe } = languageOf(name, path);
  const { examined, taught } = await inParts(name, path, (what) => console.error(`${name}: ${what}`));
  const { within, far, near } = examined;
  const temperature = temperatureFor(within);
  const judged = judgedAt(within, temperature);
  const scope = scopeOf(judged, judgedAt(far, temperature));
  const head = { attribution, classes: MODEL_CLASSES, rule: recipe.plan.rule, temperature, sureFrom: scope.sureFrom };
  const files = [{ to, bytes: writeModel({ head, network: taught.network }) }];
  if (taught.windows !== undefined) {
    const inOrder = { attribution, commonWords: commonWordsOf(lessons), networks: taught.windows };
    files.push({ to: 'windows.bin', bytes: writeWindows(inOrder) });
  }
  for (const one of files) writeFileSync(new URL(one.to, weights), one.bytes);
  const figure = {
    folds,
    ...accuracyOf(judged),
    calibrationError: crossedCalibrationError(within),
    temperature,
    outOfScope: scope,
    outOfScopeNear: scopeOf(judged, judgedAt(near, temperature)),
    confusedMost: confusionsOf(judged, 10),
    bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    milliseconds: timed(name),
  };
  console.log(JSON.stringify({ [name]: figure }, undefined, 2));
  return figure;
}
