import { TellerlineError, type CustomerId, type IdentityId } from '#base';
import type { DeletionReceipt, Locale, LooseningActName } from '#contract';
import {
  findCustomer,
  proofNeeded,
  requireFreshProof,
  requireUnusedAct,
  useAct,
  type Act,
  type Session,
} from '#customers';
import { sql, type Transaction } from '#db';
import type { Audience, Thread } from '#delivery';
import { askCase } from './case-questions.ts';
import { openTalk } from './case-opening.ts';
import { pressInCase, shareInCase } from './in-talk.ts';
import { confirmedWords, controlProposed, declineProposal } from './proposing.ts';
import type { Tried } from './tried.ts';
import { carryOutDispute, readDisputed, type ToDispute } from './disputing.ts';
import { addEvidence, forgetKept, readAhead } from './evidence.ts';
import type { ReceiptEvidence } from './receipt-evidence.ts';
import { carryOutFollow } from './following.ts';
import { carryOutControl, lookBeforeLimit } from './controlling.ts';
import { keptWords, noPasskeyWords } from './occasions.ts';
import { changesOf, putAwayButtons } from './saying.ts';
import type { SaidByCustomer } from './talk-door.ts';
import type { TalkParts } from './talk-parts.ts';
import { carryOutWatch, closeWatch, offerDisputeOfWatch } from './watching.ts';
import { plain } from './turn.ts';

/** Where something was done that was not done in a browser. */
export interface Pressed {
  readonly identityId: IdentityId;
  /** Enters, in the transaction of what it causes, that it was handled; false when it was before. */
  once(tx: Transaction): Promise<boolean>;
}

/** Stores words of a customer's in a transaction; they are answered once it is committed. */
export type SayIn = (tx: Transaction, thread: Thread, message: SaidByCustomer) => Promise<{ readonly seq: number }>;

/** What a button does, when it is pressed; see `Talk.act`. */
export async function press(
  parts: TalkParts,
  { sayIn, tried }: { readonly sayIn: SayIn; readonly tried: Tried },
  customerId: CustomerId,
  token: string,
  from?: Pressed,
  session?: Pick<Session, 'sessionIndex'>,
): Promise<{ receipt?: DeletionReceipt }> {
  const { database, linking, clock } = parts;
  const signed = parts.acts.verify(token, customerId, clock.nowMs());
  const isProposed = signed.act === 'control' && signed.proposal !== undefined && !signed.control;
  const proposed = isProposed ? await controlProposed(parts, signed, from) : undefined;
  if (isProposed && !proposed) return {};
  const act: Act = proposed ? { ...signed, control: proposed } : signed;
  if (act.act === 'stop-link') {
    await database.transaction(async (tx) => {
      await useAct(tx, act, clock.nowMs());
      await from?.once(tx);
      // From here on it will be done, by a chore if this process ends before it has.
      await linking.markStopping(tx, customerId, act.linkId);
    });
  }
  if (act.act === 'ask-case') {
    await askCase(parts, act, from);
    return {};
  }
  // Whoever presses twice has nothing opened and no bank asked for it.
  if (act.act !== 'stop-link' && !isRepeatable(act)) await requireUnusedAct(database, act);
  await lookBeforeLimit(parts, act);
  const ahead = await lookAhead(parts, act);
  await parts.vault.askAhead({ customerId });
  const text = await confirmedWords(parts, act);
  const answered = await database.transaction(async (tx) => {
    if (act.act !== 'stop-link') {
      if (act.proof) await requireProof(tx, act, act.proof, session, clock.nowMs());
      if (!isRepeatable(act)) await useAct(tx, act, clock.nowMs());
      await from?.once(tx);
    }
    return carryOut(parts, tx, act, { ahead, sayIn, tried }, from);
  });
  if (act.act === 'answer-watch') {
    await closeWatch(parts, act);
    await offerDisputeOfWatch(parts, act, from?.identityId ?? 'browsers');
  } else if (act.act !== 'delete-account') {
    const thread = { customerId, conversationId: act.conversationId };
    await putAwayButtons(parts, thread, act.messageId, { ofWordsOnly: act.act === 'in-case', text });
  }
  return answered;
}

/**
 * Parted again, nothing is left to part; what was paired anew since may be parted too. A talk is left, and gone back
 * to, as often as one likes.
 */
const isRepeatable = ({ act }: Act): boolean => act === 'part-pair' || act === 'in-case';

/** A loosening act needs more than its button: a stolen chat must not be able to say "yes, it was me". */
async function requireProof(
  tx: Transaction,
  { messageId }: Act,
  act: LooseningActName,
  session: Pick<Session, 'sessionIndex'> | undefined,
  nowMs: number,
): Promise<void> {
  if (!session) throw proofNeeded();
  await requireFreshProof(tx, session, { act, subject: messageId }, nowMs);
}

/** What an act uses of the customer's records, opened before its transaction begins. */
interface Ahead {
  readonly receipt?: ReceiptEvidence | undefined;
  readonly disputed?: ToDispute;
}

async function lookAhead(parts: TalkParts, act: Act): Promise<Ahead> {
  if (act.act === 'dispute') return { disputed: await readDisputed(parts, act) };
  return act.act === 'add-evidence' ? { receipt: await readAhead(parts, act) } : {};
}

/** Does what a button says. */
async function carryOut(
  parts: TalkParts,
  tx: Transaction,
  act: Act,
  { ahead, sayIn, tried }: { readonly ahead: Ahead; readonly sayIn: SayIn; readonly tried: Tried },
  from: Pressed | undefined,
): Promise<{ receipt?: DeletionReceipt }> {
  const { linking } = parts;
  const to: Audience = from?.identityId ?? 'browsers';
  const { customerId, conversationId } = act;
  switch (act.act) {
    case 'stop-link':
      if (act.linkId) await linking.stop(tx, act.linkId, 'customer');
      else await linking.stopAll(tx, customerId);
      return {};
    case 'narrow-link':
      if (act.linkId && act.givenUp) await linking.narrow(tx, customerId, act.linkId, act.givenUp);
      return {};
    case 'delete-account':
      await tx.execute(sql`delete from turns where customer_id = ${customerId}`);
      return { receipt: await linking.deleteCustomer(tx, customerId) };
    case 'part-pair':
      await parts.pairing.undo(tx, { customerId, conversationId }, act.messageId);
      return {};
    case 'open-case':
    case 'in-case':
    case 'share-in-case':
    case 'no-proposal':
      await carryOutInTalk(parts, tx, act, tried, to);
      return {};
    case 'control':
      if (act.proposal) await parts.desk.settle(tx, { customerId, conversationId }, act.proposal, 'confirmed');
      await carryOutControl(parts, tx, act);
      return {};
    case 'answer-alert':
      if (!act.linkId || !act.alert)
        throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
      await parts.controls.alerts.answer(tx, customerId, act.linkId, act.alert);
      return {};
    case 'add-evidence':
      await addEvidence(parts, tx, act, ahead.receipt);
      return {};
    case 'ask-case':
      return {};
    case 'dispute':
      if (ahead.disputed) await carryOutDispute(parts, tx, act, ahead.disputed);
      return {};
    case 'follow-parcel':
    case 'unfollow-parcel': {
      const said = await carryOutFollow(parts, tx, act);
      await parts.delivery.write(tx, changesOf(parts, { customerId, conversationId }, [said], { to }));
      return {};
    }
    case 'answer-watch':
      await carryOutWatch(parts, tx, act, to, (within, thread, clientId, text) =>
        sayIn(within, thread, { clientId, text, ...(from && { from: { ...from, once: async () => true } }) }),
      );
      return {};
    case 'keep-link':
    case 'keep-account':
    case 'no-control':
    case 'no-passkey': {
      await forgetKept(parts, tx, act);
      const customer = await findCustomer(tx, customerId);
      const words = declined[act.act](customer?.locale ?? 'en');
      await parts.delivery.write(tx, changesOf(parts, { customerId, conversationId }, [words], { to }));
      return {};
    }
  }
}

/** Does what a button of a talk with staff says. */
async function carryOutInTalk(parts: TalkParts, tx: Transaction, act: Act, tried: Tried, to: Audience): Promise<void> {
  if (act.act === 'open-case') await openTalk(parts, tx, act, tried, to);
  else if (act.act === 'in-case') await pressInCase(parts, tx, act, to);
  else if (act.act === 'share-in-case') await shareInCase(parts, tx, act, to);
  else await declineProposal(parts, tx, act, to);
}

/** What is said when a question is answered by "no". */
const declined = {
  'keep-link': keptWords,
  'keep-account': keptWords,
  'no-control': (locale: Locale) => plain(locale, 'card.left'),
  'no-passkey': noPasskeyWords,
} as const;
