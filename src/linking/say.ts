import type { CustomerId, IdentityId, LinkId, MessageId } from '#base';
import { gistOfConsent, type BankFace, type ConsentCard, type Message } from '#contract';
import { findCustomer, type Customer } from '#customers';
import type { Transaction } from '#db';
import type { Thread } from '#delivery';
import type { LinkSealer } from '#vault';
import { faceOf, type LinkingParts } from './parts.ts';

/** Who is told of a link: the customer, where, and of which bank. */
export interface Told {
  readonly customer: Customer;
  readonly thread: Thread;
  readonly face: BankFace;
}

/** Who is to be told of a customer's link to a bank; undefined when the customer is deleted. */
export async function whoIsTold(
  tx: Transaction,
  parts: LinkingParts,
  customerId: CustomerId,
  bankId: string,
): Promise<Told | undefined> {
  const customer = await findCustomer(tx, customerId);
  const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
  return customer && thread && { customer, thread, face: faceOf(parts, bankId) };
}

/** A consent card to be said, new or in the place of an earlier one. */
export interface ConsentSaying {
  readonly entry: 'message' | 'edit';
  readonly messageId: MessageId;
  readonly card: ConsentCard;
  readonly waysOn?: Message['waysOn'];
  /** The chat in which it is said in other words. */
  readonly saidOtherwiseAt?: IdentityId | undefined;
  /** The link whose key seals it; undefined for a card that outlives its link. */
  readonly linkId?: LinkId;
}

/** Says how a link stands, and lets the customer's open windows read it anew. */
export async function sayConsent(
  tx: Transaction,
  parts: LinkingParts,
  { customer, thread, face }: Told,
  { entry, messageId, card, waysOn, linkId, saidOtherwiseAt }: ConsentSaying,
  sealers?: ReadonlyMap<LinkId, LinkSealer>,
): Promise<void> {
  const text = gistOfConsent(card, face.name, customer.locale, customer.timeZone);
  const said = { content: { kind: 'card', card, text } as const, ...(waysOn && { waysOn }) };
  const body = linkId
    ? ({ from: 'link', linkId, purpose: null, said } as const)
    : ({ from: 'customer', said } as const);
  const atMs = parts.clock.nowMs();
  const change = { ...thread, entry, messageId, author: 'tellerline', atMs, body } as const;
  await parts.delivery.write(tx, [{ ...change, ...(saidOtherwiseAt && { saidOtherwiseAt }) }], sealers);
  tx.afterCommit(() => parts.delivery.outlets.send(thread.conversationId, { frame: 'changed' }));
}
