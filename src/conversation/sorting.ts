import type { Locale } from '#contract';
import { fold } from './fold.ts';
import { classify } from './intents/classify.ts';

/** What a question is about, for the team that answers it. */
export interface Sorted {
  /** An intent's name, or `fraud`, `dispute`, `other`. */
  readonly topic: string;
  /** How surely, 0–1; absent where it was told by its words. */
  readonly confidence?: number;
}

/** Sorts a question; undefined when it is about nothing that is known. */
export type SortQuestion = (text: string, locale: Locale) => Sorted | undefined;

const topics: readonly (readonly [RegExp, string])[] = [
  [/fraud|scam|phish|hacked|not me|didnt make|did not make|fraude|estafa|no fui yo|no reconozco|no hice/, 'fraud'],
  [/dispute|chargeback|reclam|disputa/, 'dispute'],
  [
    /(?:lost|stolen|lose|perdi|robaron|extravi).*(?:card|tarjeta)|(?:card|tarjeta).*(?:lost|stolen|perdid|robad)/,
    'lost_or_stolen_card',
  ],
  [/\bfees?\b|charged|comision|cobro|cobraron/, 'extra_charge_on_statement'],
  [/transfer|wire|zelle|transferencia/, 'transfer_not_received_by_recipient'],
  [/refund|reembolso|devolucion/, 'request_refund'],
  [/\bpin\b|\bnip\b/, 'change_pin'],
  [/\bcards?\b|tarjeta/, 'card_not_working'],
  [/payment|pago/, 'declined_transfer'],
  [/account|cuenta|address|direccion/, 'edit_personal_details'],
];

/** By plain words, where nothing surer is at hand. */
const sortByWords: SortQuestion = (text) => {
  const plain = fold(text);
  const topic = topics.find(([words]) => words.test(plain))?.[1];
  return topic === undefined ? undefined : { topic };
};

/** By the classifier where it is sure, else by plain words. */
export const sortQuestion: SortQuestion = (text, locale) => {
  const { intent, confidence, unsure } = classify(text, locale);
  return unsure ? sortByWords(text, locale) : { topic: intent, confidence };
};
