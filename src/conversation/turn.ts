import type { LinkId, MessageId } from '#base';
import type { Action, Card, Content, Locale, Message, Purpose, QuickReply } from '#contract';
import type { Act } from '#customers';
import type { CustomerParcels } from './following.ts';
import type { Understood } from './frame.ts';
import type { CustomerCards } from './cards.ts';
import type { CustomerCases } from './customer-cases.ts';
import type { CustomerChecks } from './checks.ts';
import type { Figure } from './figure.ts';
import type { PreparedTexts } from './lead-answer.ts';
import type { CustomerPeople } from './person-answer.ts';
import type { CustomerMoney, LinkOfCustomer } from './money.ts';
import type { CustomerWishes } from './wishes.ts';
import { say, type Sentence } from './words.ts';

/** One thing the customer said, understood, and what answering it takes. */
export interface Turn {
  readonly understood: Understood;
  readonly locale: Locale;
  /** IANA name of the customer's time zone. */
  readonly timeZone: string;
  readonly now: Temporal.Instant;
  readonly money: CustomerMoney;
  /** What the customer wants to be told, and when. */
  readonly wishes: CustomerWishes;
  readonly cards: CustomerCards;
  /** The parcels that the customer follows by their numbers. */
  readonly parcels: CustomerParcels;
  /** Talks with staff, and disputes. */
  readonly cases: CustomerCases;
  /** By what a message can be checked. */
  readonly checks: CustomerChecks;
  /** The texts that banks have written. */
  readonly prepared: PreparedTexts;
  /** It was said at a messenger, and is answered there. */
  readonly elsewhere?: boolean;
  /** What whoever asks for a person is offered; nothing but telephones without. */
  readonly people?: CustomerPeople;
}

/** A button to be signed: it acts only with its token. */
export interface Ask {
  readonly act: Action['act'];
  /** The link it is about; absent for an act on everything (all links, the account). */
  readonly linkId?: LinkId;
  /** Of `narrow-link`: what would no longer be shared. */
  readonly givenUp?: Act['givenUp'];
  /** Of `control`: what is done to which card. */
  readonly control?: Act['control'];
  /** Of `answer-alert`: which alert, and the answer. */
  readonly alert?: Act['alert'];
  /** Of `add-evidence`: to which dispute, and what. */
  readonly evidence?: Act['evidence'];
  /** Of `ask-case`: about which dispute or purchase, and what. */
  readonly about?: Act['about'];
  /** Of `dispute`: which purchase, and why. */
  readonly dispute?: Act['dispute'];
  /** Of `open-case`: as what it was sorted, and the question. */
  readonly opening?: Act['opening'];
  /** Of `in-case`: which case, and what of it. */
  readonly inCase?: Act['inCase'];
  /** Of `share-in-case`: in which case, and what. */
  readonly share?: Act['share'];
  /** Of `control` and `no-proposal`: what staff proposed. */
  readonly proposal?: Act['proposal'];
  /** The button is good for so long; `limits.actTokenMinutes` unless said. */
  readonly minutes?: number;
  /** Of `follow-parcel` and `unfollow-parcel`: which number, and who follows it. */
  readonly parcel?: Act['parcel'];
  /** What has to be proven before it counts. */
  readonly proof?: Act['proof'];
  readonly label: string;
  readonly weight: Action['weight'];
}

/** A button that leads to a page of this app. */
export type WayOn = NonNullable<Message['waysOn']>[number];

/** One message of an answer. */
export interface Answer {
  readonly content: Content;
  /** The link that it was read from, whose key seals it; null when nothing of a bank is in it. */
  readonly derivedFrom: LinkId | null;
  /** More links that it was read from: the message must go when any of them is stopped. */
  readonly alsoDerivedFrom?: readonly LinkId[];
  readonly purpose: Purpose | null;
  readonly quickReplies?: readonly QuickReply[];
  readonly waysOn?: readonly WayOn[];
  /** Nobody asked for it: in quiet hours it is not announced. */
  readonly canWait?: true;
  /**
   * It has no place in a messenger, at no level: it stands in the conversation under this id, and the chat that asked
   * gets an address that shows it once, in a browser that is signed in. See `withAddresses`.
   */
  readonly viewOnly?: MessageId;
  /** At most three, the safe one first. */
  readonly asks?: readonly Ask[];
  /** The number that was answered, for whoever checks it; it is not part of the message. */
  readonly figure?: Figure;
}

type Extras = Pick<Answer, 'quickReplies' | 'waysOn' | 'asks' | 'figure'>;
type Values = Readonly<Record<string, string | number>>;

/** A sentence in which nothing of a bank is told. */
export function plain(locale: Locale, key: Sentence, values: Values = {}, extras: Extras = {}): Answer {
  return ofNoBank(say(locale, key, values), extras);
}

/** Words in which nothing of a bank is told. */
export function ofNoBank(text: string, extras: Extras = {}): Answer {
  return { content: { kind: 'text', text }, derivedFrom: null, purpose: null, ...extras };
}

/** Words that were read from a link, or are about it. */
export function telling(link: LinkOfCustomer, purpose: Purpose | null, text: string, extras: Extras = {}): Answer {
  return { content: { kind: 'text', text: text.trim() }, derivedFrom: link.linkId, purpose, ...extras };
}

/** A card of a link, with its gist in words. */
export function showing(
  link: LinkOfCustomer,
  purpose: Purpose | null,
  card: Card,
  text: string,
  extras: Extras = {},
): Answer {
  return { content: { kind: 'card', card, text: text.trim() }, derivedFrom: link.linkId, purpose, ...extras };
}

/** What can be suggested. */
export const SUGGESTIONS = [
  'balance',
  'recent',
  'where',
  'spending',
  'check',
  'stop',
  'help',
  'freeze',
  'lost',
  'cards',
  'due',
  'person',
] as const;
/** Something that can be suggested. */
export type Suggestion = (typeof SUGGESTIONS)[number];

/** Words to tap; three things that can be done unless others are named. */
export function suggest(locale: Locale, which: readonly Suggestion[] = ['balance', 'recent', 'where']): QuickReply[] {
  return which.map((one) => ({ label: say(locale, `quick.${one}`), text: say(locale, `quick.${one}.text`) }));
}

/** Leads to linking: one bank, or the choice of all. */
export function wayToLink(locale: Locale, bank?: { readonly id: string; readonly name: string }): WayOn {
  if (bank === undefined) return { way: 'link-bank', label: say(locale, 'way.link') };
  return { way: 'link-bank', bank: bank.id, label: say(locale, 'way.link.bank', { bank: bank.name }) };
}

/** Leads to the privacy centre. */
export function wayToPrivacy(locale: Locale): WayOn {
  return { way: 'privacy', label: say(locale, 'way.privacy') };
}

/** Leads to signing in, for somebody who has a chat on another device. */
export function wayToSignIn(locale: Locale): WayOn {
  return { way: 'sign-in', label: say(locale, 'way.sign-in') };
}

/** Leads to a new login at a bank whose login was lost. */
export function wayToReconnect(locale: Locale, bank: { readonly id: string; readonly name: string }): WayOn {
  return { way: 'reconnect', bank: bank.id, label: say(locale, 'way.reconnect', { bank: bank.name }) };
}
