import type { AtMost } from '#channels/meta';
import type { PersonIds } from '#delivery';

/** A reply button: title of at most 20 characters, id of at most 256. */
export interface ReplyButton {
  readonly type: 'reply';
  readonly reply: { readonly id: string; readonly title: string };
}

/** A row of a list: title of at most 24 characters, description of at most 72, id of at most 200. */
export interface ListRow {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

/** What stands above an interactive message. */
export interface ImageHeader {
  readonly type: 'image';
  readonly image: { readonly link: string };
}

/** The text of an interactive message: at most 1,024 characters; under it at most 60. */
interface Around {
  readonly header?: ImageHeader;
  readonly body: { readonly text: string };
  readonly footer?: { readonly text: string };
}

/** A message with something to press. */
export type Interactive =
  | (Around & { readonly type: 'button'; readonly action: { readonly buttons: AtMost<ReplyButton, 3> } })
  | (Omit<Around, 'header'> & {
      readonly type: 'list';
      readonly action: {
        readonly button: string;
        readonly sections: readonly [{ readonly rows: AtMost<ListRow, 10> }];
      };
    })
  | (Around & {
      readonly type: 'cta_url';
      readonly action: {
        readonly name: 'cta_url';
        readonly parameters: { readonly display_text: string; readonly url: string };
      };
    });

/** A parameter of a template. */
export type TemplateComponent =
  | { readonly type: 'body'; readonly parameters: readonly { type: 'text'; text: string }[] }
  | {
      readonly type: 'button';
      readonly sub_type: 'url';
      readonly index: '0';
      readonly parameters: readonly { type: 'text'; text: string }[];
    };

/** What is posted to `/{number}/messages`, but for whom it is for and its reference. */
export type WhatsAppBody =
  | { readonly type: 'text'; readonly text: { readonly body: string; readonly preview_url: false } }
  | { readonly type: 'image'; readonly image: { readonly link: string; readonly caption?: string } }
  | { readonly type: 'interactive'; readonly interactive: Interactive }
  | {
      readonly type: 'template';
      readonly template: {
        readonly name: string;
        readonly language: { readonly code: string };
        readonly components: readonly TemplateComponent[];
      };
    };

/** A whole request to the Cloud API. */
export type WhatsAppRequest = WhatsAppBody & {
  readonly messaging_product: 'whatsapp';
  readonly recipient_type: 'individual';
  readonly biz_opaque_callback_data: string;
  /** The telephone number in digits, where the person is known by it. */
  readonly to?: string;
  /** The business-scoped id, where there is no number. */
  readonly recipient?: string;
  readonly context?: { readonly message_id: string };
};

/** A body with the person it is for and our reference, which statuses bring back; `repliesTo`: the message it stands under. */
export function whatsAppRequest(
  body: WhatsAppBody,
  { id, number }: PersonIds,
  reference: string,
  repliesTo?: string,
): WhatsAppRequest {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    // A number may have a new owner, who has another id: with the id nothing reaches them.
    ...(id === undefined ? number !== undefined && { to: number } : { recipient: id }),
    biz_opaque_callback_data: reference,
    ...(repliesTo !== undefined && { context: { message_id: repliesTo } }),
    ...body,
  };
}
