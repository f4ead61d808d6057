import {
  newId,
  TellerlineError,
  type AccountRef,
  type ActionId,
  type BankId,
  type CustomerId,
  type LinkId,
  type MessageId,
} from '#base';
import { requireConsent } from '#consent';
import { sql, type Transaction } from '#db';
import { taskActor } from '#vault';
import type { ActionStore } from './action-store.ts';
import { purposeOfKind, type BankAsk } from './bank-action.ts';
import type { ControlsParts } from './parts.ts';

/** What a customer has just confirmed by a button, or by a button and a proof of their own. */
export interface Wish {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  /** The account that it is about, where it is one: given up, it takes this along. */
  readonly accountRef?: AccountRef;
  readonly ask: BankAsk;
  /** The message that is to say how far it has come, where there is one; a new one is written otherwise. */
  readonly messageId?: MessageId;
}

/** What was stored. */
export interface Requested {
  readonly actionId: ActionId;
  readonly messageId: MessageId;
}

/**
 * Stores what a bank is asked to do, with its key, before any call: in the transaction of the button that was pressed.
 * The use is entered in the customer's ledger and the proof log with it. From COMMIT on it is carried out, also when
 * this process ends.
 *
 * @throws TellerlineError `purpose_not_consented`, `link_ended`, `bank_actions_too_many`
 */
export async function request(
  tx: Transaction,
  parts: Pick<ControlsParts, 'vault' | 'clock'>,
  store: Pick<ActionStore<Transaction>, 'put'>,
  { customerId, linkId, bankId, accountRef, ask, messageId = newId<MessageId>() }: Wish,
): Promise<Requested> {
  const nowMs = parts.clock.nowMs();
  const purpose = purposeOfKind[ask.kind];
  await requireConsent(tx, linkId, purpose, nowMs);
  await requireFew(tx, linkId);
  const actionId = newId<ActionId>();
  await store.put(tx, { actionId, customerId, linkId, bankId, accountRef, messageId, ask }, nowMs);
  const use = { actor: taskActor('act', customerId), purpose, linkId, reason: reasonOf(ask), records: 0 };
  await parts.vault.gate.enterWithin(tx, [{ ...use, fields: [fieldOf(ask)] }]);
  return { actionId, messageId };
}

/** Actions of one link that may be open at once: a person has a few cards, a script floods. */
const openMax = 20;

async function requireFew(tx: Transaction, linkId: LinkId): Promise<void> {
  const [row] = await tx.query<{ open: bigint }>(sql`
    select count(*) as open from bank_actions where link_id = ${linkId} and next_at is not null`);
  if (Number(row?.open ?? 0) < openMax) return;
  throw new TellerlineError(
    'bank_actions_too_many',
    429,
    'Your bank has not answered to a lot that was asked of it. Telephone it.',
    {
      retryAfterSeconds: 60,
    },
  );
}

/** Why the data is used, as a stable code of the ledger. */
function reasonOf(ask: BankAsk): string {
  switch (ask.kind) {
    case 'card':
      return `card-${ask.action}`;
    case 'hold':
      return `hold-${ask.answer}`;
    case 'dispute':
      return 'dispute-opened';
    case 'evidence':
      return 'dispute-evidence';
  }
}

function fieldOf({ kind }: BankAsk): string {
  return kind === 'card' || kind === 'hold' ? kind : 'dispute';
}
