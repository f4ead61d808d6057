/** How scores become confidence, and from where on a verdict is sure: both set on questions that training had not seen. */
import { BANKING_INTENTS } from '../../src/conversation/intents/banking-intents.ts';
import { sharesOf } from '../../src/conversation/intents/network.ts';
import { verdictOf } from '../../src/conversation/intents/verdict.ts';
import { calibrationError, quantile, rounded, shareOf, type Judged } from './measures.ts';

/** A question that training had not seen, with its scores. */
export interface Scored {
  readonly answer: number;
  readonly scores: Float64Array;
}

/** How many of those that are in scope stay sure. The issue measures at 0.95; a little room for other questions. */
const keptSure = 0.96;

/** The temperature at which right answers are likeliest, to a hundredth. */
export function temperatureFor(scored: readonly Scored[]): number {
  let best = { temperature: 1, surprise: Infinity };
  for (let hundredths = 30; hundredths <= 200; hundredths += 2) {
    const temperature = hundredths / 100;
    let surprise = 0;
    for (const { answer, scores } of scored) surprise -= Math.log((sharesOf(scores, temperature)[answer] ?? 0) + 1e-12);
    if (surprise < best.surprise) best = { temperature, surprise };
  }
  return best.temperature;
}

export const judgedAt = (scored: readonly Scored[], temperature: number): Judged[] =>
  scored.map(({ answer, scores }) => {
    const { intent, confidence } = verdictOf(scores, { temperature, sureFrom: 0 });
    return { answer: BANKING_INTENTS[answer] ?? 'out-of-scope', said: intent, confidence };
  });

/** The calibration error of a temperature that was set on the other half of the questions. */
export function crossedCalibrationError(scored: readonly Scored[]): number {
  const halves = [0, 1].map((side) => scored.filter((_, at) => at % 2 === side));
  const [one = [], other = []] = halves;
  return calibrationError([...judgedAt(one, temperatureFor(other)), ...judgedAt(other, temperatureFor(one))]);
}

export interface Scope {
  /** Of those out of scope, which share is below the confidence that keeps 0.95 of those in scope. */
  readonly refusedAt95: number;
  /** The confidence from which a verdict is sure, and what it keeps and refuses. */
  readonly sureFrom: number;
  readonly kept: number;
  readonly refused: number;
  readonly strays: number;
}

export function scopeOf(within: readonly Judged[], strays: readonly Judged[]): Scope {
  const inside = within.map(({ confidence }) => confidence);
  const outside = strays.map(({ confidence }) => confidence);
  const sureFrom = rounded(quantile(inside, 1 - keptSure));
  const at95 = quantile(inside, 0.05);
  return {
    refusedAt95: shareOf(outside, (value) => value < at95),
    sureFrom,
    kept: shareOf(inside, (value) => value >= sureFrom),
    refused: shareOf(outside, (value) => value < sureFrom),
    strays: outside.length,
  };
}
