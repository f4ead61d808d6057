import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  AccountRef,
  ActionId,
  CardRef,
  CaseId,
  ConversationId,
  CustomerId,
  LinkId,
  MessageId,
  PictureId,
  ProposalId,
  RecordId,
} from '#base';
import { limits, TellerlineError } from '#base';
import type {
  Action,
  CardAction,
  CardLimit,
  ChatField,
  DisputeReason,
  HoldAnswer,
  Locale,
  LooseningActName,
  Purpose,
} from '#contract';
import { sql, type Queryable, type Transaction } from '#db';

/**
 * What a button does when it is pressed. Words alone never act: a token is signed, good once, for a
 * short time, for one customer, conversation, message and act.
 */
export interface Act {
  readonly act: Action['act'];
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  /** The message under which the button stands. */
  readonly messageId: MessageId;
  readonly linkId?: LinkId | undefined;
  /** Of `control`: what is done to which card. */
  readonly control?: ControlAct | undefined;
  /** Of `answer-alert`: which alert, by its blind index in hex, and the answer. */
  readonly alert?: { readonly caseIndex: string; readonly answer: HoldAnswer } | undefined;
  /** Of `answer-watch`: the answer, the last digits of the card that it is about, and the purchase. */
  readonly watch?: { readonly answer: HoldAnswer; readonly last4: string; readonly recordId?: RecordId } | undefined;
  /** Of `add-evidence`: to which dispute, and what is added. */
  readonly evidence?: ({ readonly actionId: ActionId } & AddedEvidence) | undefined;
  /** Of `ask-case`: what is asked for. It shows what could be done, and does nothing. */
  readonly about?: AskedAbout | undefined;
  /** Of `dispute`: which purchase, and why. */
  readonly dispute?: { readonly recordId: RecordId; readonly reason: DisputeReason } | undefined;
  /** Of `open-case`: as what it was sorted, and the customer's own message that is the question. */
  readonly opening?: { readonly topic: string; readonly confidence?: number; readonly asked?: MessageId } | undefined;
  /** Of `in-case`: which case, and what of it. Nothing of it loosens anything. */
  readonly inCase?: { readonly caseId: CaseId; readonly what: 'leave' | 'resume' | 'close' } | undefined;
  /** Of `share-in-case`: what staff may look at besides, in this case alone. */
  readonly share?: { readonly caseId: CaseId; readonly field: ChatField } | undefined;
  /** Of `control` and `no-proposal`: what staff proposed. What it does is read from there. */
  readonly proposal?: ProposalId | undefined;
  /** Of `follow-parcel`, `unfollow-parcel`: which number of which message of the customer's own, and who follows it. */
  readonly parcel?: { readonly said: MessageId; readonly at: number; readonly carrier: string } | undefined;
  /** What has to be proven besides, in the session that presses; its subject is the message. */
  readonly proof?: LooseningActName | undefined;
  /** Of `narrow-link`: what is no longer to be shared. */
  readonly givenUp?: { readonly purposes: readonly Purpose[]; readonly accounts: readonly AccountRef[] } | undefined;
}

/** What a button asks about, to show what could be done. */
export type AskedAbout =
  | { readonly what: 'receipt' | 'others'; readonly actionId: ActionId }
  /** Whether this purchase is to be disputed; `reason`: where it was said. */
  | { readonly what: 'dispute'; readonly recordId: RecordId; readonly reason?: DisputeReason };

/** What is added to a dispute. */
export type AddedEvidence =
  /** A message of the customer's own. */
  | { readonly said: MessageId }
  /** A shop's receipt; `shown`: the hash of its facts as they stood under the eyes of whoever pressed, in these words. */
  | {
      readonly receipt: {
        readonly linkId: LinkId;
        readonly recordId: RecordId;
        readonly shown: string;
        readonly locale: Locale;
      };
    }
  /** `keptFor`: under which case it was kept, where it may be sent to another. */
  | { readonly picture: PictureId; readonly keptFor?: { readonly linkId: LinkId; readonly actionId: ActionId } };

/** What a button does to a card. */
export interface ControlAct {
  readonly cardRef: CardRef;
  readonly action: CardAction;
  readonly limit?: CardLimit;
  /** Of a limit: how often one was asked for before. Once another was, this button does nothing. */
  readonly limitGeneration?: number;
}

/** Signs and verifies the tokens of buttons. */
export interface ActTokens {
  /** A token for one act, good within `limits.actTokenMinutes`, or as long as is said. */
  sign(act: Act, nowMs: number, minutes?: number): string;
  /** @throws TellerlineError `act_invalid`, `act_expired` */
  verify(token: string, customerId: CustomerId, nowMs: number): Act;
}

/** Token: base64url(JSON) "." base64url(HMAC-SHA-256). `key` comes from the key provider. */
export function actTokens(key: Buffer): ActTokens {
  const mac = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();
  return {
    sign: (act, nowMs, minutes = limits.actTokenMinutes) => {
      const expiresAtMs = nowMs + minutes * 60_000;
      const payload = Buffer.from(JSON.stringify({ ...act, expiresAtMs })).toString('base64url');
      return `${payload}.${mac(payload).toString('base64url')}`;
    },
    verify: (token, customerId, nowMs) => {
      const [payload = '', signature = '', ...rest] = token.split('.');
      // As text: the last sign of 43 has two bits that mean nothing, and another there would be another token.
      const given = Buffer.from(signature);
      const expected = Buffer.from(mac(payload).toString('base64url'));
      if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid();
      const act = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Act & { expiresAtMs: number };
      if (act.customerId !== customerId) throw invalid();
      if (act.expiresAtMs <= nowMs) {
        throw new TellerlineError(
          'act_expired',
          410,
          'This button is no longer good. Nothing was done. Ask again for a new one.',
        );
      }
      return act;
    },
  };
}

/**
 * Enters an act as used, in the transaction that carries it out. The buttons of one message are one
 * question: an answer to it uses all of them up.
 *
 * @throws TellerlineError `act_used`
 */
export async function useAct(tx: Transaction, act: Act, nowMs: number): Promise<void> {
  const entered =
    await tx.execute(sql`insert into used_acts (message_id, used_at) values (${act.messageId}, ${new Date(nowMs)})
    on conflict do nothing`);
  if (entered === 0) throw usedBefore();
}

/**
 * Passes when an act was not used yet: before something is opened or a bank is asked for its sake. What counts is
 * `useAct`, in the transaction.
 *
 * @throws TellerlineError `act_used`
 */
export async function requireUnusedAct(db: Queryable, { messageId }: Act): Promise<void> {
  const used = await db.query(sql`select from used_acts where message_id = ${messageId}`);
  if (used.length > 0) throw usedBefore();
}

const usedBefore = (): TellerlineError =>
  new TellerlineError('act_used', 409, 'This button was pressed before. Nothing was done twice.');

function invalid(): TellerlineError {
  return new TellerlineError('act_invalid', 403, 'This button does not belong to this chat. Nothing was done.');
}
