import * as z from 'zod';
import type { Locale } from './api.ts';
import type { Card, TransactionCard } from './cards.ts';
import type { Content } from './entries.ts';
import { FORMATS } from './gist.ts';

/**
 * How much of a card a messenger is shown. `full`: all of it. `masked`: what the table below names. `pointer`: only
 * that there is something.
 */
export const DETAILS = ['full', 'masked', 'pointer'] as const;
/** The same, checked. */
export const detailSchema = z.enum(DETAILS);
/** How much of a card a channel identity is shown. */
export type Detail = (typeof DETAILS)[number];

/** What can be told of a card at `masked`. There is no word for a balance, or for the number of an account or a card. */
type MaskedField = 'merchant' | 'rounded-amount' | 'direction' | 'status';

/** Which fields of which card may be told at `masked`: the one table. A card without fields is told as at `pointer`. */
export const MASKED_FIELDS = {
  transaction: ['merchant', 'rounded-amount', 'direction', 'status'],
  balance: [],
  consent: [],
  chart: [],
} as const satisfies Readonly<Record<Card['card'], readonly MaskedField[]>>;

type Word = 'pointer' | 'at' | 'back' | 'reversed';
const words: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = {
  en: {
    pointer: 'There is something new from your bank.',
    at: 'About {money} at {merchant}.',
    back: 'About {money} back from {merchant}.',
    reversed: 'A purchase at {merchant} was reversed.',
  },
  es: {
    pointer: 'Hay algo nuevo de tu banco.',
    at: 'Cerca de {money} en {merchant}.',
    back: 'Cerca de {money} de vuelta de {merchant}.',
    reversed: 'Se anuló una compra en {merchant}.',
  },
};

/** What a bank told, as it stands where `detail` is shown. Of what no bank told nothing is to be kept back. */
export function contentAt(content: Content, detail: Detail, locale: Locale): Content {
  if (detail === 'full') return content;
  const card = detail === 'masked' && content.kind === 'card' ? content.card : undefined;
  const masked = card && tells(card, 'merchant') ? maskedWords(card, locale) : undefined;
  return { kind: 'text', text: masked ?? words[locale].pointer };
}

function tells(card: Card, field: MaskedField): card is TransactionCard {
  const fields: readonly MaskedField[] = MASKED_FIELDS[card.card];
  return fields.includes(field);
}

function maskedWords({ transaction }: TransactionCard, locale: Locale): string | undefined {
  const { merchant, amount, currency, direction, status } = transaction;
  if (!merchant) return undefined;
  const format = { style: 'currency', currency, maximumFractionDigits: 0 } as const;
  const money = new Intl.NumberFormat(FORMATS[locale], format).format(amount as `${number}`);
  const sentence: Word = status === 'reversed' ? 'reversed' : direction === 'credit' ? 'back' : 'at';
  return words[locale][sentence].replace('{money}', () => money).replace('{merchant}', () => merchant.name);
}
