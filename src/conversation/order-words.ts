import type { BankId } from '#base';
import { takeBanks, type NamedBank } from './banks.ts';
import { wordsOf } from './fold.ts';
import { vocabulary } from './lexicon.ts';
import { dayNames, monthNames, units } from './period-words.ts';

/** What a text asks of parcels, receipts and cases that are here already: "where is my parcel", "mis recibos". */
export type MatterWish =
  | { readonly intent: 'parcels' | 'receipts'; readonly bank?: BankId; readonly count?: number; readonly shop?: string }
  | { readonly intent: 'cases'; readonly bank?: BankId };

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

const parcelWords = set(
  `parcel parcels package packages packge pakage shipment shipments paquete paquetes envio envios encomienda encomiendas`,
);
/** They are parcels only with a word of the way. */
const orderWords = set('order orders ordered delivery deliveries pedido pedidos entrega entregas');
const wayWords = set(
  `where wheres when whens arrive arrives arriving arrived come comes coming came status track tracking expected due late delayed
  delivered way underway yet shipped ship stuck eta how far going here today tomorrow
  donde cuando llega llegan llegara llegaran llegado llego llegaron viene vienen estado rastrear rastreo seguimiento camino hoy manana
  entregado entregados entregan esperado esperan atrasado atrasados retrasado retrasados como va van aqui`,
);
const receiptWords = set('receipt receipts reciept reciepts recibo recibos ticket tickets factura facturas');
const caseWords = set(
  `case cases dispute disputes disputed claim claims caso casos disputa disputas disputo reclamo reclamos reclamacion reclamaciones`,
);
/** Whoever asks how it stands opens none: "open a dispute", "I want to dispute this" are other things. */
const standing = set(
  `my our any mine status state how where what which whats hows open opened pending update updates news happening happened
  mi mis nuestra alguna alguno algun algunas algunos estado como donde que cual cuales abierta abiertas abierto abiertos pendiente pendientes novedades paso pasa`,
);
const small = set(
  `a an the my me mine our us is are was were be has have had did do does will would could can any all show tell list see view find give get what
  whats which please you i im we it its they theyre on in of for from with to at up out still now current currently hi hey hello thanks thank and so
  there been being that this these those long just know check need want like
  mi mis el la los las lo un una unos unas es esta estan este estos son fue ha han hay algun alguna alguno algunos algunas que cual cuales de del en para
  por favor me muestra muestrame ensename dime ver veo tengo tiene ya ahora todavia aun hola gracias y se su sus le puedo puedes quiero saber con a al mostrar`,
);
const newest = set(
  `last latest newest recent most purchase purchases bought order orders ordered shop shops store online paid
  ultimo ultima ultimos ultimas reciente recientes compra compras pedido pedidos tienda tiendas`,
);
const ofCases = set(
  `going go goes status state open opened pending update updates news happening happened happens about right with bank banks staff number decided
  va van estado abierta abiertas abierto abiertos pendiente pendientes novedades sobre paso pasa banco bancos numero decidido`,
);
const numbers: ReadonlyMap<string, number> = new Map(
  ['one two three four five', 'un dos tres cuatro cinco'].flatMap((row) =>
    row.split(' ').map((word, n): [string, number] => [word, n + 1]),
  ),
);

/** More are not shown at once. */
const countMax = 5;

/**
 * Reads a text for parcels, receipts or cases; undefined when that is not all it says. Whose they are is looked up by
 * the answer: here are only words.
 */
export function matterWish(
  text: string,
  { banks, shops = [] }: { readonly banks: readonly NamedBank[]; readonly shops?: readonly NamedBank[] },
): MatterWish | undefined {
  const { named, rest } = takeBanks(wordsOf(text), [...shops, ...banks]);
  const [bank, other] = named;
  if (other !== undefined || rest.length === 0) return undefined;
  const of = bank === undefined ? {} : { bank };
  const says = (words: ReadonlySet<string>): boolean => rest.some((word) => words.has(word));
  const isAll = (...allowed: ReadonlySet<string>[]): boolean =>
    rest.every((word) => small.has(word) || allowed.some((words) => words.has(word)));
  if (rest.length === 1 && /^(?:cases|disputes|claims|casos|disputas|reclamos)$/.test(rest[0] ?? ''))
    return { intent: 'cases', ...of };
  if (says(caseWords) && says(standing) && isAll(caseWords, standing, ofCases) && !opensOne(rest))
    return { intent: 'cases', ...of };
  const isParcel =
    says(parcelWords) || (says(orderWords) && says(wayWords) && (bank !== undefined || says(set('my our mi mis'))));
  if (isParcel && isAll(parcelWords, orderWords, wayWords, newest)) return { intent: 'parcels', ...of };
  return receiptsIn(rest, bank);
}

/** "Open a dispute", "how do I file a claim", "what is a claim": of one that is not there yet. */
const opensOne = (words: readonly string[]): boolean =>
  words.some((word, at) => /^(?:an?|una?)$/.test(word) && caseWords.has(words[at + 1] ?? '')) &&
  !words.some((word) => /^(?:have|had|tengo|there|hay)$/.test(word));

/** Words of time; a shop may be called by any other, but not by words of money alone. */
const ofTime: ReadonlySet<string> = new Set([
  ...dayNames.keys(),
  ...monthNames.keys(),
  ...units.keys(),
  ...set('yesterday weekend weekends past ago ayer anteayer finde pasado pasada pasados pasadas hace'),
]);
const isAName = (words: readonly string[]): boolean =>
  words.every((word) => /^\p{L}{2,}$/u.test(word) && !ofTime.has(word)) && words.some((word) => !vocabulary.has(word));

function receiptsIn(words: readonly string[], bank: BankId | undefined): MatterWish | undefined {
  if (!words.some((word) => receiptWords.has(word))) return undefined;
  const from = words.findLastIndex((word) => /^(?:from|for|at|de|en)$/.test(word));
  const isKnown = (word: string): boolean =>
    small.has(word) || receiptWords.has(word) || newest.has(word) || numbers.has(word) || /^[1-9]$/.test(word);
  const open = words.filter((word) => !isKnown(word));
  const name = words.slice(from + 1).filter((word) => !isKnown(word));
  // What is left open has to be the shop's name, behind "from"; days, sums and categories are none.
  const isName = from >= 0 && name.length === open.length && name.length <= 4 && isAName(name);
  if (open.length > 0 && (!isName || bank !== undefined)) return undefined;
  const counted = words.map((word) => numbers.get(word) ?? (/^[1-9]$/.test(word) ? Number(word) : undefined));
  const isOne = words.some((word) => /^(?:receipt|reciept|recibo|ticket|factura)$/.test(word));
  const count = counted.find((n) => n !== undefined) ?? (isOne ? 1 : undefined);
  return {
    intent: 'receipts',
    ...(bank !== undefined && { bank }),
    ...(name.length > 0 && { shop: name.join(' ') }),
    ...(count !== undefined && { count: Math.min(count, countMax) }),
  };
}
