import {
  composer,
  metaSender,
  type Compose,
  type ComposeParts,
  type MetaKind,
  type MetaSender,
  type MetaSenderParts,
} from '#channels/meta';
import { whatsAppRequest, type WhatsAppBody } from './body.ts';
import { renderWhatsApp } from './render.ts';

/**
 * Meta: 80 messages a second and number, both directions together; to one person one in six seconds, of which 45
 * may be borrowed ahead. `biz_opaque_callback_data` comes back in every status.
 */
const kind: MetaKind<WhatsAppBody> = {
  platform: 'whatsapp',
  accountRate: { perSecond: 40, burst: 40 },
  personRate: { perSecond: 1 / 6, burst: 40 },
  post: (account, person, body, reference, repliesTo) => ({
    path: `${account}/messages`,
    body: whatsAppRequest(body, person, reference, repliesTo),
  }),
};

/** Sends to people in WhatsApp, from each of the operator's numbers. */
export const whatsappSender = (parts: MetaSenderParts<WhatsAppBody>): MetaSender => metaSender(kind, parts);

/** Draws what is sent there, by the window. Meta: words of the staff have no longer window there. */
export const whatsappCompose = (parts: ComposeParts): Compose<WhatsAppBody> =>
  composer<WhatsAppBody>(
    {
      humanAgent: false,
      render: renderWhatsApp,
      templateOf: (body) =>
        body.type === 'template' ? { name: body.template.name, language: body.template.language.code } : undefined,
    },
    parts,
  );
