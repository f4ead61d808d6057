import * as z from 'zod';
import { DETAILS } from './detail.ts';
import { LEVELS } from './levels.ts';
import { purposeSchema } from './purposes.ts';

/** "Where you are told" (`/api/channels`), by the session cookie. */

const levelSchema = z.enum(LEVELS);

/** When a messenger may not be written to: wait until its person writes, use the spare channels, or leave it out. */
const otherwiseSchema = z.enum(['wait', 'elsewhere', 'drop']);

/** One channel besides the customer's browsers, which show everything. */
const toldChannelSchema = z.object({
  id: z.uuid(),
  /** Such as `messenger`, `whatsapp`, `web-push`, `email`. */
  channel: z.string(),
  /** As people call the messenger; what is none (web push, e-mail) has words of its own. */
  name: z.string().optional(),
  /** Whether its own rules decide when somebody may be written to, so that `otherwise` matters. */
  hasWindow: z.boolean(),
  /** Of whatever has no level of its own. */
  detail: z.enum(DETAILS),
  details: z.partialRecord(purposeSchema, levelSchema),
  otherwise: otherwiseSchema,
  /** Used only when another may not be written to. */
  spare: z.boolean(),
});
/** One channel besides the customer's browsers. */
export type ToldChannel = z.infer<typeof toldChannelSchema>;

const drawnSchema = z.object({
  /** Its pieces in order: a picture's address stands above a title, that above its text, and small print last. */
  parts: z.array(
    z.object({
      picture: z.string().optional(),
      title: z.string().optional(),
      text: z.string(),
      footer: z.string().optional(),
    }),
  ),
  buttons: z.array(z.string()),
});
/** One message as it stands in a channel. */
export type DrawnMessage = z.infer<typeof drawnSchema>;

/** What would stand in a channel: drawn by what draws the messages themselves. */
const channelPreviewSchema = drawnSchema.extend({
  channel: z.string(),
  purpose: purposeSchema,
  detail: z.enum(DETAILS),
  /** The set form that stands there instead when its person wrote more than a day ago; of messengers with such a rule. */
  later: drawnSchema.optional(),
});
/** What would stand in a channel. */
export type ChannelPreview = z.infer<typeof channelPreviewSchema>;

/** `GET /api/channels`, and the answer of a change. */
export const channelsSchema = z.object({
  channels: z.array(toldChannelSchema),
  /** For what something is told now: what the customer shares. */
  purposes: z.array(purposeSchema),
  previews: z.array(channelPreviewSchema),
  /** Messengers to which this chat can be brought. */
  reach: z.array(z.object({ channel: z.string(), name: z.string() })),
});
/** Where the customer is told, and how much. */
export type Channels = z.infer<typeof channelsSchema>;

/** `PUT /api/channels/{channel}`: what is not named stays. More than before takes a proof for `raise-detail` of its id. */
export const channelChangeSchema = z.object({
  details: z.partialRecord(purposeSchema, levelSchema).optional(),
  otherwise: otherwiseSchema.optional(),
  /** Used only when another may not be written to. */
  spare: z.boolean().optional(),
});
/** What a customer changes of a channel. */
export type ChannelChange = z.infer<typeof channelChangeSchema>;

/** `POST /api/channels/code`: what is said in the other messenger, so that it becomes a channel of this customer. */
export const joinCodeSchema = z.object({ code: z.string(), until: z.iso.datetime({ offset: true }) });
/** What is said in the other messenger, and until when. */
export type JoinCode = z.infer<typeof joinCodeSchema>;
