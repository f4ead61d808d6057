import type { Conversation } from './expecting.ts';
import { english } from './english.ts';
import { englishMeasures } from './english-measures.ts';
import { followUps } from './follow-ups.ts';
import { refusals } from './refusals.ts';
import { spanish } from './spanish.ts';

/** Everything that the stranger asks. */
export const conversations: readonly Conversation[] = [
  ...english,
  ...englishMeasures,
  ...spanish,
  ...followUps,
  ...refusals,
];
