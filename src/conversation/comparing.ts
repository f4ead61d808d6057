import type { LinkId } from '#base';
import { parseMoney } from '#base';
import type { Purchase } from '#contract';
import { wordsOf } from './fold.ts';
import type { Pasted, Sign } from './pasted.ts';

/** Something that a bank told here, with when it did. */
export interface ToldPurchase extends Pick<
  Purchase,
  'amount' | 'currency' | 'merchant' | 'description' | 'occurredAt'
> {
  readonly linkId: LinkId;
  /** The last digits of its card and of its account. */
  readonly last4: readonly string[];
  /** RFC 3339; absent of what was read from the bank and not told by it. */
  readonly toldAt?: string;
}

/** What a message from elsewhere is compared with. */
export interface Known {
  /** What the banks that may be meant told here within the time that is looked at. */
  readonly told: readonly ToldPurchase[];
  /** Digits of the banks' own telephones. */
  readonly telephones: readonly string[];
  /** Hosts that are ours. */
  readonly hosts: readonly string[];
}

/**
 * What a message from elsewhere is. There is no "genuine": of what reached somebody elsewhere nobody here can say who
 * wrote it.
 */
export type Verdict =
  /** It carries what no bank's message here carries; `known`: though what it tells of is true. */
  | { readonly verdict: 'not-yours'; readonly signs: readonly Sign[]; readonly known?: ToldPurchase }
  /** The bank did tell this, here. */
  | { readonly verdict: 'told'; readonly known: ToldPurchase }
  /** It tells of something that can be compared, and the bank told nothing of the kind. */
  | { readonly verdict: 'not-told' }
  /** Nothing in it can be compared. */
  | { readonly verdict: 'unclear' };

/** Compares a message from elsewhere with what the banks told here. What warns weighs more than what fits. */
export function compare(pasted: Pasted, known: Known): Verdict {
  const signs = signsIn(pasted, known);
  const found = knownPurchase(pasted, known.told);
  if (signs.length > 0) return { verdict: 'not-yours', signs, ...(found && { known: found }) };
  if (found) return { verdict: 'told', known: found };
  return pasted.cents.length > 0 ? { verdict: 'not-told' } : { verdict: 'unclear' };
}

/** What warns, the weightiest first. */
export function signsIn(pasted: Pasted, { telephones, hosts }: Pick<Known, 'telephones' | 'hosts'>): Sign[] {
  const own = new Set(telephones.map(nationalOf));
  return [
    ...(pasted.asksSecret ? (['secret'] as const) : []),
    ...(pasted.asksMoney ? (['money'] as const) : []),
    ...(pasted.hosts.some((host) => !hosts.includes(host)) ? (['link'] as const) : []),
    ...(pasted.telephones.some((number) => !own.has(nationalOf(number))) ? (['telephone'] as const) : []),
  ];
}

/** The digits of a number without the country's. */
const nationalOf = (number: string): string => number.replaceAll(/[^\da-z]/g, '').replace(/^1(?=[\da-z]{10}$)/, '');

/**
 * The purchase that a text tells of: each amount in it is one that was told, and it names that purchase's merchant, or
 * its card where it names no merchant. One number that fits is no more than luck, or somebody who has seen a statement.
 */
function knownPurchase(pasted: Pasted, told: readonly ToldPurchase[]): ToldPurchase | undefined {
  const { cents, last4, namesPlace } = pasted;
  if (cents.length === 0 || !cents.every((one) => told.some((purchase) => costs(purchase, one)))) return undefined;
  return told.find((purchase) => {
    if (!cents.some((one) => costs(purchase, one))) return false;
    if (last4.length > 0 && !last4.some((digits) => purchase.last4.includes(digits))) return false;
    return namesMerchant(pasted, purchase) || (last4.length > 0 && !namesPlace);
  });
}

const costs = ({ amount, currency }: ToldPurchase, cents: number): boolean =>
  currency === 'USD' && parseMoney(amount, currency).minor === BigInt(cents);

/** They stand in many names, and in texts that tell of something else. */
const common = new Set(
  `store stores shop market payment payments online bank card purchase sale inc corp company the and services service
  tienda compra pago banco tarjeta`.split(/\s+/),
);

function namesMerchant({ words }: Pasted, { merchant, description }: ToldPurchase): boolean {
  const names = [merchant?.name ?? '', description].map((name) => wordsOf(name).filter((word) => !/\d/.test(word)));
  return names.some((name) => {
    const telling = name.filter((word) => word.length >= 4 && !common.has(word));
    if (telling.length > 0) return telling.some((word) => words.includes(word));
    return name.length > 0 && words.join(' ').includes(name.join(' '));
  });
}
