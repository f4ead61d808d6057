import type { Locale, Purpose } from '#contract';
import type { AccountSlot, Slots } from './frame.ts';
import { plain, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import type { LinkedAccount, LinkOfCustomer } from './money.ts';
import { say } from './words.ts';

/** A link that may be used for a question, and its accounts that were meant. */
export interface Chosen {
  readonly link: LinkOfCustomer;
  readonly accounts: readonly LinkedAccount[];
}

/** The links and accounts that a question is about, and what has to be said about the others. */
export interface Selection {
  readonly chosen: readonly Chosen[];
  readonly said: readonly Answer[];
}

/** Chooses links by bank, account and consented purpose. A link without the purpose is named, with the way to its linking page. */
export async function select(turn: Turn, slots: Slots, purpose: 'balances' | 'transactions'): Promise<Selection> {
  const { locale, money } = turn;
  const links = await money.links();
  if (links.length === 0) return { chosen: [], said: [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })] };
  const named = slots.bank === undefined ? links : links.filter(({ bank }) => bank.id === slots.bank);
  if (named.length === 0) return { chosen: [], said: [notLinked(turn, slots.bank ?? '')] };
  const shut = named.filter((link) => link.unreadable).map((link) => unreadable(link, locale));
  const open = named.filter((link) => !link.unreadable);
  if (open.length === 0) return { chosen: [], said: shut };
  const matching = open
    .map((link) => ({ link, accounts: link.accounts.filter((account) => isMeant(account, slots.account)) }))
    .filter(({ accounts }) => accounts.length > 0);
  if (matching.length === 0) return { chosen: [], said: [plain(locale, 'none.account'), ...shut] };
  const allowed = (one: Chosen) => one.link.purposes.includes(purpose);
  return {
    chosen: matching.filter(allowed),
    said: [...matching.filter((one) => !allowed(one)).map(({ link }) => notShared(link, purpose, locale)), ...shut],
  };
}

/** Says that a bank is not linked, with the way to link it. */
export function notLinked({ locale, money }: Turn, bankId: string): Answer {
  const bank = money.banks().find(({ id }) => id === bankId);
  if (bank === undefined) return plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] });
  return plain(locale, 'none.bank', { bank: bank.name }, { waysOn: [wayToLink(locale, bank)] });
}

/** Says that a bank does not release its key now; under the customer's own key, as there is no other. */
export function unreadable({ bank }: LinkOfCustomer, locale: Locale): Answer {
  return plain(locale, 'unreadable', { bank: bank.name });
}

/** Says that a purpose is not shared, with the way to share it. */
export function notShared(link: LinkOfCustomer, purpose: 'balances' | 'transactions', locale: Locale): Answer {
  const { id, name } = link.bank;
  const label = say(locale, 'way.purposes', { bank: name });
  const none: Purpose | null = null;
  return telling(link, none, say(locale, `purpose.${purpose}`, { bank: name }), {
    waysOn: [{ way: 'link-bank', bank: id, label }],
  });
}

/** Whether an account is what a text called it; any is when it called none. */
export function isMeant(account: LinkedAccount, slot: AccountSlot | undefined): boolean {
  if (slot === undefined) return true;
  if (slot.last4 !== undefined) return account.last4 === slot.last4;
  if (slot.nickname !== undefined) return account.nickname === slot.nickname;
  return slot.kind === undefined || account.kind === slot.kind;
}
