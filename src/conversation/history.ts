import { limits } from '#base';
import type { Locale } from '#contract';
import { calendarOf } from './calendar.ts';
import type { AccountPurchase, LinkOfCustomer } from './money.ts';
import { fullDayWords } from './moments.ts';
import type { Chosen } from './selecting.ts';
import { telling, wayToReconnect, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** Today where the customer lives, YYYY-MM-DD. */
export function todayOf({ locale, timeZone, now }: Turn): string {
  return calendarOf(locale, timeZone, now).today.toString();
}

/** The first local day that a link can show anything of. */
export function seenFrom(turn: Turn, { history }: LinkOfCustomer): string {
  const lookback = Temporal.PlainDate.from(todayOf(turn)).subtract({ days: limits.lookbackDaysMax }).toString();
  return history.done && history.completeFrom !== null ? history.completeFrom : lookback;
}

/** Whether everything from a day on has been read. */
export function isComplete({ history }: LinkOfCustomer, from: string): boolean {
  return history.completeFrom !== null && history.completeFrom <= from;
}

/** Reads purchases for a question, newest first. */
export async function readPurchases(
  { money }: Turn,
  { link, accounts }: Chosen,
  span: { readonly from: string; readonly to: string },
): Promise<AccountPurchase[]> {
  const all = accounts.length === link.accounts.length;
  const refs = all ? {} : { accountRefs: accounts.map(({ accountRef }) => accountRef) };
  const read = await money.purchases({ linkId: link.linkId, ...refs, from: span.from, to: span.to }, 'transactions');
  return newestFirst(read.filter(({ localDate }) => localDate >= span.from && localDate <= span.to));
}

/** In the order of their instants, whatever their offsets; each is parsed once. */
export function newestFirst<Purchase extends { readonly occurredAt: string }>(
  purchases: readonly Purchase[],
): Purchase[] {
  return purchases
    .map((purchase) => ({ purchase, ms: Date.parse(purchase.occurredAt) }))
    .toSorted((one, other) => other.ms - one.ms)
    .map(({ purchase }) => purchase);
}

/** Whether something from before the history that was read is among the purchases found. */
export function foundBefore(turn: Turn, link: LinkOfCustomer, found: readonly AccountPurchase[]): 'nothing' | 'partly' {
  const first = seenFrom(turn, link);
  return found.some(({ localDate }) => localDate < first) ? 'partly' : 'nothing';
}

/**
 * What must be said beside an answer about the days from `from` on: that history is still being read and
 * from when it is complete, that nothing earlier can be seen (or only what came as it happened), or that
 * the link needs reconnecting.
 */
export function historyNotes(
  turn: Turn,
  link: LinkOfCustomer,
  from: string,
  before: 'nothing' | 'partly' = 'nothing',
): Answer[] {
  const { locale } = turn;
  const notes: Answer[] = [];
  if (!link.history.done && !isComplete(link, from)) notes.push(telling(link, null, readingWords(link, locale)));
  if (link.history.done && from < seenFrom(turn, link)) {
    const values = { bank: link.bank.name, date: fullDayWords(seenFrom(turn, link), locale) };
    const key = before === 'partly' ? 'history.partly' : 'history.beyond';
    notes.push(telling(link, null, say(locale, key, values)));
  }
  if (link.state === 'reconnect') {
    const text = say(locale, 'stale', { bank: link.bank.name });
    notes.push(telling(link, null, text, { waysOn: [wayToReconnect(locale, link.bank)] }));
  }
  return notes;
}

function readingWords({ bank, history }: LinkOfCustomer, locale: Locale): string {
  const known = history.completeFrom !== null;
  const date = history.completeFrom === null ? '' : fullDayWords(history.completeFrom, locale);
  return say(locale, 'history.reading', { bank: bank.name, complete: known ? 'yes' : 'no', date });
}
