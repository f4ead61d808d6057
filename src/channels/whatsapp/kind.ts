import * as z from 'zod';
import {
  accountName,
  metaAppFields,
  metaAppOf,
  metaChannel,
  metaId,
  secretFields,
  type MetaPlace,
} from '#channels/meta';
import type { ChannelKind } from '#delivery';
import { whatsAppProfile } from './locale.ts';
import { previewInWhatsApp } from './preview.ts';
import { readWhatsApp } from './read.ts';
import { whatsappCompose, whatsappSender } from './sender.ts';

const number = z.strictObject({
  phoneNumberId: metaId,
  businessAccountId: metaId,
  /** As people dial it, in digits. */
  displayNumber: z.string().regex(/^\d{6,15}$/),
  name: accountName,
  ...secretFields('accessToken'),
});
const form = z.strictObject({ ...metaAppFields, numbers: z.array(number).min(1) });

/** WhatsApp, by its Cloud API; how a number is set up stands in docs/whatsapp.md. */
export const whatsapp: ChannelKind = {
  channel: 'whatsapp',
  configure: (section) => {
    const given = section.checked(form);
    const places = given.numbers.map((one, n): MetaPlace => {
      const accessToken = section.secret(one, 'accessToken', `numbers.${n}`);
      // Templates and subscriptions belong to the business account that a number is of.
      return { account: one.phoneNumberId, business: one.businessAccountId, name: one.name, accessToken };
    });
    return metaChannel({
      channel: 'whatsapp',
      name: 'WhatsApp',
      app: metaAppOf(section, given),
      places,
      sender: whatsappSender,
      compose: whatsappCompose,
      read: readWhatsApp,
      profile: () => whatsAppProfile,
      preview: previewInWhatsApp,
    });
  },
};
