import type { Locale } from './api.ts';
import type { CardControlCard } from './card-control.ts';
import { capital, type CardWordId, type MapSubject } from './card-words.ts';
import type { Card } from './cards.ts';
import type { Category } from './categories.ts';
import type { CaseCard } from './dispute-case.ts';
import type { Formats } from './formats.ts';
import type { FraudAlertCard } from './fraud-alert.ts';
import type { ParcelCard } from './parcel.ts';
import type { ReceiptCard } from './receipt.ts';
import type { TalkCard } from './talk-card.ts';
import en from './words/matters.en.json' with { type: 'json' };
import es from './words/matters.es.json' with { type: 'json' };

/**
 * Cards of matters that go on: an alert, an act, a dispute, an order, a parcel. What each says is put together here,
 * once, as parts in the order of the card's anatomy; the screens and the pictures only draw the parts.
 */

/** A card whose matter goes on after it was first said. */
export type MatterCard = FraudAlertCard | CardControlCard | CaseCard | TalkCard | ReceiptCard | ParcelCard;

/** Whether a card is of a matter that goes on. */
export function isMatter(card: Card): card is MatterCard {
  return ['fraudAlert', 'cardControl', 'case', 'receipt', 'parcel'].includes(card.card);
}

/** The name of one text of such cards: loaded apart from those that every chat shows. */
export type MatterWordId = keyof typeof en;

/** The texts as ICU messages, for whoever draws on the server. */
export const matterTexts: Readonly<Record<Locale, Readonly<Record<MatterWordId, string>>>> = { en, es };

/** The texts of all cards, amounts and times, in one customer's language and zone. */
export interface MatterWords extends Formats {
  readonly locale: Locale;
  say(id: CardWordId | MatterWordId, values?: Record<string, string | number>): string;
}

/** With what a matter is put into words. */
export interface MatterContext {
  readonly words: MatterWords;
  readonly nowMs: number;
  /** A bank's name in the directory. */
  readonly bankName: (bank: string) => string;
}

/** Signs beside words that say the same. */
export type MatterIcon =
  | Category
  | 'alert'
  | 'check'
  | 'wait'
  | 'freeze'
  | 'unfreeze'
  | 'card'
  | 'limit'
  | 'online'
  | 'abroad'
  | 'dispute'
  | 'receipt'
  | 'words'
  | 'picture'
  | 'parcel'
  | 'notice'
  | 'call';

/** A few words at the right of the first line. `fraud` is red, `done` green. */
export interface MatterTag {
  readonly text: string;
  readonly tone: 'fraud' | 'done' | 'plain';
  readonly icon?: MatterIcon;
}

/** One of a row of steps. `trouble` and `failed` end or hold up what was on its way. */
export interface MatterStep {
  readonly label: string;
  readonly detail?: string;
  readonly state: 'past' | 'now' | 'later' | 'done' | 'trouble' | 'failed';
}

/** A name and what it stands for. `struck`: no longer true; `strong`: the sum. */
export interface MatterRow {
  readonly name: string;
  readonly value: string;
  readonly strong?: boolean;
}

/** A thing among others: with a sign, a second line and a word at the right. */
export interface MatterItem {
  readonly icon: MatterIcon;
  readonly name: string;
  readonly detail?: string;
  readonly value?: string;
}

/** One part of a card. */
export type MatterPart =
  | {
      readonly part: 'map';
      readonly subjects: readonly MapSubject[];
      readonly height: 'low' | 'tall';
      readonly line?: MapLine;
      /** What it shows, for whoever cannot see it. */
      readonly name?: string;
      /** Whose accent its pin has; that of the card without. */
      readonly bank?: string;
    }
  | { readonly part: 'said'; readonly title?: string; readonly texts: readonly string[]; readonly icon?: MatterIcon }
  | { readonly part: 'steps'; readonly steps: readonly MatterStep[] }
  | { readonly part: 'rows'; readonly rows: readonly MatterRow[]; readonly as: 'bill' | 'notes' }
  | { readonly part: 'items'; readonly title?: string; readonly items: readonly MatterItem[] }
  /** Whose purchase it belongs to, behind a bank's mark. */
  | { readonly part: 'matched'; readonly bank: string; readonly text: string; readonly detail?: string }
  /** Says something else as time goes by; `still` is said where nothing can move. */
  | {
      readonly part: 'live';
      readonly say: (nowMs: number) => string;
      readonly still: string;
      readonly every: 'second' | 'minute';
    }
  | { readonly part: 'call'; readonly text: string; readonly label: string; readonly telephone: string }
  /** Where the buttons of the message stand. */
  | { readonly part: 'actions' }
  /** Behind a row that opens; not in a picture. */
  | { readonly part: 'more'; readonly summary: string; readonly parts: readonly MatterPart[] };

/** A dotted line through the places of a map, in their order, with words beside its middle. */
export interface MapLine {
  readonly label?: string;
}

/** What a card says, part by part. */
export interface Matter {
  /** Beside the name of whom it is: an account, an order, a case. */
  readonly label?: string | undefined;
  /** In place of the time. */
  readonly tag?: MatterTag;
  /** Said in the first line itself, of a matter that is settled: "$1,284.00 at Joyería Ocampo". */
  readonly folded?: { readonly amount: string; readonly name: string };
  readonly what?: {
    readonly amount?: string;
    readonly struck?: boolean;
    readonly title?: string;
    readonly name?: string | undefined;
    readonly icon?: MatterIcon;
  };
  readonly where?: string;
  readonly parts: readonly MatterPart[];
}

/** "48 minutes", "3 hours", "2 days": as people say a span. */
export function spanWords(words: MatterWords, minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  if (whole < 90) return words.say('span.minutes', { count: whole });
  const hours = Math.round(minutes / 60);
  if (hours < 48) return words.say('span.hours', { count: hours });
  return words.say('span.days', { count: Math.round(minutes / 1440) });
}

/** "1,804 miles" of kilometres, as both languages count them in the United States; undefined below one. */
export function distanceWords(words: MatterWords, km: number): string | undefined {
  const miles = Math.round(km * 0.621_371);
  return miles < 1 ? undefined : words.say('distance.miles', { miles });
}

/** "Sat, Nov 21" of a calendar day. */
export function dayWords(words: MatterWords, date: string, nowMs: number): string {
  return capital(`${words.weekday(date)}, ${words.localDay(date, nowMs)}`, words.region);
}

/** Lower case at the beginning of what stands within a sentence. */
export function inSentence(text: string, region: string): string {
  return text.charAt(0).toLocaleLowerCase(region) + text.slice(1);
}

/** The bank's own number, where it is the sure way; nothing without one. */
export function callPart(
  { words, bankName }: MatterContext,
  of: { readonly bank: string; readonly telephone?: string | undefined },
  why: 'call.degraded' | 'call.freeze' | 'call.sure',
): MatterPart[] {
  if (of.telephone === undefined || of.telephone === '') return [];
  const bank = bankName(of.bank);
  return [
    {
      part: 'call',
      text: words.say(why, { bank }),
      label: words.say('call.bank', { bank }),
      telephone: of.telephone,
    },
  ];
}
