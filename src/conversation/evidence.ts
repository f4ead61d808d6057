import { TellerlineError, type MessageId } from '#base';
import type { BankFace, Locale } from '#contract';
import type { BankAction, Tell } from '#controls';
import { findCustomer, type Act } from '#customers';
import type { Transaction } from '#db';
import type { Delivery, Thread } from '#delivery';
import type { TalkParts } from './talk-parts.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/** What is added to a case goes to the bank, so the words alone send nothing: a button does. */
const wish =
  /^\s*(?:please\s+|por favor,?\s+)?(?:add|attach|append|añade|anade|agrega|adjunta|añadir|agregar)(?:\s+(?:this|esto))?\s+(?:to|a)\s+(?:my|the|mi|la|el)\s+(?:case|dispute|claim|caso|reclamaci[oó]n|disputa)\s*[:,.–-]?\s+(?<words>\S[\s\S]*)$/i;

/** As much as a bank takes of one addition. */
const charactersMax = 2000;

/** What of a text is to be added to a case; undefined when that is not what it says. */
export const toBeAdded = (text: string): string | undefined =>
  wish.exec(text)?.groups?.['words']?.slice(0, charactersMax);

/** "Add to my case: I was at home": asks, with a button, before anything goes to the bank. */
export async function askToAdd(
  parts: TalkParts,
  thread: Thread,
  said: { readonly text: string; readonly messageId: MessageId },
  locale: Locale,
): Promise<Answer[] | undefined> {
  if (toBeAdded(said.text) === undefined) return undefined;
  const open = await parts.controls.disputes.open(parts.database, thread.customerId);
  if (open.length === 0) return [plain(locale, 'case.none')];
  return open.map(({ linkId, bankId, actionId }) => {
    const bank = parts.faces().find(({ id }) => id === bankId)?.name ?? bankId;
    const evidence = { actionId, said: said.messageId };
    return {
      content: { kind: 'text', text: say(locale, 'case.add', { bank }) },
      derivedFrom: linkId,
      purpose: 'account-management',
      asks: [
        { act: 'add-evidence', linkId, evidence, label: say(locale, 'act.case.add', { bank }), weight: 'main' },
        { act: 'no-control', linkId, label: say(locale, 'act.not-now'), weight: 'plain' },
      ],
    };
  });
}

/** Sends what a customer said to the bank, as part of a case of theirs. */
export async function addEvidence(parts: TalkParts, tx: Transaction, act: Act): Promise<void> {
  const { customerId, conversationId, linkId, evidence } = act;
  if (!linkId || !evidence) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const dispute = await parts.controls.disputes.find(tx, customerId, linkId, evidence.actionId);
  const said = await parts.delivery.ownMessage(tx, { customerId, conversationId }, evidence.said);
  const text = said?.content.kind === 'text' ? toBeAdded(said.content.text) : undefined;
  if (!dispute || text === undefined)
    throw new TellerlineError('case_over', 410, 'This case takes nothing more. Nothing was sent.');
  const { bankId, disputeId } = dispute;
  await parts.controls.request(tx, {
    customerId,
    linkId,
    bankId,
    ask: { kind: 'evidence', disputeId, evidence: { kind: 'words', text } },
  });
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
    const text = say(customer.locale, `case.added.${stateOf(action)}`, { bank, telephone, number: ask.disputeId });
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
