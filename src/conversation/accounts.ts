import type { AccountLabel } from '#contract';
import { wordsOf } from './fold.ts';
import type { AccountSlot, UnderstandingContext } from './frame.ts';

/** How people name kinds of accounts, folded; longer phrases first. */
const kindPhrases: readonly (readonly [readonly string[], AccountLabel['kind']])[] = (
  [
    ['tarjeta de credito', 'card'],
    ['tarjetas de credito', 'card'],
    ['tarjeta de debito', 'checking'],
    ['debit card', 'checking'],
    ['con debito', 'checking'],
    ['with debit', 'checking'],
    ['on debit', 'checking'],
    ['con credito', 'card'],
    ['on credit', 'card'],
    ['credit card', 'card'],
    ['credit cards', 'card'],
    ['cuenta de ahorros', 'savings'],
    ['cuenta de ahorro', 'savings'],
    ['savings account', 'savings'],
    ['saving account', 'savings'],
    ['cuenta corriente', 'checking'],
    ['cuenta de cheques', 'checking'],
    ['checking account', 'checking'],
    ['savings', 'savings'],
    ['ahorros', 'savings'],
    ['ahorro', 'savings'],
    ['checking', 'checking'],
    ['chequing', 'checking'],
    ['corriente', 'checking'],
    ['card', 'card'],
    ['cards', 'card'],
    ['tarjeta', 'card'],
    ['tarjetas', 'card'],
    ['visa', 'card'],
    ['mastercard', 'card'],
  ] as [string, AccountLabel['kind']][]
).map(([phrase, kind]) => [phrase.split(' '), kind]);

/** Words of accounts, for forgiving slips. */
export const accountWords: readonly string[] = [
  ...new Set(kindPhrases.flatMap(([phrase]) => phrase)),
  'account',
  'accounts',
  'cuenta',
  'cuentas',
];

const naming = new Set([
  'card',
  'tarjeta',
  'account',
  'cuenta',
  'ending',
  'ends',
  'in',
  'terminada',
  'termina',
  'terminado',
  'acabada',
  'en',
  'checking',
  'savings',
  'corriente',
  'ahorros',
  'number',
  'numero',
  'con',
]);

/** What a text says of an account; `rest` is its other words. */
export interface AccountMention {
  readonly account?: AccountSlot;
  /** The account was called "card" and nothing nearer: "my card" often means any. */
  readonly onlyCard: boolean;
  readonly rest: string[];
}

/** Takes nickname, last four digits and kind out of folded words. */
export function findAccount(words: readonly string[], accounts: UnderstandingContext['accounts']): AccountMention {
  let rest = [...words];
  let account: AccountSlot = {};
  const nickname = findNickname(rest, accounts);
  if (nickname !== undefined) {
    account = { ...account, nickname: nickname.nickname };
    rest = [...rest.slice(0, nickname.at), ...rest.slice(nickname.end)];
  }
  const at = rest.findIndex((word, index) => isLast4(word, rest[index - 1], accounts));
  if (at >= 0) {
    account = { ...account, last4: rest[at] ?? '' };
    const before = ['ending', 'ends', 'terminada', 'terminado', 'termina', 'acabada'];
    rest = rest.filter((word, index) => index !== at && !before.includes(word));
  }
  for (const [phrase, kind] of kindPhrases) {
    const start = rest.findIndex((_, index) => phrase.every((part, offset) => rest[index + offset] === part));
    // "just checking my balance": a verb, no account.
    if (start < 0 || (phrase.join() === 'checking' && isChecked(rest, start))) continue;
    account = { ...account, kind };
    rest = [...rest.slice(0, start), ...rest.slice(start + phrase.length)];
    const onlyCard = kind === 'card' && phrase.length === 1 && account.last4 === undefined && nickname === undefined;
    return { account, onlyCard, rest };
  }
  return { ...(Object.keys(account).length > 0 ? { account } : {}), onlyCard: false, rest };
}

/** A verb, where what is checked stands behind it and nothing leads up to an account: not "from checking in October". */
const isChecked = (words: readonly string[], at: number): boolean =>
  /^(my|the|on|in|if)$/.test(words[at + 1] ?? '') && !/^(from|my|in|of|with|at|on|to|and)$/.test(words[at - 1] ?? '');

/** Four digits are an account when one of the customer's has them, or when "card" or "account" leads up to them. */
function isLast4(word: string, before: string | undefined, accounts: UnderstandingContext['accounts']): boolean {
  if (!/^\d{4}$/.test(word)) return false;
  const known = accounts.some((account) => account.last4 === word);
  const led = naming.has(before ?? '');
  const year = /^20\d\d$/.test(word);
  return year
    ? known && led && before !== 'in' && before !== 'en'
    : known || (led && before !== 'in' && before !== 'en');
}

function findNickname(
  words: readonly string[],
  accounts: UnderstandingContext['accounts'],
): { nickname: string; at: number; end: number } | undefined {
  for (const { nickname } of accounts) {
    const parts = wordsOf(nickname ?? '');
    if (nickname === undefined || parts.length === 0) continue;
    // A nickname that only repeats the kind ("Checking") adds nothing to it.
    if (parts.every((part) => accountWords.includes(part))) continue;
    const at = words.findIndex((_, start) => parts.every((part, index) => words[start + index] === part));
    if (at >= 0) return { nickname, at, end: at + parts.length };
  }
  return undefined;
}
