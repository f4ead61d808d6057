import type { DeletionReceipt, Me } from '#contract';
import type { ShownMessage } from './entry-log.ts';
import type { Outgoing } from './outbox.ts';

/** A button that was pressed, by its token. */
export type Press =
  | { readonly state: 'pressed' }
  | { readonly state: 'refused'; readonly reason: string; readonly code: string }
  | { readonly state: 'unknown' };

/** What a screen reader is to be told, once. */
export interface Announcement {
  /** Grows by one each time, so that equal words are still said again. */
  readonly number: number;
  readonly urgent: boolean;
  readonly texts: readonly string[];
}

/** Everything the messenger's screen is drawn from; replaced, never changed. */
export interface ConversationState {
  /** `opening`: nothing is known yet, the shape of what comes is shown. */
  readonly phase: 'opening' | 'open';
  readonly me: Me | undefined;
  readonly messages: readonly ShownMessage[];
  readonly outgoing: readonly Outgoing[];
  /** The connection is lost for longer than a moment. */
  readonly offline: boolean;
  readonly typing: boolean;
  /** How far what the customer sent is stored, and answered, by sequence number. */
  readonly marks: { readonly deliveredSeq: number; readonly readSeq: number };
  /** The unread divider stands after this sequence number. */
  readonly unreadAfter: number | undefined;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly presses: Readonly<Record<string, Press>>;
  readonly announcement: Announcement | undefined;
  /** Of a deleted account; stays until the page is left. */
  readonly receipt: DeletionReceipt | undefined;
}

/** Before the hub has answered for the first time. */
export const openingState: ConversationState = {
  phase: 'opening',
  me: undefined,
  messages: [],
  outgoing: [],
  offline: false,
  typing: false,
  marks: { deliveredSeq: 0, readSeq: 0 },
  unreadAfter: undefined,
  hasOlder: false,
  loadingOlder: false,
  presses: {},
  announcement: undefined,
  receipt: undefined,
};
