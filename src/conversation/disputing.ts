import {
  isTellerlineError,
  limits,
  TellerlineError,
  type AccountRef,
  type BankId,
  type CustomerId,
  type LinkId,
  type RecordId,
} from '#base';
import {
  DISPUTE_REASONS,
  isShopId,
  moneyWords,
  type AccountLabel,
  type DisputeReason,
  type Locale,
  type Purchase,
} from '#contract';
import type { Wish } from '#controls';
import type { Act } from '#customers';
import type { Transaction } from '#db';
import { taskActor } from '#vault';
import { lost } from './balance-answer.ts';
import { callBank, notAllowed } from './card-answer.ts';
import type { LinkOfCustomer } from './money.ts';
import { fullDayWords } from './moments.ts';
import { notShared, unreadable } from './selecting.ts';
import type { TalkParts } from './talk-parts.ts';
import { telling, type Answer, type Ask } from './turn.ts';
import { customerMoney } from './vault-money.ts';
import { say } from './words.ts';

/** A purchase of a link that may be disputed. */
export interface Disputable {
  readonly recordId: RecordId;
  readonly accountRef: AccountRef;
  readonly account: AccountLabel;
  readonly purchase: Purchase;
}

type Reading = Pick<TalkParts, 'vault' | 'database' | 'controls'>;

/**
 * A link's purchases that may be disputed, newest first: those that were paid and stand, and have no case yet. One
 * use, for the purchases that the customer shares.
 *
 * @throws TellerlineError `purpose_not_consented`, `link_ended`, `key_service_unavailable`
 */
export async function disputablesOf(
  { vault, database, controls }: Reading,
  customerId: CustomerId,
  linkId: LinkId,
  which: { readonly from: string; readonly to: string; readonly recordIds?: readonly RecordId[] },
): Promise<Disputable[]> {
  const actor = taskActor('act', customerId);
  const use = { actor, purpose: 'transactions', linkId, fields: ['transaction'], reason: 'dispute-chosen' } as const;
  const opened = await vault.gate.records(use, { kind: 'transaction', ...which });
  const found = opened.use((records) =>
    records.flatMap(({ recordId, accountRef, content }): Disputable[] => {
      if (content.kind !== 'transaction') return [];
      const { account, transaction: purchase } = content;
      const isPaid =
        purchase.direction === 'debit' && purchase.status !== 'reversed' && purchase.merchant !== undefined;
      return isPaid ? [{ recordId, accountRef, account, purchase }] : [];
    }),
  );
  const ids = found.map(({ recordId }) => recordId);
  const disputed = ids.length === 0 ? new Set() : await controls.disputes.disputedAmong(database, linkId, ids);
  return found
    .filter(({ recordId }) => !disputed.has(recordId))
    .toSorted((one, other) => Date.parse(other.purchase.occurredAt) - Date.parse(one.purchase.occurredAt));
}

/** "$42.10 at Target on November 3, 2026". */
export function purchaseWords(
  { amount, currency, merchant, description, localDate }: Purchase,
  locale: Locale,
): string {
  const what = { money: moneyWords(amount, currency, locale), merchant: merchant?.name ?? description };
  return say(locale, 'dispute.what', { ...what, day: fullDayWords(localDate, locale) });
}

/** Asks whether a purchase is to be disputed, with the reason that was said or a button for each. */
export function askToDispute(
  link: LinkOfCustomer,
  { recordId, purchase }: Pick<Disputable, 'recordId' | 'purchase'>,
  locale: Locale,
  reason?: DisputeReason,
): Answer {
  const { linkId, bank } = link;
  const reasons = reason === undefined ? DISPUTE_REASONS : [reason];
  const buttons = reasons.map((one): Ask => ({
    act: 'dispute',
    linkId,
    dispute: { recordId, reason: one },
    label: say(locale, `act.dispute.${one}`),
    weight: reason === undefined ? 'plain' : 'main',
  }));
  const notNow: Ask = { act: 'no-control', linkId, label: say(locale, 'act.not-now'), weight: 'plain' };
  const words = { what: purchaseWords(purchase, locale), bank: bank.name };
  const text = reason === undefined ? say(locale, 'dispute.ask', words) : say(locale, `dispute.ask.${reason}`, words);
  return telling(link, 'transactions', text, { asks: reason === undefined ? buttons : [...buttons, notNow] });
}

/**
 * The customer's links at whose banks something can be disputed from here, as their banks say just now; or why not, in
 * words with the bank's own telephone.
 */
export async function disputableLinks(
  parts: TalkParts,
  customerId: CustomerId,
  locale: Locale,
  only?: LinkId,
): Promise<{ readonly links: readonly LinkOfCustomer[]; readonly said: readonly Answer[] }> {
  const all = (await customerMoney(parts, customerId).links()).filter(
    ({ linkId, bank }) => !isShopId(bank.id) && (only === undefined || linkId === only),
  );
  const asked = await Promise.all(
    all.map(async (link) => ({ link, why: await whyNotHere(parts, customerId, link, locale) })),
  );
  return {
    links: asked.flatMap(({ link, why }) => (why === undefined ? [link] : [])),
    said: asked.flatMap(({ why }) => why ?? []),
  };
}

/** Why nothing is disputed at a link's bank from here; undefined where it is, and nothing is said of a link that has ended meanwhile. */
async function whyNotHere(
  { controls }: Pick<TalkParts, 'controls'>,
  customerId: CustomerId,
  link: LinkOfCustomer,
  locale: Locale,
): Promise<readonly Answer[] | undefined> {
  if (!link.purposes.includes('account-management')) return [notAllowed({ locale }, link)];
  if (link.unreadable) return [unreadable(link, locale), callBank({ locale }, link)];
  if (link.state === 'reconnect') return [lost({ locale }, link), callBank({ locale }, link)];
  try {
    // Whoever answers for cards takes disputes: both are one profile.
    await controls.cards.list(customerId, link.linkId);
    return undefined;
  } catch (error) {
    if (isTellerlineError(error, 'purpose_not_consented')) return [notAllowed({ locale }, link)];
    return whyNotAnswered(error, link, locale);
  }
}

/**
 * What a failure of one link is told as, so that the others are answered all the same.
 *
 * @throws whatever is no refusal of a bank, of a key or of a consent
 */
export function whyNotAnswered(error: unknown, link: LinkOfCustomer, locale: Locale): readonly Answer[] {
  if (!isTellerlineError(error)) throw error;
  const call = callBank({ locale }, link);
  if (error.code === 'link_ended') return [];
  if (error.code === 'purpose_not_consented') return [notShared(link, 'transactions', locale)];
  if (error.code === 'key_service_unavailable') return [unreadable(link, locale), call];
  if (error.code === 'bank_consent_lost') return [lost({ locale }, link), call];
  if (error.code.startsWith('bank_')) return [call];
  throw error;
}

/** Of one record that is named, whenever it happened. */
export const always = { from: '1900-01-01', to: '2999-12-31' } as const;

/** The refusal of a purchase that cannot be disputed any more. */
export const purchaseGone = (): TellerlineError =>
  new TellerlineError(
    'purchase_gone',
    410,
    'This purchase cannot be disputed any more: it is disputed already, was given back, or is not shared. Nothing was done.',
  );

/** A purchase that is about to be disputed, with the bank's own id of its account. */
export interface ToDispute extends Disputable {
  readonly accountId: string;
  readonly bankId: BankId;
}

/**
 * Reads the purchase of a dispute's button, before the transaction in which the bank is asked.
 *
 * @throws TellerlineError `purchase_gone`, and those of `disputablesOf`
 */
export async function readDisputed(parts: TalkParts, { customerId, linkId, dispute }: Act): Promise<ToDispute> {
  if (!linkId || !dispute) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const [found] = await disputablesOf(parts, customerId, linkId, { ...always, recordIds: [dispute.recordId] });
  const account = (await parts.linking.accountsAtBank(linkId)).find(
    ({ accountRef }) => accountRef === found?.accountRef,
  );
  const bankId = (await parts.linking.links(customerId)).find((one) => one.linkId === linkId)?.bank;
  if (!found || !account || !bankId) throw purchaseGone();
  return { ...found, accountId: account.accountId, bankId: bankId as BankId };
}

/**
 * Asks the bank to open a dispute; its case stands in the chat from then on.
 *
 * @throws TellerlineError `disputed_already`, and those of `Controls.request`
 */
export async function carryOutDispute(
  { controls }: Pick<TalkParts, 'controls'>,
  tx: Transaction,
  { customerId, linkId, dispute }: Act,
  { recordId, accountId, accountRef, account, purchase, bankId }: ToDispute,
): Promise<void> {
  if (!linkId || !dispute) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  await controls.disputes.requireUndisputed(tx, linkId, recordId);
  const { reason } = dispute;
  const ask: Wish['ask'] = { kind: 'dispute', accountId, account, purchase, reason, recordId };
  await controls.request(tx, { customerId, linkId, bankId, accountRef, ask });
}

/** So many purchases are asked about at once. */
export const purchasesAskedMax = 5;

/** From when on purchases are looked at: a bank takes disputes for some months. */
export function disputableFrom(nowMs: number): { readonly from: string; readonly to: string } {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return { from: day(nowMs - limits.disputableDays * 86_400_000), to: day(nowMs + 86_400_000) };
}
