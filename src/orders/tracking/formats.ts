import { digitsOf, luhnLike, modulo7, s10, weightedBy11, type CheckDigit } from './check-digits.ts';

/** A carrier whose numbers are known by their form. */
export const CARRIERS = {
  amazon: 'Amazon Logistics',
  dhl: 'DHL Express',
  fedex: 'FedEx',
  ontrac: 'OnTrac',
  ups: 'UPS',
  usps: 'USPS',
  post: 'Postal service',
} as const;
/** A carrier whose numbers are known by their form; `post` is that of any country, by S10. */
export type CarrierId = keyof typeof CARRIERS;

/** One form of tracking numbers. */
export interface Format {
  readonly carrier: CarrierId;
  readonly name: string;
  /** Over the number without spaces, in capitals: what the check digit is computed of is the first group, it the second. */
  readonly pattern: RegExp;
  /** Absent where the carrier has none. */
  readonly check?: CheckDigit;
  /** Put before what the check digit is computed of, where it does not begin so already. */
  readonly lead?: { readonly unless: RegExp; readonly digits: string };
  /** The form alone makes it a tracking number, in any sentence: no telephone or order number looks like it. */
  readonly isDistinct: boolean;
}

const fedexWeights = [3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1];
const fedexLongWeights = [1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1];

/**
 * Every form that is known, the most telling first: where a number fits several, the first names its carrier. The
 * check digits are those that the carriers publish, and the Universal Postal Union for posts (S10).
 */
export const FORMATS: readonly Format[] = [
  { carrier: 'ups', name: 'UPS', pattern: /^1Z([A-Z0-9]{15})([A-Z0-9])$/, check: luhnLike(1, 2), isDistinct: true },
  { carrier: 'amazon', name: 'Amazon Logistics', pattern: /^TBA(\d{12})$/, isDistinct: true },
  {
    carrier: 'ontrac',
    name: 'OnTrac',
    pattern: /^C(\d{13})(\d)$/,
    check: luhnLike(1, 2),
    lead: { unless: /^4/, digits: '4' },
    isDistinct: true,
  },
  { carrier: 'post', name: 'S10', pattern: /^[A-Z]{2}(\d{8})(\d)[A-Z]{2}$/, check: s10, isDistinct: true },
  {
    carrier: 'fedex',
    name: 'FedEx Ground 96, long',
    pattern: /^96\d{18}(\d{13})(\d)$/,
    check: weightedBy11(fedexLongWeights),
    isDistinct: true,
  },
  {
    carrier: 'fedex',
    name: 'FedEx Ground 96',
    pattern: /^96\d{5}(\d{14})(\d)$/,
    check: luhnLike(1, 3),
    isDistinct: true,
  },
  {
    carrier: 'fedex',
    name: 'FedEx Express, long',
    pattern: /^100\d{17}(\d{13})(\d)$/,
    check: weightedBy11(fedexLongWeights),
    isDistinct: true,
  },
  // 612 is the service of FedEx whose last mile the post goes.
  {
    carrier: 'fedex',
    name: 'FedEx Ground Economy',
    pattern: /^((?:92)?612\d{16})(\d)$/,
    check: luhnLike(3, 1),
    lead: { unless: /^92/, digits: '92' },
    isDistinct: true,
  },
  {
    carrier: 'usps',
    name: 'USPS with ZIP+4',
    pattern: /^420\d{9}((?:9[2-5])?\d{19})(\d)$/,
    check: luhnLike(3, 1),
    isDistinct: true,
  },
  {
    carrier: 'usps',
    name: 'USPS',
    pattern: /^(?:420\d{5})?((?:9[1-5])?\d{12}(?:\d{11}|\d{7}))(\d)$/,
    check: luhnLike(3, 1),
    lead: { unless: /^9[1-5]/, digits: '91' },
    isDistinct: true,
  },
  { carrier: 'usps', name: 'USPS, 20 digits', pattern: /^(\d{19})(\d)$/, check: luhnLike(3, 1), isDistinct: true },
  {
    carrier: 'fedex',
    name: 'FedEx SmartPost',
    pattern: /^((?:92)?\d{19})(\d)$/,
    check: luhnLike(3, 1),
    lead: { unless: /^92/, digits: '92' },
    isDistinct: false,
  },
  {
    carrier: 'fedex',
    name: 'FedEx Ground, SSCC-18',
    pattern: /^\d{2}(\d{15})(\d)$/,
    check: luhnLike(3, 1),
    isDistinct: false,
  },
  { carrier: 'fedex', name: 'FedEx Ground', pattern: /^(\d{14})(\d)$/, check: luhnLike(1, 3), isDistinct: false },
  {
    carrier: 'fedex',
    name: 'FedEx Express',
    pattern: /^(\d{11})(\d)$/,
    check: weightedBy11(fedexWeights),
    isDistinct: false,
  },
  { carrier: 'dhl', name: 'DHL Express', pattern: /^(\d{9,10})(\d)$/, check: modulo7, isDistinct: false },
];

/** Posts as people know them; any other is called by its country. */
const posts: Readonly<Record<string, string>> = {
  AR: 'Correo Argentino',
  AT: 'Österreichische Post',
  AU: 'Australia Post',
  BE: 'bpost',
  BR: 'Correios',
  CA: 'Canada Post',
  CH: 'Swiss Post',
  CL: 'CorreosChile',
  CN: 'China Post',
  CO: '4-72',
  DE: 'Deutsche Post',
  ES: 'Correos',
  FR: 'La Poste',
  GB: 'Royal Mail',
  HK: 'Hongkong Post',
  IE: 'An Post',
  IN: 'India Post',
  IT: 'Poste Italiane',
  JP: 'Japan Post',
  KR: 'Korea Post',
  MX: 'Correos de México',
  NL: 'PostNL',
  NZ: 'NZ Post',
  PT: 'CTT',
  SE: 'PostNord',
  SG: 'SingPost',
  US: 'USPS',
};
const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** The post of a country by its two letters; undefined when there is no such country. */
export function postOf(country: string): string | undefined {
  const name = countries.of(country);
  return name === undefined ? undefined : (posts[country] ?? `${CARRIERS.post}, ${name}`);
}

/** Whether a number, without spaces and in capitals, is of this form, check digit included. */
export function isOfFormat(number: string, { pattern, check, lead, carrier }: Format): boolean {
  const match = pattern.exec(number);
  const [, serial, digit] = match ?? [];
  if (serial === undefined) return false;
  // Zeros alone, or one digit alone, fit many a sum and are nobody's parcel.
  if (/^(\d)\1*$/.test(number)) return false;
  if (carrier === 'post' && postOf(number.slice(-2)) === undefined) return false;
  if (!check) return true;
  const counted = lead && !lead.unless.test(serial) ? lead.digits + serial : serial;
  return check(digitsOf(counted)) === digitsOf(digit ?? '')[0];
}
