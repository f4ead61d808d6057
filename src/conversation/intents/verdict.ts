import { BANKING_INTENTS, type BankingIntent } from './banking-intents.ts';
import { sharesOf } from './network.ts';

/** What a question is taken for. */
export interface Verdict {
  readonly intent: BankingIntent;
  /** How likely `intent` is right, 0 to 1; calibrated on questions that training had not seen. */
  readonly confidence: number;
  /** The question is likely about something that no intent covers, or could be too many: ask, or hand over. */
  readonly unsure: boolean;
  /** The next three, likelier first. */
  readonly runnersUp: readonly { readonly intent: BankingIntent; readonly confidence: number }[];
}

/**
 * The name of the class of everything that a bank does not answer. It takes part, so that a question about the
 * weather lends its likelihood to no intent; it is never an answer.
 */
export const OUT_OF_SCOPE = 'out-of-scope';

/** The classes of a model, in the order of its scores. */
export const MODEL_CLASSES: readonly string[] = [...BANKING_INTENTS, OUT_OF_SCOPE];

/** Ranks the intents by their scores (those of `MODEL_CLASSES`). Of equals the earlier name comes first. */
export function verdictOf(
  scores: Float64Array,
  { temperature, sureFrom }: { readonly temperature: number; readonly sureFrom: number },
): Verdict {
  const shares = sharesOf(scores, temperature);
  const ranked = BANKING_INTENTS.map((intent, at) => ({ intent, confidence: shares[at] ?? 0 })).toSorted(
    (a, b) => b.confidence - a.confidence,
  );
  const [first = { intent: BANKING_INTENTS[0], confidence: 0 }, ...others] = ranked;
  return { ...first, unsure: first.confidence < sureFrom, runnersUp: others.slice(0, 3) };
}
