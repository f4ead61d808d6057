import { isTellerlineError, TellerlineError, type CustomerId, type MessageId } from '#base';
import type { BankFace, Evidence, Locale } from '#contract';
import type { BankAction, KnownDispute, OpenDispute, Tell } from '#controls';
import { findCustomer, type Act, type Customer } from '#customers';
import type { Transaction } from '#db';
import type { Delivery, Thread } from '#delivery';
import { caseOver, receipts } from './case-questions.ts';
import { purchaseWords } from './disputing.ts';
import { readReceipt, type ReceiptEvidence } from './receipt-evidence.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, type Answer, type Ask } from './turn.ts';
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
  const known = await opened(parts, thread.customerId, open);
  if (what === 'picture')
    return known.map((one): Answer => {
      const { actionId, linkId } = one;
      const waysOn = [{ way: 'add-picture', case: actionId, label: say(locale, 'way.case.picture') } as const];
      const text = say(locale, 'case.picture.how', caseWords(parts, one, locale));
      return { content: { kind: 'text', text }, derivedFrom: linkId, purpose: 'account-management', waysOn };
    });
  return askToSend(parts, known, () => ({ said: said.messageId }), 'words', locale);
}

/** Open disputes with what is known of them, in their order; those that were decided meanwhile are gone. */
export async function opened(
  parts: Pick<TalkParts, 'vault' | 'database' | 'controls'>,
  customerId: CustomerId,
  open: readonly OpenDispute[],
): Promise<readonly KnownDispute[]> {
  await parts.vault.askAhead({ customerId });
  return parts.database.transaction((tx) => openedWithin(tx, parts, customerId, open));
}

/** Like `opened`, in a transaction of its caller, who has asked for the keys before. */
export async function openedWithin(
  tx: Transaction,
  { controls }: Pick<TalkParts, 'controls'>,
  customerId: CustomerId,
  open: readonly OpenDispute[],
): Promise<readonly KnownDispute[]> {
  const found: KnownDispute[] = [];
  for (const { linkId, actionId } of open) {
    const one = await controls.disputes.find(tx, customerId, linkId, actionId);
    if (one) found.push(one);
  }
  return found;
}

/** What names a case: its bank, its number and its purchase. */
function caseWords(
  { faces }: Pick<TalkParts, 'faces'>,
  { bankId, disputeId, card }: KnownDispute,
  locale: Locale,
): { readonly bank: string; readonly number: string; readonly what: string } {
  const bank = faces().find(({ id }) => id === bankId)?.name ?? bankId;
  return { bank, number: card.caseNumber ?? disputeId, what: purchaseWords(card.purchase, locale) };
}

async function offersOfOpen(
  parts: TalkParts,
  { customerId }: Thread,
  open: readonly OpenDispute[],
  manner: Pick<Customer, 'locale' | 'timeZone'>,
): Promise<Answer[]> {
  const known = await opened(parts, customerId, open);
  const offers = (await Promise.all(known.map((one) => receipts(parts, one, manner)))).flat();
  const real = offers.filter(({ asks }) => asks !== undefined);
  return real.length > 0 ? real : offers.slice(0, 1);
}

/**
 * Asks to which case something is to be added, with a button for each that names it: one message for each link, whose
 * cases are its own. "Not now" carries what is added too, so that what was kept for it goes.
 */
export function askToSend(
  parts: Pick<TalkParts, 'faces'>,
  known: readonly KnownDispute[],
  added: (to: KnownDispute) => Sent,
  kind: 'words' | 'picture',
  locale: Locale,
): Answer[] {
  return [...Map.groupBy(known, ({ linkId }) => linkId).values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const { linkId } = first;
    const asks = some.map((one): Ask => {
      const label = say(
        locale,
        some.length === 1 ? 'act.case.add' : 'act.case.add.which',
        caseWords(parts, one, locale),
      );
      const evidence = { actionId: one.actionId, ...added(one) };
      return { act: 'add-evidence', linkId, evidence, label, weight: some.length === 1 ? 'main' : 'plain' };
    });
    const evidence = { actionId: first.actionId, ...added(first) };
    const notNow: Ask = { act: 'no-control', linkId, evidence, label: say(locale, 'act.not-now'), weight: 'plain' };
    const question = some.length === 1 ? 'case.add.one' : 'case.add.which';
    const text = say(locale, question, { ...caseWords(parts, first, locale), kind });
    return [
      { content: { kind: 'text', text }, derivedFrom: linkId, purpose: 'account-management', asks: [...asks, notNow] },
    ];
  });
}

type Added = NonNullable<Act['evidence']>;
type Sent = { readonly said: MessageId } | Omit<Extract<Added, { picture: unknown }>, 'actionId'>;

/**
 * The receipt that a button would send, read anew before its transaction; undefined of other buttons. It is sent only
 * as it was shown.
 *
 * @throws TellerlineError `receipt_changed`, and those of `readReceipt`
 */
export async function readAhead(parts: TalkParts, { customerId, evidence }: Act): Promise<ReceiptEvidence | undefined> {
  if (!evidence || !('receipt' in evidence)) return undefined;
  const customer = await findCustomer(parts.database, customerId);
  const { shown, locale, ...record } = evidence.receipt;
  const manner = { timeZone: customer?.timeZone ?? 'UTC', locale };
  const receipt = await readReceipt(parts, customerId, record, manner, 'dispute-evidence').catch(gone);
  if (receipt?.shown === shown) return receipt.evidence;
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
 * @throws TellerlineError `case_over`, `receipt_there`, `link_ended`, `purpose_not_consented`
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
  const receiptId = 'receipt' in evidence ? evidence.receipt.recordId : undefined;
  if (receiptId && dispute.receiptIds.includes(receiptId))
    throw new TellerlineError(
      'receipt_there',
      409,
      'This receipt is part of the case already, or on its way to the bank. Nothing was sent twice.',
    );
  const { bankId, disputeId } = dispute;
  await parts.controls.request(tx, {
    customerId,
    linkId,
    bankId,
    ask: { kind: 'evidence', disputeId, evidence: added, ...(receiptId && { receiptId }) },
  });
}

async function readEvidence(
  parts: TalkParts,
  tx: Transaction,
  { customerId, conversationId, linkId }: Act,
  evidence: Added,
): Promise<Evidence | undefined> {
  if ('picture' in evidence && linkId) {
    const { keptFor = { linkId, actionId: evidence.actionId } } = evidence;
    const of = { customerId, ...keptFor };
    const picture = await parts.controls.casePictures.take(tx, of, evidence.picture);
    return picture && { kind: 'picture', type: 'image/jpeg', base64: picture.base64 };
  }
  if (!('said' in evidence)) return undefined;
  const said = await parts.delivery.ownMessage(tx, { customerId, conversationId }, evidence.said);
  const text = said?.content.kind === 'text' ? toBeAdded(said.content.text) : undefined;
  return text === undefined ? undefined : { kind: 'words', text };
}

/** Deletes the picture that was kept for a question that is answered by "not now". */
export async function forgetKept(
  { controls }: Pick<TalkParts, 'controls'>,
  tx: Transaction,
  { customerId, linkId, evidence }: Act,
): Promise<void> {
  if (!linkId || !evidence || !('picture' in evidence)) return;
  await controls.casePictures.drop(tx, { customerId, linkId: evidence.keptFor?.linkId ?? linkId }, evidence.picture);
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
