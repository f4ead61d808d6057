import { CARRIERS, FORMATS, isOfFormat, postOf, type CarrierId, type Format } from './formats.ts';

/** A tracking number, recognised. */
export interface TrackingNumber {
  /** Without spaces, in capitals. */
  readonly number: string;
  readonly carrier: CarrierId;
  /** What the carrier is called. */
  readonly carrierName: string;
  readonly format: string;
  /** Whether its form alone tells it from every other number that people write. */
  readonly isDistinct: boolean;
}

const charactersMax = 40;

/** A number as carriers print it, without the spaces and dashes between its groups. */
export const compact = (text: string): string => text.toUpperCase().replaceAll(/[\s.\-\u00AD\u2010-\u2015]/g, '');

/** Every carrier whose number this may be, the likeliest first; none when no check digit fits. */
export function recogniseAll(text: string): TrackingNumber[] {
  const number = compact(text.slice(0, 4 * charactersMax));
  if (number.length > charactersMax) return [];
  return FORMATS.filter((format) => isOfFormat(number, format)).map((format) => named(number, format));
}

/** The carrier whose number this is; undefined when no check digit fits. */
export function recognise(text: string): TrackingNumber | undefined {
  return recogniseAll(text)[0];
}

function named(number: string, { carrier, name, isDistinct }: Format): TrackingNumber {
  const carrierName = carrier === 'post' ? (postOf(number.slice(-2)) ?? CARRIERS.post) : CARRIERS[carrier];
  return { number, carrier, carrierName, format: name, isDistinct };
}

const tokensMax = 400;
const about =
  /track|parcel|package|shipment|shipping|delivery|paquete|env[ií]o|seguimiento|rastre|gu[ií]a|pedido|\b(?:ups|usps|fedex|dhl|ontrac|amazon|correos|post)\b/i;

/**
 * The tracking numbers in a sentence, in their order. A form that other numbers share (ten digits are a telephone
 * number as well) counts only where the sentence speaks of a parcel, or is nothing but the number.
 */
export function trackingNumbersIn(text: string): TrackingNumber[] {
  const tokens = [...text.slice(0, 4_000).matchAll(/[A-Za-z0-9]+/g)].slice(0, tokensMax);
  const found: TrackingNumber[] = [];
  const speaksOfIt = about.test(text);
  for (let from = 0; from < tokens.length;) {
    const longest = longestFrom(text, tokens, from);
    const counts = longest && (longest.one.isDistinct || speaksOfIt || isWhole(text, longest.one.number));
    if (counts && !found.some(({ number }) => number === longest.one.number)) found.push(longest.one);
    from = counts ? longest.to + 1 : from + 1;
  }
  return found;
}

const isWhole = (text: string, number: string): boolean => compact(text.replaceAll(/[^A-Za-z0-9]/g, '')) === number;

/** The longest number that begins with this word: groups stand apart by spaces or a dash, never by a comma. */
function longestFrom(
  text: string,
  tokens: readonly RegExpExecArray[],
  from: number,
): { readonly one: TrackingNumber; readonly to: number } | undefined {
  let joined = '';
  let longest: { one: TrackingNumber; to: number } | undefined;
  for (let to = from; to < tokens.length; to += 1) {
    const token = tokens[to];
    if (!token) break;
    const before = tokens[to - 1];
    const gap = to === from || !before ? '' : text.slice(before.index + before[0].length, token.index);
    if (!/^[\s\-\u2010-\u2015]{0,4}$/.test(gap)) break;
    joined += token[0];
    if (joined.length > charactersMax) break;
    if (joined.length < 10) continue;
    const one = recognise(joined);
    if (one) longest = { one, to };
  }
  return longest;
}

/** The address where a carrier shows a parcel, for a carrier that has one by number alone. */
export function trackingAddress({ number, carrier }: TrackingNumber): string | undefined {
  const encoded = encodeURIComponent(number);
  switch (carrier) {
    case 'ups':
      return `https://www.ups.com/track?tracknum=${encoded}`;
    case 'usps':
      return `https://tools.usps.com/go/TrackConfirmAction?tLabels=${encoded}`;
    case 'fedex':
      return `https://www.fedex.com/fedextrack/?trknbr=${encoded}`;
    case 'dhl':
      return `https://www.dhl.com/en/express/tracking.html?AWB=${encoded}`;
    case 'ontrac':
      return `https://www.ontrac.com/tracking/?number=${encoded}`;
    default:
      return undefined;
  }
}
