import { createHash } from 'node:crypto';
import { isTellerlineError, limits, type CustomerId } from '#base';
import { moneyWords, type Evidence, type Locale, type ReceiptCard } from '#contract';
import type { KnownDispute } from '#controls';
import type { Customer } from '#customers';
import type { Database } from '#db';
import type { Pairing, RecordOf } from '#orders';
import { taskActor, type Vault } from '#vault';
import { fullDayWords } from './moments.ts';
import type { Answer } from './turn.ts';
import { say } from './words.ts';

/** A shop's receipt as part of a case: its facts, shown word for word before a button sends them to the bank. */

/** What reading a receipt for a case takes. */
export interface ReceiptReading {
  readonly database: Database;
  readonly vault: Vault;
  readonly pairing: Pick<Pairing, 'receiptsOf'>;
}

/** In whose words it is put. */
export type Manner = Pick<Customer, 'locale' | 'timeZone'>;

/** A receipt as evidence. */
export type ReceiptEvidence = Extract<Evidence, { kind: 'receipt' }>;

/** As much as a bank takes of each (docs/card-control-api.md). */
const charactersMax = { shop: 140, number: 80, text: 8000 } as const;
const linesMax = 60;
const titleMax = 80;

/** The facts of a receipt, and nothing else of what is known of it: the shop, the order, the day, the lines, the sums. */
export function receiptEvidence(receipt: ReceiptCard, { locale, timeZone }: Manner): ReceiptEvidence {
  const { shop, number, currency } = receipt;
  const money = (amount: string): string => moneyWords(amount, currency, locale);
  const day = (instant: string): string =>
    fullDayWords(Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString(), locale);
  const sum = (what: 'discount' | 'shipping' | 'tax' | 'tip' | 'total' | 'refunded', amount: string | undefined) =>
    amount === undefined ? [] : [say(locale, `receipt.fact.${what}`, { amount: money(amount) })];
  const facts = [
    shop,
    ...(number === undefined ? [] : [say(locale, 'receipt.fact.number', { number })]),
    ...(receipt.orderedAt ? [say(locale, 'receipt.fact.ordered', { day: day(receipt.orderedAt) })] : []),
    ...(receipt.cancelledAt ? [say(locale, 'receipt.fact.cancelled', { day: day(receipt.cancelledAt) })] : []),
    ...linesOf(receipt, locale, money),
    ...sum('discount', receipt.discount),
    ...sum('shipping', receipt.shipping),
    ...sum('tax', receipt.tax),
    ...sum('tip', receipt.tip),
    ...sum('total', receipt.total),
    ...sum('refunded', receipt.refunded),
  ];
  return {
    kind: 'receipt',
    shop: shop.slice(0, charactersMax.shop),
    ...(number !== undefined && { number: number.slice(0, charactersMax.number) }),
    text: facts.join('\n').slice(0, charactersMax.text),
  };
}

function linesOf({ lines }: ReceiptCard, locale: Locale, money: (amount: string) => string): string[] {
  const shown = lines.slice(0, linesMax).map(({ title, quantity, total }) => {
    const what = { title: title.slice(0, titleMax), quantity };
    return total === undefined
      ? say(locale, 'receipt.fact.line', what)
      : say(locale, 'receipt.fact.line.priced', { ...what, amount: money(total) });
  });
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, say(locale, 'receipt.fact.more', { count: more })] : shown;
}

/** A receipt as the bank would get it, and by what is told whether its facts are those that were shown. */
export interface ReadReceipt {
  readonly evidence: ReceiptEvidence;
  readonly shown: string;
}

/** The facts that are told, whatever the language that they are put in. */
function shownAs(receipt: ReceiptCard): string {
  const { shop, number, currency, orderedAt, cancelledAt, lines, discount, shipping, tax, tip, total, refunded } =
    receipt;
  const items = lines.map((line) => [line.title, line.quantity, line.total]);
  const facts = [shop, number, currency, orderedAt, cancelledAt, items, discount, shipping, tax, tip, total, refunded];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22);
}

/**
 * Reads one receipt for a case, to show it or to send it, through the gate under the shop's own consent; undefined when it is gone.
 *
 * @throws TellerlineError `purpose_not_consented`, `link_ended`, `key_service_unavailable`
 */
export async function readReceipt(
  { vault }: Pick<ReceiptReading, 'vault'>,
  customerId: CustomerId,
  { linkId, recordId }: RecordOf,
  manner: Manner,
  reason: 'dispute-receipt' | 'dispute-evidence',
): Promise<ReadReceipt | undefined> {
  const use = { purpose: 'receipts', linkId, fields: ['receipt'], reason } as const;
  const always = { from: '1900-01-01', to: '2999-12-31' };
  const opened = await vault.gate.records(
    { ...use, actor: taskActor('act', customerId) },
    { kind: 'receipt', recordIds: [recordId], ...always },
  );
  return opened.use(([found]): ReadReceipt | undefined => {
    if (found?.content.kind !== 'receipt') return undefined;
    const { receipt } = found.content;
    return { evidence: receiptEvidence(receipt, manner), shown: shownAs(receipt) };
  });
}

/**
 * The receipts of a disputed purchase that its bank neither has nor is being sent, each with exactly what the bank would get and
 * the button that sends it. Under the shop's key, as it tells of the shop: it goes with the shop's link. Empty when
 * there is none, or the shop's consent does not cover it any more.
 */
export async function offersOfReceipts(
  reading: ReceiptReading,
  { customerId, linkId, actionId, recordId, receiptIds }: KnownDispute,
  bank: string,
  manner: Manner,
): Promise<Answer[]> {
  if (!recordId) return [];
  const { locale } = manner;
  const offers: Answer[] = [];
  for (const record of await reading.pairing.receiptsOf(reading.database, customerId, { linkId, recordId })) {
    if (receiptIds.includes(record.recordId)) continue;
    const read = await readReceipt(reading, customerId, record, manner, 'dispute-receipt').catch(withoutConsent);
    if (!read) continue;
    const { shop, text } = read.evidence;
    const evidence = { actionId, receipt: { ...record, shown: read.shown, locale } };
    const minutes = limits.caseOfferDays * 24 * 60;
    offers.push({
      content: { kind: 'text', text: `${say(locale, 'case.receipt', { bank, shop })}\n\n${text}` },
      derivedFrom: record.linkId,
      purpose: 'receipts',
      asks: [
        {
          act: 'add-evidence',
          linkId,
          evidence,
          minutes,
          label: say(locale, 'act.case.receipt', { shop }),
          weight: 'main',
        },
        { act: 'no-control', linkId, minutes, label: say(locale, 'act.not-now'), weight: 'plain' },
      ],
    });
  }
  return offers;
}

/** A shop that was stopped, or whose receipts are not shared any more, has nothing to offer. */
function withoutConsent(error: unknown): undefined {
  if (!isTellerlineError(error)) throw error;
  return undefined;
}
