import * as z from 'zod';
import { words } from './characters.ts';
import { templateSend } from './template-sending.ts';

const address = z.url({ protocol: /^https?$/, error: 'must be a URL with a scheme of http or https' });
const payload = words(1_000);
const title = words(20);

/** Meta: buttons. Titles of 20 characters; what a share button or a game button was is gone. */
const button = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('web_url'),
      title,
      url: address,
      webview_height_ratio: z.enum(['compact', 'tall', 'full']).optional(),
      messenger_extensions: z.boolean().optional(),
      fallback_url: address.optional(),
      webview_share_button: z.literal('hide').optional(),
    }),
    z.strictObject({ type: z.literal('postback'), title, payload }),
    z.strictObject({
      type: z.literal('phone_number'),
      title,
      payload: z.string().regex(/^\+\d{5,20}$/, 'must be a number with + and its country code'),
    }),
    z.strictObject({ type: z.literal('account_link'), url: address }),
    z.strictObject({ type: z.literal('account_unlink') }),
  ],
  { error: 'must be a type of button: web_url, postback, phone_number, account_link or account_unlink' },
);
/** One button of a template. */
export type MessengerButton = z.infer<typeof button>;

const defaultAction = z.looseObject({ type: z.literal('web_url'), url: address });

const genericElement = z
  .strictObject({
    title: words(80),
    subtitle: words(80).optional(),
    image_url: address.optional(),
    default_action: defaultAction.optional(),
    buttons: z.array(button).min(1).max(3, 'must have no more than 3 buttons').optional(),
  })
  .refine(
    ({ subtitle, image_url, default_action, buttons }) => subtitle ?? image_url ?? default_action ?? buttons,
    'must have at least one property set in addition to title',
  );

const money = z.number();
const receipt = z.strictObject({
  template_type: z.literal('receipt'),
  sharable: z.boolean().optional(),
  recipient_name: words(1_000),
  merchant_name: words(1_000).optional(),
  order_number: words(1_000),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency such as USD'),
  payment_method: words(1_000),
  order_url: address.optional(),
  timestamp: z.union([z.string(), z.number()]).optional(),
  address: z
    .strictObject({
      street_1: words(1_000),
      street_2: z.string().optional(),
      city: words(1_000),
      postal_code: words(1_000),
      state: words(1_000),
      country: words(1_000),
    })
    .optional(),
  summary: z.strictObject({
    subtotal: money.optional(),
    shipping_cost: money.optional(),
    total_tax: money.optional(),
    total_cost: money,
  }),
  adjustments: z.array(z.strictObject({ name: words(1_000), amount: money })).optional(),
  elements: z
    .array(
      z.strictObject({
        title: words(1_000),
        subtitle: words(1_000).optional(),
        quantity: z.number().optional(),
        price: money,
        currency: z.string().optional(),
        image_url: address.optional(),
      }),
    )
    .max(100, 'must have no more than 100 elements')
    .default([]),
});

const templatePayload = z.discriminatedUnion(
  'template_type',
  [
    z.strictObject({
      template_type: z.literal('button'),
      sharable: z.boolean().optional(),
      text: words(640),
      buttons: z.array(button).min(1, 'must have a button').max(3, 'must have no more than 3 buttons'),
    }),
    z.strictObject({
      template_type: z.literal('generic'),
      sharable: z.boolean().optional(),
      image_aspect_ratio: z.enum(['horizontal', 'square']).optional(),
      elements: z.array(genericElement).min(1, 'must have an element').max(10, 'must have no more than 10 elements'),
    }),
    z.strictObject({
      template_type: z.literal('media'),
      sharable: z.boolean().optional(),
      elements: z
        .array(
          z.strictObject({
            media_type: z.enum(['image', 'video']),
            attachment_id: z.string().optional(),
            url: address.optional(),
            buttons: z.array(button).max(3).optional(),
          }),
        )
        .length(1, 'must have one element'),
    }),
    receipt,
  ],
  { error: 'must be a template that is supported: button, generic, media or receipt' },
);

const file = z.strictObject({
  url: address.optional(),
  attachment_id: z.string().optional(),
  is_reusable: z.boolean().optional(),
});

const attachment = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('template'), payload: templatePayload }),
    z.strictObject({ type: z.literal('image'), payload: file }),
    z.strictObject({ type: z.literal('video'), payload: file }),
    z.strictObject({ type: z.literal('audio'), payload: file }),
    z.strictObject({ type: z.literal('file'), payload: file }),
  ],
  { error: 'must be one of template, image, video, audio and file' },
);
/** What hangs on a message. */
export type MessengerAttachment = z.infer<typeof attachment>;

/** Meta: quick replies. 13 at most, with titles of 20 characters. */
const quickReply = z.discriminatedUnion(
  'content_type',
  [
    z.strictObject({ content_type: z.literal('text'), title, payload, image_url: address.optional() }),
    z.strictObject({ content_type: z.literal('user_phone_number'), payload: z.string().optional() }),
    z.strictObject({ content_type: z.literal('user_email'), payload: z.string().optional() }),
  ],
  { error: 'must be one of text, user_phone_number and user_email' },
);

const message = z
  .strictObject({
    text: words(2_000).optional(),
    attachment: attachment.optional(),
    quick_replies: z.array(quickReply).min(1).max(13, 'must have no more than 13 quick replies').optional(),
    metadata: words(1_000).optional(),
    template: templateSend.optional(),
    reply_to: z.strictObject({ mid: z.string() }).optional(),
  })
  .refine(
    ({ text, attachment: hung, template }) => [text, hung, template].filter((part) => part !== undefined).length === 1,
    'must have one of text, attachment and template',
  );
/** A message as the hub sends it. */
export type MessengerMessage = z.infer<typeof message>;

/** Meta: Send API. The body of POST /me/messages. */
export const messengerSend = z.looseObject({
  recipient: z.looseObject({
    id: z.string().optional(),
    phone_number: z.string().optional(),
    user_ref: z.string().optional(),
  }),
  messaging_type: z.enum(['RESPONSE', 'UPDATE', 'MESSAGE_TAG', 'UTILITY']).default('RESPONSE'),
  tag: z.string().optional(),
  notification_type: z.enum(['REGULAR', 'SILENT_PUSH', 'NO_PUSH']).optional(),
  message: message.optional(),
  sender_action: z.enum(['typing_on', 'typing_off', 'mark_seen', 'react', 'unreact']).optional(),
  payload: z.looseObject({ message_id: z.string(), reaction: z.string().optional() }).optional(),
});
/** A send as the hub asks for it. */
export type MessengerSend = z.infer<typeof messengerSend>;

const menuEntry = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('postback'), title: words(30), payload }),
  z.looseObject({ type: z.literal('web_url'), title: words(30), url: address }),
]);

/** Meta: Messenger profile. 20 entries in the menu with titles of 30 characters; 4 questions of 80; a greeting of 160. */
export const messengerProfile = z.strictObject({
  get_started: z.strictObject({ payload }).optional(),
  greeting: z
    .array(z.strictObject({ locale: z.string(), text: words(160) }))
    .min(1)
    .optional(),
  persistent_menu: z
    .array(
      z.looseObject({
        locale: z.string(),
        composer_input_disabled: z.boolean().optional(),
        call_to_actions: z.array(menuEntry).min(1).max(20).optional(),
      }),
    )
    .min(1)
    .refine((menus) => menus.some(({ locale }) => locale === 'default'), 'must have a menu of locale default')
    .optional(),
  ice_breakers: z
    .array(
      z.union([
        z.strictObject({
          locale: z.string(),
          call_to_actions: z
            .array(z.strictObject({ question: words(80), payload }))
            .min(1)
            .max(4),
        }),
        z.strictObject({ question: words(80), payload }),
      ]),
    )
    .max(30)
    .optional(),
  whitelisted_domains: z.array(z.url()).max(50).optional(),
  account_linking_url: address.optional(),
  platform: z.string().optional(),
});
/** What a page puts beside its threads. */
export type MessengerProfile = z.infer<typeof messengerProfile>;
