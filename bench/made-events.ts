import { randomBytes, randomUUID } from 'node:crypto';
import type { ParsedEvent } from '../src/intake/parse.ts';

/** The bank's own id of the account of the n-th link, from 0: whoever knows the number of links can name them all. */
export const accountIdOf = (n: number): string => `acct-${n}`;

const syllables = [
  'Al',
  'Bren',
  'Cor',
  'Dun',
  'El',
  'Far',
  'Gar',
  'Hol',
  'Ir',
  'Jar',
  'Kel',
  'Lun',
  'Mar',
  'Nor',
  'Os',
];
const endings = [
  'by',
  'dale',
  'er',
  'field',
  'ham',
  'ing',
  'ley',
  'mont',
  'ock',
  'port',
  'ridge',
  'stow',
  'ton',
  'ville',
];

/**
 * One of 2,940 merchants by chance: a bank's customers do not all buy at one, and what looks alike is compared
 * with what stands (docs/matching.md).
 */
export function madeMerchant(): string {
  const one = <Of>(of: readonly Of[]): Of => of[Math.floor(Math.random() * of.length)] as Of;
  return `${one(syllables)}${one(endings)} ${one(endings)} Market`;
}

/** An amount between 1.00 and 99.99. */
export const madeAmount = (): string => (1 + Math.random() * 98.99).toFixed(2);

/** A purchase with an account of this number, as it comes out of the parsing. */
export function madeParsedEvent(account: number, index: number): ParsedEvent {
  const id = randomUUID();
  const occurredAt = new Date().toISOString();
  const name = madeMerchant();
  return {
    index,
    contentHash: randomBytes(32),
    event: {
      id,
      type: 'transaction.authorized',
      occurredAt,
      accountId: accountIdOf(account),
      transaction: {
        id: `t${id}`,
        status: 'authorized',
        amount: madeAmount(),
        currency: 'USD',
        direction: 'debit',
        localDate: occurredAt.slice(0, 10),
        description: `${name.toUpperCase()} WESTERVILLE OH`,
        merchant: { name, category: '5411', address: { city: 'Westerville', region: 'OH', country: 'US' } },
      },
    },
  };
}
