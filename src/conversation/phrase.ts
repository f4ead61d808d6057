import type { MoneyIntent, Slots } from './frame.ts';

/**
 * Phrases that say what is measured, and of which movements, in folded words, English and Spanish. Each is taken out of
 * the text where it is found, so that what no phrase and no slot explains stays behind and is doubted.
 */

/** What a phrase adds to a question. */
export interface Cue {
  readonly pattern: RegExp;
  readonly intent?: MoneyIntent;
  readonly slots?: Slots;
  /** It speaks of what was answered before: "which ones", "how much was that". */
  readonly ofThose?: true;
  /** Needs to be asked for more nearly. */
  readonly missing?: 'interest' | 'food';
}

/** A phrase of whole words. */
export const phrase = (pattern: string): RegExp => new RegExp(String.raw`(?<![^ ])(?:${pattern})(?![^ ])`);
