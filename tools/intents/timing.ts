import { readFileSync } from 'node:fs';
import { classify } from '../../src/conversation/intents/classify.ts';
import { readQuestions } from './csv.ts';
import { quantile, rounded } from './measures.ts';

/** Milliseconds a question from text to verdict, over questions of our own, after the weights are read. */
export function timed(locale: 'en' | 'es'): { median: number; p99: number } {
  const file = new URL(locale === 'en' ? 'own-questions.csv' : 'own-questions-es.csv', import.meta.url);
  const texts = readQuestions(readFileSync(file, 'utf8')).map(({ text }) => text);
  // Weights are read at the first question and code becomes fast with use; a hub that runs has both behind it.
  for (const text of texts) classify(text, locale);
  const took: number[] = [];
  for (let round = 0; round < 20; round += 1)
    for (const text of texts) {
      const startedMs = performance.now();
      classify(text, locale);
      took.push(performance.now() - startedMs);
    }
  return { median: rounded(quantile(took, 0.5)), p99: rounded(quantile(took, 0.99)) };
}
