import {
  alertButtonWords,
  gistOfCardControl,
  gistOfFraudAlert,
  gistOfLowBalance,
  gistOfParcel,
  gistOfReceipt,
  gistOfTransaction,
  type Action,
  type Content,
  type Locale,
  type Message,
  type QuietHours,
  type ReceiptCard,
  type TransactionCard,
} from '#contract';

import type { AlertContent, RecordContent } from '#vault';
import type { Body, Said } from './change.ts';
import { isQuietAt } from './quiet.ts';

/** How a person is spoken to. */
export interface Manner {
  readonly locale: Locale;
  readonly timeZone: string;
  /** When what can wait is not announced; none unless there are some. */
  readonly quiet?: QuietHours | null | undefined;
}

/** What is shown of a message, in its customer's manner. */
export type Drawn = Omit<Said, 'canWait' | 'isQuiet'> & Pick<Message, 'quiet' | 'urgent'>;

/**
 * Draws a message. What came by itself within the customer's quiet hours says so, that it is not announced: all
 * that a record shows but what is suspected to be fraud, and of the rest what was marked as it was written.
 */
export function draw(
  from:
    | { readonly said: Said }
    | { readonly shown: RecordContent; readonly beside?: RecordContent; readonly purpose: string | null },
  atMs: number,
  manner: Manner,
): Drawn {
  const isQuiet = (canWait: boolean): Pick<Message, 'quiet'> =>
    canWait && isQuietAt(manner.quiet, manner.timeZone, atMs) ? { quiet: true } : {};
  if ('shown' in from) {
    const { shown, beside, purpose } = from;
    if (shown.kind === 'alert') return drawAlert(shown, manner);
    return { content: drawRecord(shown, beside, manner), ...isQuiet(purpose !== 'fraud-alerts') };
  }
  const { canWait = false, isQuiet: never = false, ...said } = from.said;
  return { ...said, ...inWords(said, manner), ...(never ? { quiet: true } : isQuiet(canWait)) };
}

/**
 * As browsers are shown it: a one-time address is for the messenger that asked, and stands nowhere else. That of a
 * statement is no secret, and good in its customer's session alone.
 */
export function withoutAddresses<Shown extends Pick<Message, 'waysOn'>>(message: Shown): Shown {
  if (!message.waysOn?.some(({ address }) => address !== undefined)) return message;
  return {
    ...message,
    waysOn: message.waysOn.map((on) => (on.way === 'statement' || on.way === 'picture' ? on : withoutAddress(on))),
  };
}

type WayOn = NonNullable<Message['waysOn']>[number];

function withoutAddress({ address: _address, ...way }: WayOn): WayOn {
  return way;
}

/** What a change's body shows. */
export const drawBody = (body: Body, atMs: number, manner: Manner): Drawn =>
  draw(body.from === 'record' ? body : { said: body.said }, atMs, manner);

/** A held purchase, with the buttons of its answers in the customer's language. It is told past quiet hours, and firmly. */
function drawAlert({ card, bankName, buttons }: AlertContent, { locale, timeZone }: Manner): Drawn {
  const text = gistOfFraudAlert(card, bankName, locale, timeZone);
  const actions = buttons.map(({ answer, freezes, token }): Action => ({
    act: 'answer-alert',
    label: alertButtonWords(answer, freezes, locale),
    token,
    ...(answer === 'mine' ? { weight: 'grave', proof: 'release-hold' } : { weight: 'fraud' }),
  }));
  const isAsked = card.state === 'open' || card.state === 'asked-again';
  return {
    content: { kind: 'card', card, text },
    ...(actions.length > 0 && { actions }),
    ...(isAsked && { urgent: true }),
  };
}

/** @param beside what stands beside it: of a receipt its purchase, of a purchase its receipt */
function drawRecord(
  content: Exclude<RecordContent, AlertContent>,
  beside: RecordContent | undefined,
  { locale }: Manner,
): Content {
  if (content.kind === 'balance') {
    const { bank, account, balance } = content;
    return { kind: 'card', card: { card: 'balance', bank, accounts: [{ ...account, balance }] }, text: '' };
  }
  if (content.kind === 'receipt')
    return { kind: 'card', card: withPurchase(content.receipt, beside), text: gistOfReceipt(content.receipt, locale) };
  if (content.kind === 'parcel')
    return { kind: 'card', card: content.parcel, text: gistOfParcel(content.parcel, locale) };
  const { bank, account, transaction, balance } = content;
  const receipt = beside?.kind === 'receipt' && briefOf(beside.receipt);
  const card: TransactionCard = {
    card: 'transaction',
    bank,
    account,
    transaction,
    ...(balance && { balance }),
    ...(receipt && { receipt }),
  };
  return { kind: 'card', card, text: gistOfTransaction(card, locale) };
}

function withPurchase(receipt: ReceiptCard, beside: RecordContent | undefined): ReceiptCard {
  if (beside?.kind !== 'transaction') return receipt;
  const { bank, account, transaction } = beside;
  return { ...receipt, purchase: { bank, account, transaction } };
}

function briefOf({ shop, number, lines, currency, refunded }: ReceiptCard): TransactionCard['receipt'] {
  return {
    shop,
    ...(number !== undefined && { number }),
    lines,
    currency,
    ...(refunded !== undefined && { refunded }),
  };
}

/** Whoever takes in events knows no language, so what they write is put into words here: its gist, and its buttons. */
function inWords({ content, actions }: Said, { locale, timeZone }: Manner): Pick<Said, 'content' | 'actions'> {
  if (content.kind !== 'card') return { content };
  const { card } = content;
  if (card.card === 'fraudAlert' && card.watch) {
    const labelled = actions?.map((one): Action => ({ ...one, label: watchLabel(one, locale) }));
    // A watch names no bank: it is the customer's own.
    const text = gistOfFraudAlert(card, '', locale, timeZone);
    return { content: { ...content, text }, ...(labelled && { actions: labelled }) };
  }
  if (card.card === 'cardControl' && card.byBank)
    return { content: { ...content, text: gistOfCardControl(card, '', locale, timeZone) } };
  if (card.card !== 'balance' || !card.low) return { content };
  return { content: { ...content, text: gistOfLowBalance(card, card.low, locale) } };
}

function watchLabel({ act, label }: Action, locale: Locale): string {
  if (act !== 'answer-watch' || (label !== 'mine' && label !== 'not-mine')) return label;
  return alertButtonWords(label, false, locale);
}
