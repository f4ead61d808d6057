import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { BANKING_INTENTS, classify } from '#conversation';
import { readingOf } from '../src/conversation/intents/reading.ts';
import { trainAll } from '../tools/intents/examining.ts';
import { judgedAt } from '../tools/intents/confidence.ts';
import { readCsv, readQuestions, UnreadableCsv } from '../tools/intents/csv.ts';
import { dealt } from '../tools/intents/folds.ts';
import { lessonOf, sectionsOf } from '../tools/intents/material.ts';
import { accuracyOf, calibrationError, confusionsOf } from '../tools/intents/measures.ts';
import { englishRecipe, spanishRecipe } from '../tools/intents/recipes.ts';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'understand-'));
after(() => rmSync(folder, { recursive: true }));
const own = (name: string): URL => new URL(`../tools/intents/${name}`, import.meta.url);
const bankingFile = resolve(root, '../shared/data/language/train.csv');
const withoutFile = existsSync(bankingFile) ? false : `${bankingFile} is not there`;

const understand = (...args: string[]) =>
  spawnSync(process.execPath, ['tools/understand.ts', ...args], { cwd: root, encoding: 'utf8' });

const fileOf = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test('of 77 questions in our own words, one an intent, nine in ten are recognised', () => {
  const questions = readQuestions(readFileSync(own('own-questions.csv'), 'utf8'));
  assert.deepEqual(new Set(questions.map(({ category }) => category)), new Set<string>(BANKING_INTENTS));
  const wrong = questions.filter(({ text, category }) => classify(text, 'en').intent !== category);
  assert.ok(wrong.length <= 7, JSON.stringify(wrong));
});

test('of 77 Spanish ones, for which neither weights nor glossary were made, four in five', () => {
  const questions = readQuestions(readFileSync(own('own-questions-es.csv'), 'utf8'));
  assert.deepEqual(new Set(questions.map(({ category }) => category)), new Set<string>(BANKING_INTENTS));
  const wrong = questions.filter(({ text, category }) => classify(text, 'es').intent !== category);
  assert.ok(wrong.length <= 15, JSON.stringify(wrong));
});

test('questions of other domains are mostly unsure', () => {
  for (const [locale, name, fewest] of [
    ['en', 'out-of-scope.txt', 450],
    ['es', 'out-of-scope-es.txt', 90],
  ] as const) {
    const strays = [...sectionsOf(own(name)).values()].flat();
    assert.ok(strays.length >= fewest);
    const unsure = strays.filter((text) => classify(text, locale).unsure);
    assert.ok(unsure.length >= 0.9 * strays.length, `${unsure.length} of ${strays.length}`);
  }
});

test('every intent has eight Spanish questions of ours, which are recognised', () => {
  const sections = sectionsOf(own('spanish.txt'));
  assert.deepEqual(new Set(sections.keys()), new Set<string>(BANKING_INTENTS));
  const all = [...sections].flatMap(([intent, texts]) => texts.map((text) => ({ intent, text })));
  assert.ok(sections.values().every((texts) => new Set(texts).size >= 8));
  const right = all.filter(({ intent, text }) => classify(text, 'es').intent === intent);
  assert.ok(right.length >= 0.95 * all.length, `${right.length} of ${all.length}`);
});

test('the weights fit the questions that they were trained on', { skip: withoutFile }, () => {
  const questions = readQuestions(readFileSync(bankingFile, 'utf8'));
  assert.equal(questions.length, 10_003);
  const some = questions.filter((_, at) => at % 5 === 0);
  const right = some.filter(({ text, category }) => classify(text, 'en').intent === category);
  assert.ok(right.length >= 0.95 * some.length, `${right.length} of ${some.length}`);
});

test('training twice gives the same weights, and learns what it is taught', () => {
  const taught = ['card_arrival', 'exchange_rate', 'change_pin'].flatMap((intent) =>
    (sectionsOf(own('spanish.txt')).get(intent) ?? []).map((text) => lessonOf(text, intent)),
  );
  const windowPlan = englishRecipe.windows?.plan;
  assert.ok(windowPlan !== undefined);
  const recipe = {
    networks: 2,
    plan: { ...spanishRecipe.plan, hidden: 8, rounds: 5 },
    windows: { networks: 1, plan: { ...windowPlan, width: 16, filters: 32, rounds: 60, batch: 4 } },
  };
  const learnt = trainAll(taught, recipe);
  assert.deepEqual(trainAll(taught, recipe), learnt);
  const read = readingOf({ attribution: '', commonWords: [], networks: learnt.windows ?? [] });
  for (const { words, answer } of taught) {
    const scores = read(words);
    assert.equal(scores.indexOf(Math.max(...scores)), answer, words.join(' '));
  }
});

test('figures are those of a count by hand', () => {
  const judged = ['a a 0.9', 'a a 0.9', 'a b 0.9', 'b b 0.3', 'c b 0.3'].map((line) => {
    const [answer = '', said = '', confidence] = line.split(' ');
    return { answer, said, confidence: Number(confidence) };
  });
  // F1: a 2·2/(3+2) = 0.8, b 2·1/(1+3) = 0.5, c 0. Recalls: 2/3, 1, 0.
  assert.deepEqual(accuracyOf(judged), { questions: 5, accuracy: 0.6, balanced: 0.5556, macroF1: 0.4333 });
  // Band 0.9: 2.7 against 2 right of three; band 0.3: 0.6 against 1 right of two: (0.7 + 0.4) / 5.
  assert.equal(calibrationError(judged), 0.22);
  assert.deepEqual(confusionsOf(judged, 1), [{ is: 'a', said: 'b', times: 1 }]);
});

test('scores are judged by the likeliest intent, never as out of scope', () => {
  const scores = new Float64Array(78);
  scores[77] = 9;
  scores[3] = 5;
  assert.equal(judgedAt([{ answer: 3, scores }], 1)[0]?.said, BANKING_INTENTS[3]);
});

test('folds have their share of every class', () => {
  const answers = Array.from({ length: 100 }, (_, at) => at % 4);
  const folds = dealt(answers, 5, 1);
  for (const answer of [0, 1, 2, 3])
    for (const fold of [0, 1, 2, 3, 4])
      assert.equal(answers.filter((one, at) => one === answer && folds[at] === fold).length, 5);
});

test('comma-separated values are read as RFC 4180 has them', () => {
  assert.deepEqual(readCsv('\uFEFFtext,category\r\n"a ""quoted"", word\nand a line",x\r\n\r\nplain,\r\nlast,y'), [
    ['text', 'category'],
    ['a "quoted", word\nand a line', 'x'],
    ['plain', ''],
    ['last', 'y'],
  ]);
  for (const broken of ['text\n"never closed', 'text\n"closed" too early', 'text\nin "the" middle'])
    assert.throws(() => readCsv(broken), UnreadableCsv);
});

test('the door prints figures for questions with a category', () => {
  const { status, stdout } = understand(
    fileOf(
      'known.csv',
      'text,category\n"I lost my card, help",lost_or_stolen_card\nwhat is the exchange rate,exchange_rate\n',
    ),
  );
  assert.equal(status, 0);
  const told = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual([told['questions'], told['accuracy'], told['macroF1']], [2, 1, 1]);
});

test('the door prints a line a question, without its text', () => {
  const path = fileOf('lines.csv', 'category,text\nlost_or_stolen_card,I lost my card\n,what a lovely umbrella\n');
  const { stdout } = understand(path, '--jsonl');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map((line) => Object.keys(line).toSorted()),
    [0, 1].map(() => ['category', 'confidence', 'index', 'prediction', 'unsure']),
  );
  assert.deepEqual(
    [lines[0]?.['prediction'], lines[0]?.['unsure'], lines[1]?.['unsure']],
    ['lost_or_stolen_card', false, true],
  );
});

test('the door predicts where no category is told', () => {
  const { status, stdout } = understand(fileOf('unknown.csv', 'text\nI lost my card\nmy card is lost\n'));
  assert.equal(status, 0);
  assert.deepEqual((JSON.parse(stdout) as Record<string, unknown>)['predictions'], { lost_or_stolen_card: 2 });
});

test('the door says in a sentence why a file cannot be read', () => {
  const refused: [string[], RegExp][] = [
    [[join(folder, 'nowhere.csv')], /cannot be opened\.\n$/],
    [[fileOf('words.csv', 'question\nwhere is my card\n')], /names no column "text"\.\n$/],
    [[fileOf('empty.csv', '')], /names no column "text"\.\n$/],
    [[fileOf('none.csv', 'text,category\n')], /holds no questions\.\n$/],
    [[fileOf('open.csv', 'text\n"where is\n')], /line 2: a quote/],
    [[fileOf('wide.csv', 'text,category\na,b,c\n')], /row 1 has 3 values/],
    [[], /^npm run understand/],
  ];
  for (const [args, sentence] of refused) {
    const { status, stderr } = understand(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, sentence);
  }
});
