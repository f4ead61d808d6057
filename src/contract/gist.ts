import type { Locale } from './api.ts';
import type { BalanceCard, ConsentCard, TransactionCard } from './cards.ts';
import type { AccountLabel } from './purchase.ts';
import type { Purpose } from './purposes.ts';
import en from './words/gist.en.json' with { type: 'json' };
import es from './words/gist.es.json' with { type: 'json' };

/**
 * What a card says, in one plain sentence: for a screen reader's announcement, for channels without
 * cards, and for a notification's own screen. Plain functions over `Intl`, so that a browser may use
 * them at little weight.
 */

type Word = keyof typeof en;
const catalogues: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = { en, es };

/** The formats a customer reads: American figures in both languages ("$2,318.42"). */
export const FORMATS: Readonly<Record<Locale, string>> = { en: 'en-US', es: 'es-US' };

function word(locale: Locale, key: Word, values: Readonly<Record<string, string>> = {}): string {
  return catalogues[locale][key].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** An amount in the customer's format: `moneyWords('65.70', 'USD', 'en')` is "$65.70". The string is never made a float. */
export function moneyWords(amount: string, currency: string, locale: Locale): string {
  const name = `${locale} ${currency}`;
  const format = moneyFormats.get(name) ?? new Intl.NumberFormat(FORMATS[locale], { style: 'currency', currency });
  moneyFormats.set(name, format);
  return format.format(amount as `${number}`);
}

/** Making one takes longer than everything else in a gist; there are as many as languages and currencies in use. */
const moneyFormats = new Map<string, Intl.NumberFormat>();

/** An account as a person knows it: "card 2291"; "Trips 0042" when it has a nickname. */
export function accountWords(account: AccountLabel, locale: Locale): string {
  const key: Word = account.nickname === undefined ? `account.${account.kind}` : 'account.nickname';
  return word(locale, key, { last4: account.last4, nickname: account.nickname ?? '' });
}

/** A purpose as a person calls it within a sentence: "purchases". */
export function purposeWords(purpose: Purpose, locale: Locale): string {
  return word(locale, `purpose.${purpose}`);
}

/** City and region as they stand on a card: "Westerville OH"; undefined when the bank gave neither. */
export function placeWords(merchant: TransactionCard['transaction']['merchant']): string | undefined {
  const { city, region, country } = merchant?.address ?? {};
  const named = [city, region].filter((part) => part !== undefined);
  return named.length > 0 ? named.join(' ') : country;
}

/** The gist of a transaction: "$65.70 at Stroman & Hudson, Westerville OH." */
export function gistOfTransaction(card: TransactionCard, locale: Locale): string {
  const { status, before, partlyReversed, currency } = card.transaction;
  const moved = whatMoved(card, locale);
  const gist = status === 'authorized' ? moved : word(locale, `transaction.${status}`, { gist: moved });
  if (before === undefined) return gist;
  const key: Word = partlyReversed ? 'transaction.partlyReversed' : 'transaction.before';
  return word(locale, key, { gist, money: moneyWords(before, currency, locale) });
}

function whatMoved({ transaction, account }: TransactionCard, locale: Locale): string {
  const money = moneyWords(transaction.amount, transaction.currency, locale);
  const { merchant, direction, description } = transaction;
  const merchantName = merchant?.name;
  if (merchantName === undefined) {
    const key: Word = direction === 'debit' ? 'transaction.out' : 'transaction.in';
    return word(locale, key, { money, account: accountWords(account, locale), description });
  }
  if (direction === 'credit') return word(locale, 'transaction.back', { money, merchant: merchantName });
  if (transaction.online === true) return word(locale, 'transaction.at.online', { money, merchant: merchantName });
  const place = placeWords(merchant);
  if (place === undefined) return word(locale, 'transaction.at', { money, merchant: merchantName });
  return word(locale, 'transaction.at.place', { money, merchant: merchantName, place });
}

/** The gist of balances: "Citi: $2,318.42 available in checking 4417; $412.08 owed on card 2291." */
export function gistOfBalance(card: BalanceCard, bankName: string, locale: Locale): string {
  const parts = card.accounts.map((account) => balanceOf(account, locale)).join('; ');
  return word(locale, 'balance', { bank: bankName, parts });
}

function balanceOf(labelled: BalanceCard['accounts'][number], locale: Locale): string {
  const { current, available, currency } = labelled.balance;
  const account = accountWords(labelled, locale);
  const say = (key: Word, amount: string) =>
    word(locale, key, { money: moneyWords(amount, currency, locale), account });
  if (labelled.kind !== 'card') {
    return available === undefined ? say('balance.current', current) : say('balance.available', available);
  }
  if (/^-?0+(\.0+)?$/.test(current)) return word(locale, 'balance.owed.none', { account });
  return current.startsWith('-') ? say('balance.owed', current.slice(1)) : say('balance.favor', current);
}

/** The gist of an account that fell below its customer's limit: "Less than $100.00: $85.20 available in checking 4417." */
export function gistOfLowBalance(card: BalanceCard, low: NonNullable<BalanceCard['low']>, locale: Locale): string {
  const parts = card.accounts.map((account) => balanceOf(account, locale)).join('; ');
  return word(locale, 'balance.low', { limit: moneyWords(low.amount, low.currency, locale), parts });
}

/** The gist of a consent's state: "Citi is linked until November 20, 2027." */
export function gistOfConsent(card: ConsentCard, bankName: string, locale: Locale, timeZone: string): string {
  const bank = bankName;
  if (card.state === 'granted') {
    if (card.narrowed) return narrowedWords(card, bank, locale);
    const date = card.expiresAt === undefined ? '' : dateWords(card.expiresAt, locale, timeZone);
    const granted = word(locale, date === '' ? 'consent.granted' : 'consent.granted.until', { bank, date });
    return card.reading === undefined ? granted : `${granted} ${readingWords(card.reading, locale)}`;
  }
  if (card.state !== 'revoked' || card.ended === undefined) return word(locale, `consent.${card.state}`, { bank });
  const { by, recordsErased, bankConfirmed, bankUntold, withdrawn } = card.ended;
  const why: Word =
    withdrawn && (by === 'bank' || by === 'operator') ? `consent.withdrawn.${by}` : `consent.ended.${by}`;
  const sentences = [word(locale, why, { bank }), erasedWords(recordsErased, locale)];
  // A bank that ended the link itself has nothing left to confirm.
  if (by !== 'bank') {
    const unconfirmed: Word = bankUntold ? 'consent.untold' : 'consent.unconfirmed';
    sentences.push(word(locale, bankConfirmed ? 'consent.confirmed' : unconfirmed, { bank }));
  }
  return sentences.join(' ');
}

function narrowedWords({ givenUp, narrowed, goesOn }: ConsentCard, bank: string, locale: Locale): string {
  const { purposes = [], accounts = [], chatFields = [] } = givenUp ?? {};
  const names = [
    ...purposes.map((purpose) => purposeWords(purpose, locale)),
    ...accounts.map((account) => accountWords(account, locale)),
    ...chatFields.map((field) => word(locale, `chatField.${field}`)),
  ];
  const what = new Intl.ListFormat(FORMATS[locale], { type: 'conjunction' }).format(names);
  const erased = [erasedWords(narrowed?.records ?? 0, locale)];
  const messages = narrowed?.messages ?? 0;
  const count = numberWords(messages, locale);
  if (messages > 0)
    erased.push(word(locale, messages === 1 ? 'messages.erased.one' : 'messages.erased.other', { count }));
  if (goesOn !== undefined) erased.push(word(locale, 'consent.goesOn', { bank, telephone: goesOn || bank }));
  return [word(locale, 'consent.narrowed', { bank, what }), ...erased].join(' ');
}

function readingWords({ done, transactions }: NonNullable<ConsentCard['reading']>, locale: Locale): string {
  if (!done && transactions === 0) return word(locale, 'consent.reading.begun');
  return word(locale, done ? 'consent.read' : 'consent.reading', { count: numberWords(transactions, locale) });
}

function erasedWords(count: number, locale: Locale): string {
  if (count === 0) return word(locale, 'consent.erased.none');
  return word(locale, count === 1 ? 'consent.erased.one' : 'consent.erased.other', {
    count: numberWords(count, locale),
  });
}

const numberWords = (count: number, locale: Locale): string => new Intl.NumberFormat(FORMATS[locale]).format(count);

/** A full date in the customer's zone: "November 20, 2027". */
export function dateWords(instant: string, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(FORMATS[locale], { dateStyle: 'long', timeZone }).format(new Date(instant));
}
