import type { BankId, CustomerId, LinkId, Random } from '#base';
import { open, seal, unreadable, type DataKey } from './cipher.ts';
import type { LinkKey } from './keys.ts';
import { Plaintext } from './plaintext.ts';
import type { CustomerKeyUse } from './wrapped-keys.ts';

/** Columns sealed under a link's key that are the link's own state and no record: intake and linking open them. */
export type LinkPlace =
  | 'links.tokens'
  | 'links.grant'
  | 'accounts.detail'
  | 'accounts.hearing'
  | 'accounts.low'
  | 'accounts.watch'
  | 'lookbacks.cursor'
  | 'fetch_accounts.cursor'
  | 'bank_actions.ask'
  | 'bank_cards.detail'
  | 'disputes.case'
  | 'case_pictures.picture'
  | 'followed_parcels.number'
  | 'early_refunds.refund'
  | 'case_proposals.ask';

/** Columns of cases, sealed under a link's key: staff write them, and the gate alone opens them. */
export type CasePlace = 'cases.question' | 'case_entries.content' | 'desk_pictures.picture';

/** What is made of a link's records and kept in memory, sealed under that link's key like a column; see `distilled.ts`. */
export type DistilledPlace = 'memory.merchants' | 'memory.reading';

/** All columns sealed under a link's key. */
export type ResealedPlace = LinkPlace | CasePlace | 'records.content' | 'messages.content';

/** Columns sealed under a customer's key. */
export type CustomerPlace =
  | 'messages.content'
  | 'link_attempts.state'
  | 'consents.document'
  | 'ledger.record'
  | 'channel_addresses.person'
  | 'channel_media.picture'
  | 'deliveries.platform-id'
  | 'push_subscriptions.subscription'
  | 'email_addresses.address'
  | 'email_codes.code';

/** Seals values of one customer under one of the customer's keys. */
export interface CustomerSealer {
  /** `value` as JSON, sealed for one column and row. */
  seal(place: CustomerPlace, row: string, value: unknown): Buffer;
  /** @throws TellerlineError `sealed_unreadable` when key, column or row is another than at sealing */
  open<Value>(place: CustomerPlace, row: string, sealed: Buffer): Plaintext<Value>;
}

/** Seals values of one link; alive for the transaction that locked the link. */
export interface LinkSealer {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly epoch: number;
  /** The content of a record, bound to its subject. */
  sealRecord(subjectIndex: Buffer, content: unknown): Buffer;
  /**
   * The content of a record that is about to be replaced, for `match-records.ts`, `alert-records.ts` and `standing.ts` alone: what they
   * find is sealed again in the same transaction, with which the use is entered.
   *
   * @throws TellerlineError `sealed_unreadable`
   */
  openStanding<Content>(subjectIndex: Buffer, sealed: Buffer): Plaintext<Content>;
  /** One layer around the content of a message that derives from this link; see `sealMessageOf`. */
  sealMessage(messageId: string, bytes: Buffer): Buffer;
  /** A part of the link's own state, such as its tokens, for one column and row. */
  sealState(place: LinkPlace, row: string, value: unknown): Buffer;
  /** Something of a case, for one column and row; opening it is the gate's. */
  sealCase(place: CasePlace, row: string, value: unknown): Buffer;
  /** @throws TellerlineError `sealed_unreadable` when key, epoch, column or row is another than at sealing */
  openState<Value>(place: LinkPlace, row: string, sealed: Buffer): Plaintext<Value>;
}

/**
 * A sealer under one customer's key. What it seals is bound to column, customer, use and `row`: moved
 * elsewhere it does not open.
 *
 * @throws TellerlineError `sealed_unreadable`, from `open`
 */
export function customerSealer(
  customerId: CustomerId,
  use: CustomerKeyUse,
  key: DataKey,
  random: Random,
): CustomerSealer {
  const context = (place: CustomerPlace, row: string): string => `${place}|${customerId}|${use}|${row}`;
  return {
    seal: (place, row, value) => seal(key, context(place, row), encode(value), random),
    open: <Value>(place: CustomerPlace, row: string, sealed: Buffer) =>
      new Plaintext(decode<Value>(open(key, context(place, row), sealed))),
  };
}

/**
 * A sealer under one link's key. What it seals is bound to column, link, epoch and row: moved elsewhere it
 * does not open. It can write records and messages; opening them is the gate's, but for `openStanding`.
 *
 * @throws TellerlineError `sealed_unreadable`, from `openState`
 */
export function linkSealer(held: LinkKey, random: Random): LinkSealer {
  const { linkId, bankId, epoch, key } = held;
  return {
    linkId,
    bankId,
    epoch,
    sealRecord: (subject, content) => seal(key, recordContext(held, subject), encode(content), random),
    openStanding: <Content>(subject: Buffer, sealed: Buffer) =>
      new Plaintext(openRecordContent<Content>(held, subject, sealed)),
    sealMessage: (messageId, bytes) => seal(key, messageContext(held, messageId), bytes, random),
    sealCase: (place, row, value) => seal(key, placeContext(held, place, row), encode(value), random),
    sealState: (place, row, value) => seal(key, placeContext(held, place, row), encode(value), random),
    openState: <Value>(place: LinkPlace, row: string, sealed: Buffer) =>
      new Plaintext(decode<Value>(open(key, placeContext(held, place, row), sealed))),
  };
}

/** Opens a record's content; for the gate, and for matching. */
export function openRecordContent<Value>(key: LinkKey, subjectIndex: Buffer, sealed: Buffer): Value {
  return decode<Value>(open(key.key, recordContext(key, subjectIndex), sealed));
}

/** Seals what was made of a link's records; `row` says of which. */
export function sealDistilled(
  key: LinkKey,
  place: DistilledPlace,
  row: string,
  value: unknown,
  random: Random,
): Buffer {
  return seal(key.key, placeContext(key, place, row), encode(value), random);
}

/** Opens what `sealDistilled` made; for the gate alone. */
export function openDistilled<Value>(key: LinkKey, place: DistilledPlace, row: string, sealed: Buffer): Value {
  return decode<Value>(open(key.key, placeContext(key, place, row), sealed));
}

/** Opens something of a case; for the gate alone. */
export function openCaseContent<Value>(key: LinkKey, place: CasePlace, row: string, sealed: Buffer): Value {
  return decode<Value>(open(key.key, placeContext(key, place, row), sealed));
}

/**
 * Opens a message's content; for the gate alone. What was read from several links lies under the keys of all:
 * when one of them is gone, nobody opens it.
 *
 * @param keys of its links, in the order of their ids
 */
export function openMessageContent<Value>(keys: readonly LinkKey[], messageId: string, sealed: Buffer): Value {
  const layers = keys.toSorted(byLink).toReversed();
  return decode<Value>(layers.reduce((bytes, held) => open(held.key, messageContext(held, messageId), bytes), sealed));
}

/** Seals what was read from several links under the keys of all of them, one around the other. */
export function sealMessageOf(sealers: readonly LinkSealer[], messageId: string, content: unknown): Buffer {
  return sealers.toSorted(byLink).reduce((bytes, sealer) => sealer.sealMessage(messageId, bytes), encode(content));
}

const byLink = (a: { readonly linkId: LinkId }, b: { readonly linkId: LinkId }): number =>
  a.linkId < b.linkId ? -1 : 1;

/**
 * What `messages.epoch` holds: one more than how often any of the keys was renewed that the message lies under,
 * so that it is another as soon as one of them was.
 */
export const messageEpoch = (keys: readonly { readonly epoch: number }[]): number =>
  keys.reduce((sum, { epoch }) => sum + epoch - 1, 1);

/**
 * The bytes of one row, sealed under a link's earlier key, under its new one; for `rekey.ts` alone. They are
 * moved as they are: nothing reads what they say, and nothing of them leaves this folder.
 *
 * @throws TellerlineError `sealed_unreadable`
 */
export function reseal(
  from: LinkKey,
  to: LinkKey,
  { place, row, sealed }: { readonly place: ResealedPlace; readonly row: string; readonly sealed: Buffer },
  random: Random,
): Buffer {
  const bytes = open(from.key, placeContext(from, place, row), sealed);
  try {
    return seal(to.key, placeContext(to, place, row), bytes, random);
  } finally {
    bytes.fill(0);
  }
}

type KeyName = Pick<LinkKey, 'linkId' | 'epoch'>;

const placeContext = ({ linkId, epoch }: KeyName, place: ResealedPlace | DistilledPlace, row: string): string =>
  `${place}|${linkId}|${epoch}|${row}`;
const recordContext = (key: KeyName, subject: Buffer): string =>
  placeContext(key, 'records.content', recordRow(subject));
const messageContext = (key: KeyName, messageId: string): string => placeContext(key, 'messages.content', messageId);
/** What a record's content is bound to: its subject. */
export const recordRow = (subject: Buffer): string => subject.toString('base64url');

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
/** A value from its bytes, which are overwritten: of what was opened no second copy stays behind. */
export const decode = <Value>(bytes: Buffer): Value => {
  const text = bytes.toString();
  bytes.fill(0);
  try {
    return JSON.parse(text) as Value;
  } catch {
    // Its own error would quote what was opened.
    throw unreadable('value');
  }
};
