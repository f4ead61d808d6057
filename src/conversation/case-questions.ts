import { limits, TellerlineError, type CustomerId, type IdentityId, type LinkId } from '#base';
import type { KnownDispute } from '#controls';
import { findCustomer, type Act, type AskedAbout } from '#customers';
import type { Transaction } from '#db';
import type { Audience } from '#delivery';
import {
  always,
  askToDispute,
  disputableFrom,
  disputablesOf,
  purchaseGone,
  purchasesAskedMax,
  purchaseWords,
} from './disputing.ts';
import { offersOfReceipts, type Manner } from './receipt-evidence.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, telling, type Answer } from './turn.ts';
import { customerMoney } from './vault-money.ts';
import { say } from './words.ts';

/** Where a button was pressed. */
interface From {
  readonly identityId: IdentityId;
  once(tx: Transaction): Promise<boolean>;
}

/**
 * A button under a case that asks on: it shows what could be sent or disputed, each with a button of its own. Pressed
 * again it shows that again.
 *
 * @throws TellerlineError `case_over`, `purchase_gone`
 */
export async function askCase(parts: TalkParts, act: Act, from: From | undefined): Promise<void> {
  const { customerId, conversationId, linkId, about } = act;
  if (!linkId || !about) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const customer = await findCustomer(parts.database, customerId);
  const manner: Manner = customer ?? { locale: 'en', timeZone: 'UTC' };
  const answers = await answersTo(parts, { customerId, linkId }, about, manner);
  const to: Audience = from?.identityId ?? 'browsers';
  await parts.vault.askAhead({ customerId });
  await parts.database.transaction(async (tx) => {
    if (from && !(await from.once(tx))) return;
    await parts.delivery.write(tx, changesOf(parts, { customerId, conversationId }, answers, { to }));
  });
}

async function answersTo(
  parts: TalkParts,
  { customerId, linkId }: { readonly customerId: CustomerId; readonly linkId: LinkId },
  about: AskedAbout,
  manner: Manner,
): Promise<Answer[]> {
  if (about.what === 'dispute') {
    const link = (await customerMoney(parts, customerId).links()).find((one) => one.linkId === linkId);
    const [found] = link
      ? await disputablesOf(parts, customerId, linkId, { ...always, recordIds: [about.recordId] })
      : [];
    if (!link || !found) throw purchaseGone();
    return [askToDispute(link, found, manner.locale, about.reason)];
  }
  await parts.vault.askAhead({ linkIds: [linkId] });
  const dispute = await parts.database.transaction((tx) =>
    parts.controls.disputes.find(tx, customerId, linkId, about.actionId),
  );
  if (!dispute) throw caseOver();
  return about.what === 'receipt' ? receipts(parts, dispute, manner) : others(parts, dispute, manner);
}

/** The refusal of whatever would be added to a case that is decided or gone. */
export const caseOver = (): TellerlineError =>
  new TellerlineError('case_over', 410, 'This case takes nothing more. Nothing was sent.');

/** The receipts of the purchase; there may be none any more. */
export async function receipts(parts: TalkParts, dispute: KnownDispute, manner: Manner): Promise<Answer[]> {
  const bank = parts.faces().find(({ id }) => id === dispute.bankId)?.name ?? dispute.bankId;
  const offers = await offersOfReceipts(parts, dispute, bank, manner);
  return offers.length > 0 ? offers : [plain(manner.locale, 'case.receipt.none')];
}

/** The last purchases on the card of a case, one message each with its own button. */
async function others(parts: TalkParts, dispute: KnownDispute, { locale }: Manner): Promise<Answer[]> {
  const { customerId, linkId, card, recordId } = dispute;
  const link = (await customerMoney(parts, customerId).links()).find((one) => one.linkId === linkId);
  if (!link) throw caseOver();
  const { cardLast4, id } = card.purchase;
  const isOfCard = (last4: string | undefined, account: { readonly last4: string }): boolean =>
    cardLast4 !== undefined && last4 !== undefined ? last4 === cardLast4 : account.last4 === card.account?.last4;
  const found = (await disputablesOf(parts, customerId, linkId, disputableFrom(parts.clock.nowMs())))
    .filter((one) => one.recordId !== recordId && one.purchase.id !== id)
    .filter(({ purchase, account }) => isOfCard(purchase.cardLast4, account))
    .slice(0, purchasesAskedMax);
  if (found.length === 0)
    return [telling(link, 'transactions', say(locale, 'case.others.none', { bank: link.bank.name }))];
  const minutes = limits.caseOfferDays * 24 * 60;
  const intro = telling(link, 'transactions', say(locale, 'case.others', { count: found.length }));
  return [
    intro,
    ...found.map((one): Answer => {
      const { asks } = askToDispute(link, one, locale, 'not-mine');
      const [button] = asks ?? [];
      return telling(link, 'transactions', purchaseWords(one.purchase, locale), {
        asks: button ? [{ ...button, label: say(locale, 'act.dispute.also'), weight: 'plain', minutes }] : [],
      });
    }),
  ];
}
