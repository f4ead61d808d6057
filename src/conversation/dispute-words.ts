import type { DisputeReason } from '#contract';
import { fold, withoutQuotes, wordsOf } from './fold.ts';

/**
 * "Dispute the $42 at Target", "the parcel never came", "me cobraron dos veces en Delta": what somebody wants to have
 * back, recognised by plain patterns. The words lead to a question with buttons and do nothing by themselves.
 */

/** What was said of a purchase that somebody disputes. */
export interface DisputeWish {
  /** As it was said: absent, where it has to be chosen. */
  readonly reason?: DisputeReason;
  /** Decimal, without sign; `isWhole`: no cents were said, so "$42" may be 42.10. */
  readonly amount?: { readonly value: string; readonly isWhole: boolean };
  /** A local day, where one was said as YYYY-MM-DD. */
  readonly day?: string;
  /** The folded words that may name a shop. */
  readonly words: readonly string[];
}

/** Whoever says one of these wants a dispute, whatever else is said. */
const verbs: readonly RegExp[] = [
  /\b(?:dispute|disputing|contest)\b(?! (?:is|was|status|number|go|going|stand))/,
  /\b(?:reclamar|reclamo|disputar|disputo|impugnar|impugno|desconozco|desconocer)\b/,
];
/** A dispute that stands is asked about, not wanted. */
const standing =
  /\b(?:my|the|your|open|this|that|mi|la|el|tu|esta|ese|cancel|withdraw|how|about) (?:open )?(?:disputes?|reclamo|reclamacion|disputa)\b/;

const thing = String.raw`(?:parcel|package|order|delivery|item|items|goods|paquete|pedido|envio|compra|producto|articulo)`;
const fromWhom = String.raw`(?: (?:from|at|of|de|en)(?: [a-z0-9]+){1,4}?)?`;
/** These are wish enough by themselves: nobody says them of anything but a purchase. */
const complaints: readonly RegExp[] = [
  new RegExp(
    String.raw`\b${thing}${fromWhom} (?:has |have )?(?:never|did not|didnt|has not|hasnt|havent) (?:yet )?(?:come|came|arrive|arrived|show up|showed up|been delivered)\b` +
      String.raw`|\b(?:never|didnt|did not) (?:got|get|received|receive) (?:my |the )?${thing}\b` +
      String.raw`|\b${thing}${fromWhom} (?:nunca|no)(?: me)? (?:llego|ha llegado)\b|\b(?:nunca|no) (?:me )?llego (?:mi |el |la )?${thing}\b`,
  ),
  /\b(?:overcharged|charged (?:me )?(?:too much|twice|double)|cobraron (?:de mas|dos veces|doble))\b/,
];
/** Each reason, and how people put it. */
const reasons: readonly (readonly [DisputeReason, RegExp])[] = [
  [
    'not-mine',
    /\b(?:not mine|wasnt me|was not me|not me|didnt make|did not make|dont recogni[sz]e|do not recogni[sz]e|no fui yo|no es mi[ao]|no la hice|no lo hice|no reconozco|desconozco)\b/,
  ],
  [
    'missing-goods',
    new RegExp(
      String.raw`\b(?:never|did not|didnt|has not|hasnt|havent) (?:yet )?(?:come|came|arrive|arrived|show up|showed up|been delivered|delivered)\b` +
        String.raw`|\b(?:never|didnt|did not) (?:got|get|received|receive)\b` +
        String.raw`|\b(?:nunca|no)(?: me| lo)? (?:llego|ha llegado|llegaron|recibi|entregaron)\b`,
    ),
  ],
  [
    'wrong-amount',
    /\b(?:overcharged|charged (?:me )?(?:too much|twice|double|more than)|wrong amount|amount is wrong|cobraron (?:de mas|dos veces|doble)|(?:importe|monto) (?:esta mal|equivocado|incorrecto))\b/,
  ],
  ['cancelled', /\b(?:i (?:had |have )?cancel(?:l)?ed|(?:la|lo) (?:habia )?cancel(?:e|ado)|habia cancelado)\b/],
];

const money =
  /(?:us)?\$ ?(\d[\d,]*(?:\.\d{1,2})?)|\b(\d[\d,]*(?:\.\d{1,2})?) ?(?:dollars|dollar|usd|bucks|dolares|dolar)\b/;

/** Reads a text for a dispute that somebody wants; undefined when that is not what it says. */
export function wishToDispute(text: string): DisputeWish | undefined {
  const own = withoutQuotes(text);
  if (own.includes('…')) return undefined;
  const folded = fold(own);
  const plain = wordsOf(own).join(' ');
  const isWanted = verbs.some((verb) => verb.test(plain)) && !standing.test(plain);
  const said = reasons.find(([, pattern]) => pattern.test(plain))?.[0];
  if (!isWanted && !complaints.some((complaint) => complaint.test(plain))) return undefined;
  const amount = money.exec(folded);
  const value = (amount?.[1] ?? amount?.[2])?.replaceAll(',', '');
  const day = /\b\d{4}-\d{2}-\d{2}\b/.exec(folded)?.[0];
  return {
    ...(said && { reason: said }),
    ...(value !== undefined && { amount: { value, isWhole: !value.includes('.') } }),
    ...(day !== undefined && { day }),
    words: plain.split(' ').filter((word) => word.length >= 3 && !fillers.has(word) && !/^\d+$/.test(word)),
  };
}

/** Words that name no shop. */
const fillers = new Set(
  `dispute disputing contest the and was not mine charge charges purchase payment transaction from for that this want would like please can you
  never came come arrived arrive delivered parcel package order delivery item items goods amount wrong too much twice double charged overcharged
  cancelled canceled had have has did didnt wasnt with reclamar reclamo disputar impugnar desconozco compra cargo pago del los las una por favor
  nunca llego llegado paquete pedido envio quiero cobraron veces monto importe esta mal fui habia cancelado que dollars dolares usd`.split(
    /\s+/,
  ),
);

/** How many words of a shop's name were said; 0: none. */
export function namedIn(words: readonly string[], name: string): number {
  const said = new Set(words);
  return wordsOf(name).filter((word) => word.length >= 3 && said.has(word)).length;
}
