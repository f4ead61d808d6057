import type { Conversation } from './expecting.ts';
import { englishShapes } from './english-shapes.ts';
import { englishSpans } from './english-spans.ts';
import { english } from './english.ts';
import { englishMeasures } from './english-measures.ts';
import { followUps } from './follow-ups.ts';
import { refusals } from './refusals.ts';
import { spanishShapes } from './spanish-shapes.ts';
import { spanish } from './spanish.ts';

/** Everything that the stranger asks. */
export const conversations: readonly Conversation[] = [
  ...english,
  ...englishMeasures,
  ...englishSpans,
  ...englishShapes,
  ...spanish,
  ...spanishShapes,
  ...followUps,
  ...refusals,
];
