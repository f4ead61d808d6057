import { metaSender, type MetaKind, type MetaSender, type MetaSenderParts } from '#channels/meta';

/**
 * Meta: 80 messages a second and number, both directions together; to one person one in six seconds, of which 45
 * may be borrowed ahead. A person is named by number (`to`) or, where there is none, by the id that belongs to
 * the business (`recipient`). `biz_opaque_callback_data` comes back in every status.
 */
const kind: MetaKind = {
  platform: 'whatsapp',
  accountRate: { perSecond: 40, burst: 40 },
  personRate: { perSecond: 1 / 6, burst: 40 },
  post: (account, { id, number }, body, reference, repliesTo) => ({
    path: `${account}/messages`,
    body: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...(number === undefined ? { recipient: id } : { to: number }),
      ...(repliesTo !== undefined && { context: { message_id: repliesTo } }),
      ...body,
      biz_opaque_callback_data: reference,
    },
  }),
};

/** Sends to people in WhatsApp, from each of the operator's numbers. */
export const whatsappSender = (parts: MetaSenderParts): MetaSender => metaSender(kind, parts);
