import type { DisputeReason } from '#contract';
import { trackingNumbersIn } from '#orders';
import type { NamedBank } from './banks.ts';
import { fold, withoutQuotes, wordsOf } from './fold.ts';
import { wishToCheck } from './pasted.ts';
import { monthNames } from './period-words.ts';
import { nearest } from './typos.ts';

/**
 * "Dispute the $42 at Target", "the parcel never came", "me cobraron dos veces en Delta": what somebody wants to have
 * back, recognised by plain patterns. The words lead to a question with buttons and do nothing by themselves.
 */

/** What was said of a purchase that somebody disputes. */
export interface DisputeWish {
  /** It tells of a parcel that has not come, and says no word of disputing: it may come yet. */
  readonly isParcel?: true;
  /** As it was said: absent, where it has to be chosen. */
  readonly reason?: DisputeReason;
  /** Decimal, without sign; `isWhole`: no cents were said, so "$42" may be 42.10. */
  readonly amount?: { readonly value: string; readonly isWhole: boolean };
  /** It was charged twice, and that is all that was said: which two those are can be looked for. */
  readonly isTwice?: true;
  /** A local day, where one was said with its year; YYYY-MM-DD. */
  readonly day?: string;
  /** The folded words that may name a shop. */
  readonly words: readonly string[];
}

/** Whoever says one of these wants a dispute, whatever else is said. */
const verbs: readonly RegExp[] = [
  /\b(?:dispute|disputing|contest)\b(?! (?:is|was|status|number|go|going|stand))/,
  /\b(?:reclamar|reclamo|disputar|disputo|impugnar|impugno|desconozco|desconocer)\b/,
];
/** "Open a dispute" begins one; "my open dispute" is one that stands. */
const opening: readonly RegExp[] = [
  /^(?:(?:please|hi|hello|can you|could you|help me|i (?:want|need|would like|d like|wanna) (?:you )?to|id like to|lets) )*(?:open|start|file|raise|make|begin)(?: up)? (?:a |an |another |me a )?(?:new )?(?:dispute|claim|chargeback)\b/,
  /\b(?:abrir|abre|abreme|iniciar|inicia|hacer|haz|presentar|presenta|poner|pon|levantar)(?: una| otra)?(?: nueva)? (?:reclamacion|disputa|reclamo|impugnacion)\b/,
];
/** Whoever is told to do something in order to dispute was written to; who wants to says so. */
const instructing =
  /(?<!\b(?:want|like|need|wish|wanna|going|trying|how|have|me|quiero|necesito|gustaria|como) )(?:\bto (?:dispute|contest)\b.*\b(?:call|visit|text|reply|click|log in|go to)\b|\bpara (?:reclamar|disputar|impugnar)\b.*\b(?:llam[ae]|visit[ae]|respond[ae]|marqu?[ae]|puls[ae]|entr[ae])\b)/;
/** A dispute that stands is asked about, not wanted. */
const standing =
  /\b(?:my|the|your|open|this|that|mi|la|el|tu|esta|ese|cancel|withdraw|how|about) (?:open )?(?:disputes?|reclamo|reclamacion|disputa)\b/;

const thing = String.raw`(?:parcel|package|order|delivery|item|items|goods|paquete|pedido|envio|compra|producto|articulo)`;
const fromWhom = String.raw`(?: (?:from|at|of|de|en)(?: [a-z0-9]+){1,4}?)?`;
const charge = '(?:charge|purchase|payment|transaction|cargo|compra|cobro|pago|transaccion)s?';
const owned = '(?:recogni[sz]e|make|made|authori[sz]ed?|approved?)';
const propio = '(?:reconozco|conozco|hice|realice|autorice)';
/** These are wish enough by themselves: nobody says them of anything but a purchase. */
const notCome = new RegExp(
  String.raw`\b${thing}${fromWhom} (?:has |have )?(?:never|did not|didnt|has not|hasnt|havent) (?:yet )?(?:come|came|arrive|arrived|show up|showed up|been delivered)\b` +
    String.raw`|\b(?:never|didnt|did not) (?:got|get|received|receive) (?:my |the )?${thing}\b` +
    String.raw`|\b${thing}${fromWhom} (?:nunca|no)(?: me)? (?:llego|ha llegado)\b|\b(?:nunca|no) (?:me )?llego (?:mi |el |la )?${thing}\b`,
);
const complaints: readonly RegExp[] = [
  /\b(?:overcharged|charged (?:me )?(?:too much|twice|double)|cobraron (?:de mas|dos veces|doble))\b/,
  new RegExp(
    String.raw`\b(?:dont|do not|didnt|did not|never|cant|cannot) ${owned}(?: [a-z0-9]+){0,4} ${charge}\b` +
      String.raw`|\b${charge}(?: [a-z0-9]+){0,6} (?:dont|do not|didnt|did not|never|cant|cannot) ${owned}\b` +
      String.raw`|\bno ${propio}(?: [a-z0-9]+){0,4} ${charge}\b|\b${charge}(?: [a-z0-9]+){0,6} no ${propio}\b`,
  ),
];
/** Each reason, and how people put it. */
const reasons: readonly (readonly [DisputeReason, RegExp])[] = [
  [
    'not-mine',
    /\b(?:not mine|wasnt me|was not me|not me|(?:dont|do not|didnt|did not|never|cant|cannot) (?:recogni[sz]e|make|made|authori[sz]ed?|approved?)|no fui yo|no es mi[ao]|no (?:la |lo )?(?:hice|reconozco|conozco|realice|autorice)|desconozco)\b/,
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

/** Told of a charge that came two times. */
const twice = /\b(?:charged (?:me )?(?:twice|double)|cobraron (?:dos veces|doble))\b/;

/** "2026-11-21", "November 21, 2026", "21 de noviembre de 2026": a day with its year, and the folded text without it. */
function dayIn(folded: string): { readonly day: string; readonly rest: string } | undefined {
  const months = [...monthNames.keys()].toSorted((one, other) => other.length - one.length).join('|');
  const iso = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(folded);
  const first = new RegExp(String.raw`\b(${months})\.? (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)\b`).exec(folded);
  const last = new RegExp(String.raw`\b(\d{1,2}) (?:de |of )?(${months}) (?:de |del )?(20\d\d)\b`).exec(folded);
  const found = iso ?? first ?? last;
  if (found === null) return undefined;
  const [, one = '', two = '', three = ''] = found;
  const [year, month, day] = iso ? [one, two, three] : first ? [three, one, two] : [three, two, one];
  const number = monthNames.get(month) ?? Number(month);
  const text = `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return { day: text, rest: `${folded.slice(0, found.index)} ${folded.slice(found.index + found[0].length)}` };
}

/** Words that are looked for with a slip of the fingers; those of one slip's distance that mean something else stand here too. */
const telling =
  `dispute disputes disputed disputing reclamar reclamo reclamacion disputar disputa impugnar desconozco recognize recognise
  recognized recognised reconozco charge charges charged charger`.split(/\s+/);
const putRight = (word: string): string => nearest(word, telling)[0] ?? word;

/**
 * Reads a text for a dispute that somebody wants; undefined when that is not what it says. What reached them elsewhere
 * is somebody else's words, with quotes around it or without: it is checked, and disputes nothing.
 */
export function wishToDispute(text: string, banks: readonly NamedBank[]): DisputeWish | undefined {
  const own = withoutQuotes(text);
  if (own.includes('…')) return undefined;
  const folded = fold(own);
  const dated = dayIn(folded);
  const written = wordsOf(dated?.rest ?? own);
  const plain = written.map(putRight).join(' ');
  if (instructing.test(plain) || wishToCheck(text, banks)) return undefined;
  const begins = opening.some((pattern) => pattern.test(plain));
  const isWanted = begins || (verbs.some((verb) => verb.test(plain)) && !standing.test(plain));
  const said = reasons.find(([, pattern]) => pattern.test(plain))?.[0];
  const isParcel = !isWanted && notCome.test(plain);
  if (!isWanted && !isParcel && !complaints.some((complaint) => complaint.test(plain))) return undefined;
  // Whoever names a parcel by its number asks where it is.
  if (isParcel && trackingNumbersIn(text).length > 0) return undefined;
  const amount = money.exec(folded);
  const value = (amount?.[1] ?? amount?.[2])?.replaceAll(',', '');
  const day = dated?.day;
  const isTwice = !isWanted && twice.test(plain);
  return {
    ...(isParcel && { isParcel }),
    ...(isTwice && { isTwice }),
    ...(said && { reason: said }),
    ...(value !== undefined && { amount: { value, isWhole: !value.includes('.') } }),
    ...(day !== undefined && { day }),
    words: written.filter((word) => word.length >= 3 && !fillers.has(putRight(word)) && !/^\d+$/.test(word)),
  };
}

/** Words that name no shop. */
const fillers = new Set(
  `dispute disputing contest the and was not mine charge charges purchase payment transaction from for that this want would like please can you
  never came come arrived arrive delivered parcel package order delivery item items goods amount wrong too much twice double charged overcharged
  cancelled canceled had have has did didnt wasnt with reclamar reclamo disputar impugnar desconozco compra cargo pago del los las una por favor
  hasnt havent yet still where waiting been show shown showed get got receive received recognize recognise recognized recognised authorize authorise authorized approve make made open start file raise claim chargeback there dont
  reconozco conozco hice realice autorice abrir abre iniciar presentar una reclamacion reclamo disputa hay este esta
  nunca llego llegado paquete pedido envio quiero cobraron veces monto importe esta mal fui habia cancelado que dollars dolares usd`.split(
    /\s+/,
  ),
);

/** How many words of a shop's name were said; 0: none. */
export function namedIn(words: readonly string[], name: string): number {
  const said = new Set(words);
  return wordsOf(name).filter((word) => word.length >= 3 && said.has(word)).length;
}
