import type { ConversationId, CustomerId, IdentityId, LinkId, MessageId, RecordId } from '#base';
import type { Message, Purpose } from '#contract';
import type { RecordContent } from '#vault';

/** Whose conversation a change belongs to. */
export interface Thread {
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
}

/** What a message says: the part that is sealed. */
export type Said = Pick<Message, 'content' | 'actions' | 'waysOn' | 'quickReplies' | 'by' | 'aside'> & {
  /** Nobody asked for it and it is not urgent: in quiet hours it is not announced. */
  readonly canWait?: true;
  /** It stands where they read, and is announced at no hour. */
  readonly isQuiet?: true;
};

/**
 * Where a message's content comes from and whose key seals it. What derives from a link is sealed under
 * that link's key and goes with it; what shows a record names the record and holds no copy; anything
 * else is sealed for the customer.
 */
export type Body =
  | { readonly from: 'customer'; readonly said: Said }
  | {
      readonly from: 'link';
      readonly linkId: LinkId;
      /** More links that it was read from (a total over two banks): it goes when any of them goes. */
      readonly also?: readonly LinkId[];
      readonly purpose: Purpose | null;
      readonly said: Said;
    }
  | {
      readonly from: 'record';
      readonly linkId: LinkId;
      readonly purpose: Purpose;
      readonly recordId: RecordId;
      /** The record's content, in memory, for whoever is connected; not stored again. */
      readonly shown: RecordContent;
    };

/**
 * Where a change is brought besides the browsers, which show everything: to one channel identity alone, such as the
 * one that asked, or to none. Everywhere when it is not said.
 */
export type Audience = IdentityId | 'browsers';

/** A change of a conversation: one entry, one sequence number. */
export type Change = Thread & {
  readonly messageId: MessageId;
  readonly atMs: number;
  readonly to?: Audience;
  /**
   * A channel identity that is told of it in other words, such as in an answer there: it is brought there in full or
   * not at all, so that nobody reads "something new" of what they have just done.
   */
  readonly saidOtherwiseAt?: IdentityId;
} & (
    | { readonly entry: 'message'; readonly author: Message['author']; readonly clientId?: string; readonly body: Body }
    | {
        readonly entry: 'edit';
        readonly author: Message['author'];
        readonly body: Body;
        /** A messenger that cannot change what it has shown says it in a message more; other changes are silent there. */
        readonly worthSaying?: true;
      }
    | { readonly entry: 'removal' }
  );

/** A change with the place that it was given. */
export interface Written {
  readonly change: Change;
  readonly seq: number;
  readonly revision: number;
  /** When the message was first said, where that is not the moment of the change. */
  readonly saidAtMs?: number;
  /** It shows another record besides, so a browser has to read it for itself. */
  readonly isAccompanied?: boolean;
}
