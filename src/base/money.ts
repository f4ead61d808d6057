import { TellerlineError } from './errors.ts';

/** Active ISO 4217 codes whose minor unit is not a hundredth, with their number of decimals. */
const unusualDecimals: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

const usualCodes =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG'.split(
    ' ',
  );

const decimalsByCode = new Map<string, number>([
  ...usualCodes.map((code): [string, number] => [code, 2]),
  ...Object.entries(unusualDecimals),
]);

/** An amount in the currency's minor unit (cents); never a float. The sign is kept apart as a direction. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** Number of decimals of an ISO 4217 currency, or undefined when there is no such currency. */
export function currencyDecimals(currency: string): number | undefined {
  return decimalsByCode.get(currency);
}

/**
 * Reads a decimal string ("65.70", "-3") as money.
 *
 * @throws TellerlineError `currency_unknown` or `amount_invalid` (not a decimal, more decimals than the
 *   currency has, or past 15 digits)
 */
export function parseMoney(amount: string, currency: string): Money {
  const decimals = currencyDecimals(currency);
  if (decimals === undefined) {
    throw new TellerlineError('currency_unknown', 422, 'There is no such currency.', {});
  }
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(amount);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > decimals) {
    throw new TellerlineError('amount_invalid', 422, `An amount in ${currency} has at most ${decimals} decimals.`, {});
  }
  const magnitude = BigInt(match[2] + fraction.padEnd(decimals, '0'));
  return { minor: match[1] ? -magnitude : magnitude, currency };
}

/** Writes money as the decimal string of the wire: "65.70", "-3.00", "500" for yen. */
export function formatDecimal({ minor, currency }: Money): string {
  const decimals = decimalsByCode.get(currency) ?? 2;
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals > 0 ? `.${digits.slice(-decimals)}` : '';
  return `${minor < 0n ? '-' : ''}${whole}${fraction}`;
}

/** Sum of amounts of one currency; an empty list is zero of that currency. */
export function sumMoney(amounts: readonly Money[], currency: string): Money {
  let minor = 0n;
  for (const amount of amounts) {
    if (amount.currency !== currency) throw new Error('amounts of two currencies cannot be added');
    minor += amount.minor;
  }
  return { minor, currency };
}
