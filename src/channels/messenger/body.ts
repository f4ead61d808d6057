import type { TemplateComponentOf } from '#channels/meta';

/**
 * What the Send API of Graph v26 takes, as far as we send it. Lists that the platform limits are tuples here: one
 * button too many does not compile.
 */

/** A button of a template, at most 20 characters long. */
export type MessengerButton =
  | { readonly type: 'postback'; readonly title: string; readonly payload: string }
  | { readonly type: 'web_url'; readonly title: string; readonly url: string };

/** One to so many. */
type UpToThree<T> = readonly [T] | readonly [T, T] | readonly [T, T, T];

/** Meta: three buttons under a text, and under an element. */
export type MessengerButtons = UpToThree<MessengerButton>;

/** A card of the generic template. */
export interface GenericElement {
  readonly title: string;
  readonly subtitle?: string;
  readonly image_url?: string;
  readonly buttons?: MessengerButtons;
}

/** A reply to tap. */
export interface QuickReplyKey {
  readonly content_type: 'text';
  readonly title: string;
  readonly payload: string;
}

/** A line of a receipt. */
export interface ReceiptElement {
  readonly title: string;
  readonly subtitle?: string;
  readonly quantity?: number;
  readonly price: number;
  readonly currency?: string;
}

/** A receipt: what Meta requires of one is required here. */
export interface ReceiptPayload {
  readonly template_type: 'receipt';
  readonly recipient_name: string;
  readonly merchant_name?: string;
  /** Unique, or the platform refuses it. */
  readonly order_number: string;
  readonly currency: string;
  readonly payment_method: string;
  /** Seconds since the epoch. */
  readonly timestamp?: string;
  readonly elements?: readonly ReceiptElement[];
  readonly summary: {
    readonly subtotal?: number;
    readonly shipping_cost?: number;
    readonly total_tax?: number;
    readonly total_cost: number;
  };
}

/** A message with a form of its own. */
export type TemplatePayload =
  | { readonly template_type: 'button'; readonly text: string; readonly buttons: MessengerButtons }
  | { readonly template_type: 'generic'; readonly elements: readonly [GenericElement, ...GenericElement[]] }
  | ReceiptPayload;

/** What hangs on a message. */
export type MessengerAttachment =
  | { readonly type: 'template'; readonly payload: TemplatePayload }
  | { readonly type: 'image'; readonly payload: { readonly url: string; readonly is_reusable: false } };

/** A message. */
export type MessengerMessage = { readonly quick_replies?: readonly QuickReplyKey[]; readonly metadata?: string } & (
  | { readonly text: string }
  | { readonly attachment: MessengerAttachment }
);

/** A message in the form of an approved template. Meta: without `attachment.payload` around it. */
export interface MessengerTemplate {
  readonly template: {
    readonly name: string;
    readonly language: { readonly code: string };
    readonly components: readonly TemplateComponentOf[];
  };
  readonly metadata?: string;
}

/** A whole call, by the window in which it is made. The tags of before April 2026 are no values of it. */
export type MessengerSend = { readonly recipient: { readonly id: string } } & (
  | { readonly messaging_type: 'RESPONSE' | 'UPDATE'; readonly message: MessengerMessage }
  | { readonly messaging_type: 'MESSAGE_TAG'; readonly tag: 'HUMAN_AGENT'; readonly message: MessengerMessage }
  | { readonly messaging_type: 'UTILITY'; readonly message: MessengerTemplate }
);
