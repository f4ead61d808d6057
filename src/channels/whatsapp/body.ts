import type { TemplateComponentOf } from '#channels/meta';

/** What the Cloud API takes, as far as we send it. Lists that the platform limits are tuples here. */

/** A reply to tap: its id comes back. */
export interface ReplyButton {
  readonly type: 'reply';
  readonly reply: { readonly id: string; readonly title: string };
}

/** WhatsApp: three reply buttons. */
export type ReplyButtons =
  | readonly [ReplyButton]
  | readonly [ReplyButton, ReplyButton]
  | readonly [ReplyButton, ReplyButton, ReplyButton];

/** A row of a list. */
export interface ListRow {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

type Header = { readonly header?: { readonly type: 'image'; readonly image: { readonly link: string } } };
type Words = { readonly body: { readonly text: string }; readonly footer?: { readonly text: string } };

/** A message with something to tap. */
export type Interactive = Words &
  Header &
  (
    | { readonly type: 'button'; readonly action: { readonly buttons: ReplyButtons } }
    | {
        readonly type: 'list';
        readonly action: {
          readonly button: string;
          readonly sections: readonly [{ readonly title?: string; readonly rows: readonly [ListRow, ...ListRow[]] }];
        };
      }
    | {
        readonly type: 'cta_url';
        readonly action: {
          readonly name: 'cta_url';
          readonly parameters: { readonly display_text: string; readonly url: string };
        };
      }
  );

/** A message, without to whom. */
export type WhatsAppMessage =
  | { readonly type: 'text'; readonly text: { readonly body: string; readonly preview_url: false } }
  | { readonly type: 'image'; readonly image: { readonly link: string; readonly caption?: string } }
  | { readonly type: 'interactive'; readonly interactive: Interactive };

/** A message in the form of an approved template. */
export interface WhatsAppTemplate {
  readonly type: 'template';
  readonly template: {
    readonly name: string;
    readonly language: { readonly code: string };
    readonly components: readonly TemplateComponentOf[];
  };
}

/** To whom: by number, or by the id that belongs to this business where there is no number. */
export type WhatsAppRecipient = { readonly to: string } | { readonly recipient: string };

/** A whole call. What stands in `biz_opaque_callback_data` comes back in the statuses. */
export type WhatsAppSend = WhatsAppRecipient & {
  readonly messaging_product: 'whatsapp';
  readonly recipient_type: 'individual';
  readonly biz_opaque_callback_data?: string;
  readonly context?: { readonly message_id: string };
} & (WhatsAppMessage | WhatsAppTemplate);
