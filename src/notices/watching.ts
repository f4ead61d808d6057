import { newId, parseMoney, type AccountRef, type MessageId, type RecordId } from '#base';
import type { FraudAlertCard, Hearing, Purchase, WatchRule } from '#contract';
import type { Action } from '#contract';
import type { Change } from '#delivery';
import { isSeen, withSeen, type Watched, type WatchedChange } from '#linking';
import { isAbroad } from './hearing.ts';
import type { StoredEvent } from './plan.ts';

/** A purchase that fits a rule of its customer's own. */
export interface WatchedPurchase {
  readonly event: StoredEvent;
  readonly rule: WatchRule;
  /** Of `two-countries`: the customer's last own purchase before it, where both places are known. */
  readonly lastOwn?: FraudAlertCard['lastOwn'];
}

/** What the customers' own rules make of a batch. */
export interface Watching {
  readonly asked: readonly WatchedPurchase[];
  /** What the rules remember from now on: only where there is something new. */
  readonly changes: readonly WatchedChange[];
}

const apartMsMax = 3_600_000;

/**
 * Judges what is new in a batch by its customers' own rules, from what came with the events: nothing is looked up.
 * One purchase is asked about once, by its weightiest rule.
 */
export function watchingIn(events: readonly StoredEvent[]): Watching {
  const memories = new Map<AccountRef, { event: StoredEvent; memory: Watched }>();
  const asked: WatchedPurchase[] = [];
  for (const event of events) {
    const { wishes, stored } = event;
    const { watch } = wishes.hearing;
    const purchase = newPurchase(event);
    if (!watch || !purchase || stored.content.kind !== 'transaction') continue;
    const memory = memories.get(wishes.accountRef)?.memory ?? wishes.watched;
    const rule = ruleFor(watch, purchase, memory, stored.content.balance);
    if (rule) asked.push({ event, rule });
    const after = memory && remembering(memory, purchase);
    if (after && after !== memory) memories.set(wishes.accountRef, { event, memory: after });
  }
  return { asked, changes: [...memories.values()].flatMap(changeOf) };
}

function changeOf({ event, memory }: { event: StoredEvent; memory: Watched }): WatchedChange[] {
  const { accountRef, accountIndex, watched: before } = event.wishes;
  return before ? [{ linkId: event.linkId, accountRef, accountIndex, before, after: memory }] : [];
}

/** A purchase that this event tells for the first time. */
function newPurchase({ type, stored }: StoredEvent): Purchase | undefined {
  if (stored.outcome !== 'created' || stored.content.kind !== 'transaction') return undefined;
  const { transaction } = stored.content;
  return type === 'transaction.reversed' || transaction.direction === 'credit' ? undefined : transaction;
}

function ruleFor(
  { abroad, online, over, newMerchant, twoCountries }: NonNullable<Hearing['watch']>,
  purchase: Purchase,
  memory: Watched | undefined,
  balance: Parameters<typeof isAbroad>[1],
): WatchRule | undefined {
  if (twoCountries && memory && isElsewhere(memory, purchase)) return 'two-countries';
  if (abroad && isAbroad(purchase, balance)) return 'abroad';
  if (newMerchant && memory && purchase.merchant && !isSeen(memory, purchase.merchant.name)) return 'new-merchant';
  if (over && isOver(over, purchase)) return 'over-amount';
  return online && purchase.online === true ? 'online' : undefined;
}

/** More than the amount; in another currency it cannot be compared, and is asked about. */
function isOver(over: NonNullable<NonNullable<Hearing['watch']>['over']>, { amount, currency }: Purchase): boolean {
  return currency !== over.currency || parseMoney(amount, currency).minor > parseMoney(over.amount, currency).minor;
}

/** Where the card was there itself, as far as its bank says. */
function countryOf({ online, merchant }: Purchase): string | undefined {
  return online === true ? undefined : merchant?.address?.country?.toUpperCase();
}

/** The card was there itself in another country less than an hour before. */
function isElsewhere({ country, at }: Watched, purchase: Purchase): boolean {
  const now = countryOf(purchase);
  const apartMs = Math.abs(Date.parse(purchase.occurredAt) - Date.parse(at));
  return now !== undefined && country.trim() !== '' && country !== now && apartMs <= apartMsMax;
}

function remembering(memory: Watched, purchase: Purchase): Watched {
  const { merchant, occurredAt } = purchase;
  const seen = merchant && !isSeen(memory, merchant.name) ? withSeen(memory, merchant.name) : memory;
  const country = countryOf(purchase);
  if (country === undefined || Date.parse(occurredAt) < Date.parse(memory.at)) return seen;
  return { ...seen, country, at: new Date(occurredAt).toISOString() };
}

/** Signs the two buttons under a message. */
export type SignAnswers = (event: StoredEvent, messageId: MessageId) => Action[];

/** "Was this you?", softly: nothing is held, and in quiet hours it waits. Sealed under the link, as purchases are. */
export function watchNotices(asked: readonly WatchedPurchase[], sign: SignAnswers, nowMs: number): Change[] {
  return asked.flatMap(({ event, rule, lastOwn }): Change[] => {
    const { stored, thread, linkId } = event;
    if (stored.content.kind !== 'transaction') return [];
    const { bank, account, transaction } = stored.content;
    const card: FraudAlertCard = {
      card: 'fraudAlert',
      bank,
      account,
      transaction,
      reasons: [],
      state: 'open',
      watch: rule,
      ...(lastOwn && { lastOwn }),
    };
    const messageId = newId<MessageId>();
    const said = {
      content: { kind: 'card', card, text: '' },
      actions: sign(event, messageId),
      canWait: true,
    } as const;
    const body = { from: 'link', linkId, purpose: 'transactions', said } as const;
    return [{ ...thread, entry: 'message', messageId, author: 'tellerline', atMs: nowMs, body }];
  });
}

/** The records that are shown by it. */
export const recordsAsked = (asked: readonly WatchedPurchase[]): RecordId[] =>
  asked.map(({ event }) => event.stored.recordId);
