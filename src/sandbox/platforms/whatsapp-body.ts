import * as z from 'zod';
import { words } from './characters.ts';
import { templateSend } from './template-sending.ts';

const address = z.url({ protocol: /^https?$/, error: 'must be a URL with http:// or https://' });
const file = z
  .looseObject({
    link: address.optional(),
    id: z.string().optional(),
    caption: words(1_024).optional(),
    filename: z.string().optional(),
  })
  .refine(({ link, id }) => (link === undefined) !== (id === undefined), 'must have one of link and id');

const header = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: words(60) }),
  z.looseObject({ type: z.literal('image'), image: file }),
  z.looseObject({ type: z.literal('video'), video: file }),
  z.looseObject({ type: z.literal('document'), document: file }),
]);
const around = {
  header: header.optional(),
  body: z.looseObject({ text: words(1_024) }),
  footer: z.looseObject({ text: words(60) }).optional(),
};

const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

/** Meta: interactive messages. 3 buttons of 20 characters; 10 rows of 24 with 72 below; one address. */
const interactive = z.discriminatedUnion(
  'type',
  [
    z.looseObject({
      type: z.literal('button'),
      ...around,
      action: z.looseObject({
        buttons: z
          .array(
            z.looseObject({ type: z.literal('reply'), reply: z.looseObject({ id: words(256), title: words(20) }) }),
          )
          .min(1, 'must have a button')
          .max(3, 'must have no more than 3 buttons')
          .refine((all) => distinct(all.map(({ reply }) => reply.id)), 'must have buttons of different ids')
          .refine((all) => distinct(all.map(({ reply }) => reply.title)), 'must have buttons of different titles'),
      }),
    }),
    z.looseObject({
      type: z.literal('list'),
      ...around,
      body: z.looseObject({ text: words(4_096) }),
      action: z.looseObject({
        button: words(20),
        sections: z
          .array(
            z.looseObject({
              title: words(24).optional(),
              rows: z
                .array(z.looseObject({ id: words(200), title: words(24), description: words(72).optional() }))
                .min(1, 'must have a row'),
            }),
          )
          .min(1, 'must have a section')
          .max(10, 'must have no more than 10 sections')
          .refine((all) => all.flatMap(({ rows }) => rows).length <= 10, 'must have no more than 10 rows in all')
          .refine(
            (all) => all.length === 1 || all.every(({ title }) => title !== undefined),
            'must have a title in each section when there are several',
          )
          .refine(
            (all) => distinct(all.flatMap(({ rows }) => rows.map(({ id }) => id))),
            'must have rows of different ids',
          ),
      }),
    }),
    z.looseObject({
      type: z.literal('cta_url'),
      ...around,
      action: z.looseObject({
        name: z.literal('cta_url'),
        parameters: z.looseObject({ display_text: words(20), url: address }),
      }),
    }),
    z.looseObject({
      type: z.literal('flow'),
      ...around,
      action: z.looseObject({
        name: z.literal('flow'),
        parameters: z.looseObject({ flow_message_version: z.string(), flow_cta: words(30) }),
      }),
    }),
    z.looseObject({
      type: z.literal('location_request_message'),
      ...around,
      action: z.looseObject({ name: z.literal('send_location') }),
    }),
  ],
  { error: 'must be a type that is supported: button, list, cta_url, flow or location_request_message' },
);
/** An interactive message. */
export type WhatsAppInteractive = z.infer<typeof interactive>;

const common = {
  messaging_product: z.literal('whatsapp', 'must be whatsapp'),
  recipient_type: z.enum(['individual', 'group']).default('individual'),
  to: z.string().min(1).optional(),
  recipient: z.string().min(1).optional(),
  context: z.looseObject({ message_id: z.string() }).optional(),
  biz_opaque_callback_data: words(512).optional(),
};

/** Meta: Cloud API. The body of POST /{number}/messages for each type of message. */
export const whatsAppMessage = z.discriminatedUnion(
  'type',
  [
    z.looseObject({
      ...common,
      type: z.literal('text'),
      text: z.looseObject({ body: words(4_096), preview_url: z.boolean().optional() }),
    }),
    z.looseObject({ ...common, type: z.literal('interactive'), interactive }),
    z.looseObject({ ...common, type: z.literal('template'), template: templateSend }),
    z.looseObject({ ...common, type: z.literal('image'), image: file }),
    z.looseObject({ ...common, type: z.literal('document'), document: file }),
    z.looseObject({
      ...common,
      type: z.literal('location'),
      location: z.looseObject({
        latitude: z.coerce.number(),
        longitude: z.coerce.number(),
        name: z.string().optional(),
      }),
    }),
    z.looseObject({
      ...common,
      type: z.literal('reaction'),
      reaction: z.looseObject({ message_id: z.string(), emoji: z.string() }),
    }),
  ],
  { error: 'must be a type that is supported' },
);
/** A message as the hub sends it. */
export type WhatsAppMessage = z.infer<typeof whatsAppMessage>;

/** Marks a message as read, and shows that somebody is typing. */
export const whatsAppRead = z.looseObject({
  messaging_product: z.literal('whatsapp', 'must be whatsapp'),
  status: z.literal('read'),
  message_id: z.string(),
  typing_indicator: z.looseObject({ type: z.literal('text') }).optional(),
});
