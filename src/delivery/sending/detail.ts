import { FORMATS, type Content, type Locale, type Message, type TransactionCard } from '#contract';
import type { Detail } from './sender.ts';

/** What stands in the place of what a channel may not carry. */
const words: Readonly<Record<Locale, Readonly<Record<'pointer' | 'at' | 'back' | 'reversed', string>>>> = {
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

/**
 * As much of a message as a channel may carry: `full` all of it; `masked` a purchase's merchant and rounded
 * amount, never a balance and never a number of an account; `pointer` only that there is something. Buttons go
 * with `full` alone. What no bank told is not changed.
 */
export function atDetail(message: Message, ofLink: boolean, detail: Detail, locale: Locale): Message {
  if (detail === 'full' || !ofLink) return message;
  const { id, revision, author, at, quiet } = message;
  const content = { kind: 'text', text: wordsOf(message.content, detail, locale) } as const;
  return { id, revision, author, at, content, ...(quiet && { quiet }) };
}

function wordsOf(content: Content, detail: Detail, locale: Locale): string {
  const card = detail === 'masked' && content.kind === 'card' ? content.card : undefined;
  return (card?.card === 'transaction' ? maskedWords(card, locale) : undefined) ?? words[locale].pointer;
}

function maskedWords({ transaction }: TransactionCard, locale: Locale): string | undefined {
  const { merchant, amount, currency, direction, status } = transaction;
  if (!merchant) return undefined;
  const format = { style: 'currency', currency, maximumFractionDigits: 0 } as const;
  const money = new Intl.NumberFormat(FORMATS[locale], format).format(amount as `${number}`);
  const sentence = status === 'reversed' ? 'reversed' : direction === 'credit' ? 'back' : 'at';
  return words[locale][sentence].replace('{money}', () => money).replace('{merchant}', () => merchant.name);
}
