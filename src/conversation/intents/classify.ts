import { readFileSync } from 'node:fs';
import type { Locale } from '#contract';
import { ask, inBothWays, withEnglish } from './asking.ts';
import { questionWords } from './features.ts';
import { readModel, type Model } from './model-file.ts';
import { readingOf, type Reading } from './reading.ts';
import { verdictOf, type Verdict } from './verdict.ts';
import { readWindows } from './windows-file.ts';

const files: Readonly<Record<Locale, string>> = { en: 'model.bin', es: 'model-es.bin' };
const loaded = new Map<Locale, Model>();
let reading: Reading | undefined;

/**
 * Which of the 77 things that people ask a bank this question is: in some tenths of a millisecond, here, without
 * calling anything. The same question always gets the same verdict. Nothing acts on a verdict by itself.
 *
 * @param text as typed; of a very long one only the beginning counts
 * @param locale the language that it is read in; weights are read from their file by `readWeights`, or at the first question that needs them
 */
export function classify(text: string, locale: Locale): Verdict {
  const words = questionWords(text);
  const model = modelOf(locale);
  const own = ask(model, words);
  const scores = locale === 'en' ? inBothWays(own, inOrder(), words) : withEnglish(own, modelOf('en'), words);
  return verdictOf(scores, model.head);
}

/** Reads the weights of all languages, so that no question waits for that: a start has the time. */
export function readWeights(): void {
  for (const locale of Object.keys(files) as Locale[]) classify('', locale);
}

function modelOf(locale: Locale): Model {
  const known = loaded.get(locale);
  if (known !== undefined) return known;
  const model = readModel(bytesOf(files[locale]));
  loaded.set(locale, model);
  return model;
}

function inOrder(): Reading {
  reading ??= readingOf(readWindows(bytesOf('windows.bin')));
  return reading;
}

const bytesOf = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
