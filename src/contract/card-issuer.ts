import type { Card } from './cards.ts';

/** Of whom a card is: a bank of the directory by its id, a shop or a carrier by the name that people call it. */
export function cardIssuer(card: Card): { readonly bank: string } | { readonly name: string } {
  switch (card.card) {
    case 'receipt':
      return { name: card.shop };
    case 'parcel':
      return { name: card.carrier };
    default:
      return { bank: card.bank };
  }
}

/** Two letters for a shop or carrier: of its first two words ("Halden & Row" is HR), or its first two letters. */
export function markOf(name: string): string {
  const [first, second] = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = (word: string | undefined, count: number): string =>
    (word?.match(/./gu) ?? []).slice(0, count).join('');
  return (second === undefined ? letters(first, 2) : letters(first, 1) + letters(second, 1)).toUpperCase();
}
