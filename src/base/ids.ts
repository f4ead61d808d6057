import { randomUUIDv7 } from 'node:crypto';

declare const brand: unique symbol;

/** A string that only its own kind of id may be passed as; at run time it is the plain string. */
export type Branded<Kind extends string> = string & { readonly [brand]: Kind };

/** One person here. */
export type CustomerId = Branded<'CustomerId'>;
/** A customer's address on one messenger, such as one browser. */
export type IdentityId = Branded<'IdentityId'>;
/** A session by a name that its customer may see; the cookie's hash is another. */
export type SessionId = Branded<'SessionId'>;
/** A passkey, by a name of ours. */
export type PasskeyId = Branded<'PasskeyId'>;
/** A customer's one thread. */
export type ConversationId = Branded<'ConversationId'>;
/** One thing said, through all its revisions. */
export type MessageId = Branded<'MessageId'>;
/** One customer's connection to one bank. */
export type LinkId = Branded<'LinkId'>;
/** What was signed once for a link; a link that was linked again has several. */
export type ConsentId = Branded<'ConsentId'>;
/** An account of a link, by a random name of ours: the bank's own id stands sealed. */
export type AccountRef = Branded<'AccountRef'>;
/** A sealed record: a purchase or a balance. */
export type RecordId = Branded<'RecordId'>;
/** A picture that may become part of a case. */
export type PictureId = Branded<'PictureId'>;
/** One entry of a customer's ledger: a use, a consent's change, a deletion, a delivery. */
export type EntryId = Branded<'EntryId'>;
/** One entry on its way to one channel identity: our reference at a messenger. */
export type DeliveryId = Branded<'DeliveryId'>;
/** A process of this hub, from its start to its end. */
export type NodeId = Branded<'NodeId'>;
/** A card of a link, by a random name of ours. */
export type CardRef = Branded<'CardRef'>;
/** One thing that a customer asked a bank to do: also the Idempotency-Key there. */
export type ActionId = Branded<'ActionId'>;
/** A matter between a customer and a bank's staff. */
export type CaseId = Branded<'CaseId'>;
/** A card control that staff propose. */
export type ProposalId = Branded<'ProposalId'>;
/** A picture in a case. */
export type CasePictureId = Branded<'CasePictureId'>;
/** Somebody of a bank's staff, by a name of ours. */
export type StaffId = Branded<'StaffId'>;
/** The secret part of a one-time linking address. */
export type AttemptId = Branded<'AttemptId'>;
/** A bank of the directory, such as `citi`. */
export type BankId = Branded<'BankId'>;

/** A new id: UUID version 7 (RFC 9562), so that rows made together lie together in an index. */
export function newId<Id extends Branded<string>>(): Id {
  return randomUUIDv7() as string as Id;
}
