import type { Locale } from './api.ts';
import type { BalanceCard, TransactionCard } from './cards.ts';
import { categoryOf, type Category } from './categories.ts';
import { isNegative, isZero, magnitude, subtract } from './decimal.ts';
import type { Formats } from './formats.ts';
import type { Region } from './geography.ts';
import type { PinLook } from './map-labels.ts';
import type { AccountLabel, Purchase } from './purchase.ts';
import en from './words/cards.en.json' with { type: 'json' };
import es from './words/cards.es.json' with { type: 'json' };

/**
 * What cards say: the same words on the screens and in pictures. Plain functions over texts and formats that
 * whoever draws brings along; the texts lie in `words/cards.*.json`.
 */

/** The name of one text of a card. */
export type CardWordId = keyof typeof en;

/** The texts as ICU messages, for whoever draws on the server; the build gives screens theirs parsed. */
export const cardTexts: Readonly<Record<Locale, Readonly<Record<CardWordId, string>>>> = { en, es };

/** A card's texts, amounts and times, in one customer's language and zone. */
export interface CardWords extends Formats {
  readonly locale: Locale;
  say(id: CardWordId, values?: Record<string, string | number>): string;
}

/** An abbreviation's full stop ("p. m.") also ends the sentence. */
export function oneStop(text: string): string {
  return text.replace(/\.\.(?=\s|$)/g, '.');
}

/** Sentences one behind the other, without those that there are not. */
export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

/** "Card 2291": fits beside the bank's name on a phone, where a nickname would lose its digits. */
export function shortAccountName(words: CardWords, { kind, last4 }: AccountLabel): string {
  return words.say(`account.${kind}`, { last4 });
}

/** The nickname that its owner gave it with its digits, or "Card 2291". */
export function accountName(words: CardWords, label: AccountLabel): string {
  return label.nickname ? `${label.nickname} ${label.last4}` : shortAccountName(words, label);
}

type BalanceOf = BalanceCard['accounts'][number];

/** What a person wants first: what can be spent of an account, what is owed on a card. Never computed from guesses. */
export function leadingBalance(
  words: CardWords,
  { kind, balance }: BalanceOf,
): { readonly amount: string; readonly says: string } {
  const { current, available, currency } = balance;
  if (kind === 'card') {
    const says = isZero(current) ? 'balance.nothingOwed' : isNegative(current) ? 'balance.owed' : 'balance.inCredit';
    return { amount: words.money(magnitude(current), currency), says: words.say(says) };
  }
  if (available === undefined) return { amount: words.money(current, currency), says: words.say('balance.current') };
  return { amount: words.money(available, currency), says: words.say('balance.available') };
}

/** The rest of what the bank said, as a sentence; nothing when there is no more to know. */
export function remainingBalance(words: CardWords, { kind, balance }: BalanceOf): string | undefined {
  const { current, available, currency } = balance;
  if (available === undefined) return undefined;
  if (kind === 'card') return words.say('balance.leftToSpend', { amount: words.money(available, currency) });
  const pending = subtract(current, available);
  if (isZero(pending)) return undefined;
  const posted = words.money(current, currency);
  if (isNegative(pending)) return words.say('balance.posted', { posted });
  return words.say('balance.postedAndPending', { posted, pending: words.money(pending, currency) });
}

/** "as of …", when the bank's figure is older than what a person would take for now. `at`: when the card was said. */
export function balanceAsOf(words: CardWords, { balance }: BalanceOf, at: string, nowMs: number): string | undefined {
  const olderMs = Date.parse(at) - Date.parse(balance.asOf);
  return olderMs > 10 * 60 * 1000 ? words.say('balance.asOf', { when: words.moment(balance.asOf, nowMs) }) : undefined;
}

/** The line under the amount of a card of one account: "available. $2,383.42 posted, $65.00 pending." */
export function oneBalanceLine(words: CardWords, card: BalanceCard, at: string, nowMs: number): string {
  const [account] = card.accounts;
  if (!account) return '';
  const { low } = card;
  const limit = low && words.say('balance.low', { amount: words.money(low.amount, low.currency) });
  const { says } = leadingBalance(words, account);
  return sentences(`${says}.`, limit, remainingBalance(words, account), balanceAsOf(words, account, at, nowMs));
}

/** "$65.70"; money that came in carries its plus. */
export function amountOf(words: CardWords, { amount, currency, direction }: Purchase): string {
  return words.money(amount, currency, { signed: direction === 'credit' });
}

/** "Westerville, OH": what is known of the place; a country only when it is another one. */
export function placeName(words: CardWords, { merchant }: Purchase): string | undefined {
  const { city, region, country } = merchant?.address ?? {};
  const abroad = country !== undefined && country !== 'US' ? words.country(country) : undefined;
  const parts = [city, abroad ?? region].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** "Westerville, OH. Fri 2:14 PM, in person". */
export function whereAndWhen(words: CardWords, transaction: Purchase, nowMs: number): string {
  const where = placeName(words, transaction);
  const when = words.moment(transaction.occurredAt, nowMs);
  const how = howOf(words, transaction);
  return `${where ? `${where}. ` : ''}${capital([when, ...how].join(', '), words.region)}`;
}

/** With a capital: a weekday begins a sentence here, and is small in Spanish. */
export function capital(text: string, region: string): string {
  return text.charAt(0).toLocaleUpperCase(region) + text.slice(1);
}

function howOf(words: CardWords, { status, online, direction, merchant, partlyReversed }: Purchase): string[] {
  const how: string[] = [];
  if (direction === 'debit' && online === true) how.push(words.say('transaction.online'));
  if (direction === 'debit' && online === false && merchant?.location) how.push(words.say('transaction.inPerson'));
  if (status === 'authorized') how.push(words.say('transaction.pending'));
  if (partlyReversed && status !== 'reversed') how.push(words.say('transaction.partlyReversed'));
  if (status === 'reversed') how.push(words.say('transaction.reversed'));
  return how;
}

/** A name and what it stands for, side by side. */
export interface CardRow {
  readonly name: string;
  readonly value: string;
}

/** When it was posted, what it was before, and the balance that came with it; as far as they are known. */
export function transactionRows(words: CardWords, { transaction, balance, account }: TransactionCard): CardRow[] {
  const { before, postedAt, currency } = transaction;
  const rows: CardRow[] = [];
  if (postedAt !== undefined) rows.push({ name: words.say('transaction.posted'), value: words.date(postedAt) });
  if (before !== undefined) rows.push({ name: words.say('transaction.before'), value: words.money(before, currency) });
  if (balance) rows.push(balanceNow(words, balance, account));
  return rows;
}

/** What can be spent counts what is pending; only without it the posted balance stands. */
function balanceNow(
  words: CardWords,
  { current, available, currency }: BalanceOf['balance'],
  { kind }: AccountLabel,
): CardRow {
  const owed = kind === 'card' && isNegative(current);
  const [name, amount] =
    available !== undefined
      ? ([kind === 'card' ? 'transaction.leftToSpend' : 'transaction.available', available] as const)
      : ([owed ? 'transaction.owed' : 'transaction.balance', owed ? magnitude(current) : current] as const);
  return { name: words.say(name), value: words.money(amount, currency) };
}

/** Which group's icon stands beside a transaction. */
export function categoryOfPurchase({ direction, merchant }: Purchase): Category {
  return direction === 'credit' && !merchant?.category ? 'income' : categoryOf(merchant?.category);
}

/** Something to show on a map: an exact place, or only the region it lies in. */
export type MapSubject =
  | {
      readonly kind: 'pin';
      readonly lat: number;
      readonly lon: number;
      readonly name: string;
      readonly label: string;
      /** A second line under the label. */
      readonly detail?: string;
      readonly look?: PinLook;
    }
  | ({ readonly kind: 'region'; readonly look?: 'held' } & Region);

/** The place of a purchase for a map: a pin where the coordinates are known, else the region; nothing online. */
export function subjectOf(words: CardWords, transaction: Purchase): readonly MapSubject[] {
  const { merchant, online, occurredAt } = transaction;
  const { location, address } = merchant ?? {};
  if (online === true) return [];
  const place = placeName(words, transaction);
  if (location) {
    const name = address?.city ?? place ?? merchant?.name ?? '';
    return [{ kind: 'pin', ...location, name, label: `${name}, ${words.time(occurredAt)}` }];
  }
  if (address?.country === undefined && address?.region === undefined) return [];
  const state = address.region === undefined ? {} : { state: address.region };
  return [{ kind: 'region', country: address.country ?? 'US', ...state }];
}
