/**
 * `npm run understand -- FILE.csv` tells what the classifier takes questions for. Columns: `text`, and `category` where
 * the right intent is known: then accuracy and macro F1 are printed, without it how often each intent was said.
 * `--jsonl` prints a line for each question instead, without its text; `--es` reads Spanish.
 * Ends with 2 on a file that cannot be read.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { classify } from '#conversation';
import { readQuestions, UnreadableCsv, type Question } from './intents/csv.ts';
import { accuracyOf, quantile, rounded, shareOf } from './intents/measures.ts';

const usage = 'npm run understand -- FILE.csv [--jsonl] [--es]';
const { file, jsonl, locale } = readArguments();
const questions = readFrom(file);
// Weights are read at the first question and code becomes fast with use; a hub that runs has both behind it.
for (const { text } of questions.slice(0, 100)) classify(text, locale);
const told = questions.map((question, index) => {
  const startedMs = performance.now();
  const { intent, confidence, unsure } = classify(question.text, locale);
  return {
    index,
    category: question.category,
    prediction: intent,
    confidence,
    unsure,
    tookMs: performance.now() - startedMs,
  };
});

if (jsonl) {
  for (const { tookMs: _, confidence, ...line } of told)
    console.log(JSON.stringify({ ...line, confidence: rounded(confidence) }));
} else {
  const took = told.map(({ tookMs }) => tookMs);
  const judged = told.flatMap(({ category: answer, prediction: said, confidence }) =>
    answer === undefined ? [] : [{ answer, said, confidence }],
  );
  const said = Object.groupBy(told, ({ prediction }) => prediction);
  console.log(
    JSON.stringify(
      {
        questions: told.length,
        ...(judged.length > 0
          ? accuracyOf(judged)
          : {
              predictions: Object.fromEntries(Object.entries(said).map(([intent, all]) => [intent, all.length])),
            }),
        unsure: shareOf(told, ({ unsure }) => unsure),
        millisecondsAQuestion: { median: rounded(quantile(took, 0.5)), p99: rounded(quantile(took, 0.99)) },
      },
      undefined,
      2,
    ),
  );
}

function readArguments(): { file: string; jsonl: boolean; locale: 'en' | 'es' } {
  try {
    const { values, positionals } = parseArgs({
      options: { jsonl: { type: 'boolean', default: false }, es: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) return refuse(usage);
    return { file: path, jsonl: values.jsonl, locale: values.es ? 'es' : 'en' };
  } catch {
    // An option that is not one of these.
    return refuse(usage);
  }
}

function readFrom(path: string): Question[] {
  try {
    return readQuestions(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof UnreadableCsv) return refuse(`${path} cannot be read: ${error.message}.`);
    if (error instanceof Error && 'code' in error) return refuse(`${path} cannot be opened.`);
    throw error;
  }
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
