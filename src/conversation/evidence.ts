import { isTellerlineError, TellerlineError, type MessageId } from '#base';
import type { BankFace, Evidence, Locale } from '#contract';
import type { BankAction, KnownDispute, OpenDispute, Tell } from '#controls';
import { findCustomer, type Act, type Customer } from '#customers';
import type { Transaction } from '#db';
import type { Delivery, Thread } from '#delivery';
import { caseOver, receipts } from './case-questions.ts';
import { readReceipt, shownAs, type ReceiptEvidence } from './receipt-evidence.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/** What is added to a case goes to the bank, so the words alone send nothing: a button does. */
const wish =
  /^\s*(?:please\s+|por favor,?\s+)?(?:add|attach|append|añade|anade|agrega|adjunta|añadir|agregar)(?:\s+(?:this|esto))?\s+(?:to|a)\s+(?:my|the|mi|la|el)\s+(?:case|dispute|claim|caso|reclamaci[oó]n|disputa)\s*[:,.–-]?\s+(?<words>\S[\s\S]*)$/i;

const toCase = String.raw`(?:\s+(?:to|for|a|al|para)(?:\s+(?:my|the|mi|la|el))?\s+(?:case|dispute|claim|caso|reclamaci[oó]n|disputa))?\s*[.!]*\s*$`;
const adding = String.raw`^\s*(?:please\s+|por favor,?\s+)?(?:add|attach|send|append|añade|anade|agrega|adjunta|manda|añadir|agregar|adjuntar|mandar)\s+`;
const receiptWish = new RegExp(String.raw`${adding}(?:my|the|a|mi|el|un)\s+(?:receipt|recibo)${toCase}`, 'i');
const pictureWish = new RegExp(
  String.raw`${adding}(?:my|the|a|mi|la|una)\s+(?:picture|photo|image|foto|imagen)${toCase}`,
  'i',
);

/** As much as a bank takes of one addition. */
const charactersMax = 2000;

/** What of a text is to be added to a case; undefined when that is not what it says. */
export const toBeAdded = (text: string): string | undefined =>
  wish.exec(text)?.groups?.['words']?.slice(0, charactersMax);

/** What somebody wants to add to a case; undefined when that is not what a text says. */
export function wishToAdd(text: string): 'words' | 'receipt' | 'picture' | undefined {
  if (toBeAdded(text) !== undefined) return 'words';
  if (receiptWish.test(text)) return 'receipt';
  return pictureWish.test(text) ? 'picture' : undefined;
}

/** "Add to my case: I was at home": asks, with a button, before anything goes to the bank. */
export async function askToAdd(
  parts: TalkParts,
  thread: Thread,
  said: { readonly text: string; readonly messageId: MessageId },
  manner: Pick<Customer, 'locale' | 'timeZone'>,
): Promise<Answer[] | undefined> {
  const { locale } = manner;
  const what = wishToAdd(said.text);
  if (what === undefined) return undefined;
  const open = await parts.controls.disputes.open(parts.database, thread.customerId);
  if (open.length === 0) return [plain(locale, 'case.none')];
  if (what === 'receipt') return offersOfOpen(parts, thread, open, manner);
  const name = ({ bankId }: OpenDispute): string => parts.faces().find(({ id }) => id === bankId)?.name ?? bankId;
  if (what === 'picture')
    return open.map(({ actionId, linkId, ...one }): Answer => {
      const waysOn = [{ way: 'add-picture', case: actionId, label: say(locale, 'way.case.picture') } as const];
      const text = say(locale, 'case.picture.how', { bank: name({ actionId, linkId, ...one }) });
      return { content: { kind: 'text', text }, derivedFrom: linkId, purpose: 'account-management', waysOn };
    });
  return open.map((one) => askForOne(one, name(one), { said: said.messageId }, 'case.add', 'act.case.add', locale));
}

async function offersOfOpen(
  parts: TalkParts,
  { customerId }: Thread,
  open: readonly OpenDispute[],
  manner: Pick<Customer, 'locale' | 'timeZone'>,
): Promise<Answer[]> {
  await parts.vault.askAhead({ customerId });
  const known = await parts.database.transaction(async (tx) => {
    const found: KnownDispute[] = [];
    for (const { linkId, actionId } of open) {
      const one = await parts.controls.disputes.find(tx, customerId, linkId, actionId);
      if (one) found.push(one);
    }
    return found;
  });
  const offers = (await Promise.all(known.map((one) => receipts(parts, one, manner)))).flat();
  const real = offers.filter(({ asks }) => asks !== undefined);
  return real.length > 0 ? real : offers.slice(0, 1);
}

/** Asks whether something is to be added to a case, with its button. */
export function askForOne(
  { linkId, actionId }: Pick<OpenDispute, 'linkId' | 'actionId'>,
  bank: string,
  added: Parameters<typeof evidenceOf>[1],
  question: 'case.add' | 'case.add.picture',
  label: 'act.case.add' | 'act.case.add.picture',
  locale: Locale,
): Answer {
  return {
    content: { kind: 'text', text: say(locale, question, { bank }) },
    derivedFrom: linkId,
    purpose: 'account-management',
    asks: [
      {
        act: 'add-evidence',
        linkId,
        evidence: evidenceOf(actionId, added),
        label: say(locale, label, { bank }),
        weight: 'main',
      },
      { act: 'no-control', linkId, label: say(locale, 'act.not-now'), weight: 'plain' },
    ],
  };
}

type Added = NonNullable<Act['evidence']>;
const evidenceOf = (
  actionId: Added['actionId'],
  added: { readonly said: MessageId } | Pick<Extract<Added, { picture: unknown }>, 'picture'>,
): Added => ({ actionId, ...added });

/**
 * The receipt that a button would send, read anew before its transaction; undefined of other buttons. It is sent only
 * as it was shown.
 *
 * @throws TellerlineError `receipt_changed`, and those of `readReceipt`
 */
export async function readAhead(parts: TalkParts, { customerId, evidence }: Act): Promise<ReceiptEvidence | undefined> {
  if (!evidence || !('receipt' in evidence)) return undefined;
  const customer = await findCustomer(parts.database, customerId);
  const manner = customer ?? { locale: 'en', timeZone: 'UTC' };
  const { shown, ...record } = evidence.receipt;
  const receipt = await readReceipt(parts, customerId, record, manner, 'dispute-evidence').catch(gone);
  if (receipt && shownAs(receipt) === shown) return receipt;
  throw new TellerlineError(
    'receipt_changed',
    410,
    'This receipt is not what it was when it was shown. Nothing was sent. Ask for it again.',
  );
}

function gone(error: unknown): undefined {
  if (!isTellerlineError(error, 'link_ended') && !isTellerlineError(error, 'purpose_not_consented')) throw error;
  return undefined;
}

/**
 * Sends what a customer said, or a receipt or a picture of theirs, to the bank, as part of a case. `receipt`: as it was
 * read ahead.
 *
 * @throws TellerlineError `case_over`, `link_ended`, `purpose_not_consented`
 */
export async function addEvidence(
  parts: TalkParts,
  tx: Transaction,
  act: Act,
  receipt: ReceiptEvidence | undefined,
): Promise<void> {
  const { customerId, linkId, evidence } = act;
  if (!linkId || !evidence) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const dispute = await parts.controls.disputes.find(tx, customerId, linkId, evidence.actionId);
  const added = dispute && (receipt ?? (await readEvidence(parts, tx, act, evidence)));
  if (!dispute || !added) throw caseOver();
  const { bankId, disputeId } = dispute;
  await parts.controls.request(tx, {
    customerId,
    linkId,
    bankId,
    ask: { kind: 'evidence', disputeId, evidence: added },
  });
}

async function readEvidence(
  parts: TalkParts,
  tx: Transaction,
  { customerId, conversationId, linkId }: Act,
  evidence: Added,
): Promise<Evidence | undefined> {
  if ('picture' in evidence && linkId) {
    const of = { customerId, linkId, actionId: evidence.actionId };
    const picture = await parts.controls.casePictures.take(tx, of, evidence.picture);
    return picture && { kind: 'picture', type: 'image/jpeg', base64: picture.base64 };
  }
  if (!('said' in evidence)) return undefined;
  const said = await parts.delivery.ownMessage(tx, { customerId, conversationId }, evidence.said);
  const text = said?.content.kind === 'text' ? toBeAdded(said.content.text) : undefined;
  return text === undefined ? undefined : { kind: 'words', text };
}

/** Says whether the bank has what was added: one message that changes. */
export function tellEvidence(parts: {
  readonly delivery: Pick<Delivery, 'threadsOf' | 'write'>;
  readonly faces: () => readonly BankFace[];
  readonly clock: TalkParts['clock'];
}): Tell<Transaction> {
  return async (tx, action, isNew) => {
    const { ask, customerId, linkId, bankId, messageId } = action;
    const customer = await findCustomer(tx, customerId);
    const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
    const face = parts.faces().find(({ id }) => id === bankId);
    if (ask.kind !== 'evidence' || !customer || !thread || !face) return;
    const { name: bank, telephone } = face;
    const { kind } = ask.evidence;
    const text = say(customer.locale, `case.added.${stateOf(action)}`, {
      bank,
      telephone,
      kind,
      number: ask.disputeId,
    });
    const said = { content: { kind: 'text', text } as const };
    const body = { from: 'link', linkId, purpose: 'account-management', said } as const;
    const change = { ...thread, messageId, author: 'tellerline', atMs: parts.clock.nowMs(), body } as const;
    const isWorthSaying = action.state !== 'sent';
    await parts.delivery.write(tx, [
      isNew
        ? { ...change, entry: 'message' }
        : { ...change, entry: 'edit', ...(isWorthSaying && { worthSaying: true as const }) },
    ]);
  };
}

const stateOf = ({ state }: BankAction): 'sent' | 'unknown' | 'confirmed' | 'refused' =>
  state === 'requested' ? 'sent' : state;
