import type { AtMost } from '#channels/meta';

/** Opens an address, which a person taps. */
export interface UrlButton {
  readonly type: 'web_url';
  /** At most 20 characters. */
  readonly title: string;
  readonly url: string;
}

/** Comes back to us as a postback. */
export interface PostbackButton {
  readonly type: 'postback';
  /** At most 20 characters. */
  readonly title: string;
  /** At most 1,000 characters. */
  readonly payload: string;
}

/** A button of a template. */
export type Button = UrlButton | PostbackButton;

/** Words to tap, gone with the next message. */
export interface QuickReplyButton {
  readonly content_type: 'text';
  /** At most 20 characters. */
  readonly title: string;
  /** At most 1,000 characters. */
  readonly payload: string;
}

/** One card of a generic template. */
export interface GenericElement {
  /** At most 80 characters. */
  readonly title: string;
  /** At most 80 characters. */
  readonly subtitle?: string;
  readonly image_url?: string;
  readonly buttons?: AtMost<Button, 3>;
}

/** An order, as the receipt template shows it: `recipient_name`, `order_number` and `payment_method` are required. */
export interface ReceiptPayload {
  readonly template_type: 'receipt';
  readonly recipient_name: string;
  readonly merchant_name?: string;
  /** Unique among all that the page sends. */
  readonly order_number: string;
  readonly currency: string;
  readonly payment_method: string;
  /** Seconds since the epoch. */
  readonly timestamp?: string;
  /** At most 100. */
  readonly elements?: readonly { title: string; quantity?: number; price: number; currency?: string }[];
  readonly summary: { readonly total_cost: number; readonly subtotal?: number; readonly total_tax?: number };
}

/** What a template shows. */
export type TemplatePayload =
  | { readonly template_type: 'button'; readonly text: string; readonly buttons: AtMost<Button, 3> }
  | { readonly template_type: 'generic'; readonly elements: AtMost<GenericElement, 10> }
  | ReceiptPayload;

/** A parameter of a utility template. */
export type TemplateComponent =
  | { readonly type: 'body'; readonly parameters: readonly { type: 'text'; text: string }[] }
  | {
      readonly type: 'button';
      readonly sub_type: 'url';
      readonly index: '0';
      readonly parameters: readonly { type: 'text'; text: string }[];
    };

/** Ours, which the echo of a message brings back. */
interface Referring {
  readonly metadata?: string;
}

/** A message of the Send API. */
export type MessengerMessage = Referring & { readonly quick_replies?: AtMost<QuickReplyButton, 13> } & (
    | { readonly text: string }
    | {
        readonly attachment:
          | { readonly type: 'template'; readonly payload: TemplatePayload }
          | { readonly type: 'image'; readonly payload: { readonly url: string; readonly is_reusable: false } };
      }
  );

/** A utility template, approved before. */
export interface MessengerTemplateMessage extends Referring {
  readonly template: {
    readonly name: string;
    readonly language: { readonly code: string };
    readonly components: readonly TemplateComponent[];
  };
}

/** Whether a telephone announces a message: one of the customer's quiet hours is there when they look. */
interface Announced {
  readonly notification_type?: 'NO_PUSH';
}

/**
 * What is posted to `/{page}/messages`, but for whom it is for. HUMAN_AGENT is the only tag that can be written down:
 * the others have failed with error 100 since 27 April 2026.
 */
export type MessengerBody = Announced &
  (
    | { readonly messaging_type: 'RESPONSE' | 'UPDATE'; readonly message: MessengerMessage }
    | { readonly messaging_type: 'MESSAGE_TAG'; readonly tag: 'HUMAN_AGENT'; readonly message: MessengerMessage }
    | { readonly messaging_type: 'UTILITY'; readonly message: MessengerTemplateMessage }
  );

/** A whole request to the Send API. */
export type MessengerRequest = MessengerBody & { readonly recipient: { readonly id: string } };

/** A body with the person it is for and our reference, which the echo brings back. */
export function messengerRequest(body: MessengerBody, personId: string, reference: string): MessengerRequest {
  const recipient = { id: personId };
  return body.messaging_type === 'UTILITY'
    ? { ...body, recipient, message: { ...body.message, metadata: reference } }
    : { ...body, recipient, message: { ...body.message, metadata: reference } };
}
