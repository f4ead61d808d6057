import { randomUUIDv7 } from 'node:crypto';

declare const brand: unique symbol;

/** A string that only its own kind of id may be passed as; at run time it is the plain string. */
export type Branded<Kind extends string> = string & { readonly [brand]: Kind };

export type CustomerId = Branded<'CustomerId'>;
export type IdentityId = Branded<'IdentityId'>;
export type ConversationId = Branded<'ConversationId'>;
export type MessageId = Branded<'MessageId'>;
export type LinkId = Branded<'LinkId'>;
export type ConsentId = Branded<'ConsentId'>;
export type AccountRef = Branded<'AccountRef'>;
export type RecordId = Branded<'RecordId'>;
export type AttemptId = Branded<'AttemptId'>;
export type BankId = Branded<'BankId'>;

/** A new id: UUID version 7 (RFC 9562), so that rows made together lie together in an index. */
export function newId<Id extends Branded<string>>(): Id {
  return randomUUIDv7() as string as Id;
}
