import { limits } from '#base';
import { renderWhatsApp, whatsappCompose, whatsappSender } from '#channels/whatsapp';
import { asWired, metaDoor, metaVoice, operator, rendered } from './meta.ts';
import { phoneChat } from './phone.ts';
import { DoesNotApply, type ChannelUnderTest, type Thing } from './under-test.ts';

const { phoneNumberId, businessAccountId } = operator;
const numbers = { Ada: '16505551234', Ben: '16505559876' };
const userIds = { Ada: 'US.13491208655302741918', Ben: 'US.99991208655302741918' };
const timestamp = String(Date.UTC(2026, 10, 20, 19, 14) / 1000);

/** What WhatsApp sends of a thing: which list of a value it stands in, and what stands there. */
function itemOf(thing: Thing): { readonly list: string; readonly item: unknown; readonly field?: string } {
  const id = `wamid.${thing.key}`;
  const by = thing.by ?? 'Ada';
  const message = (type: string, content: object, more: object = {}) => ({
    list: 'messages',
    item: { from: numbers[by], id, timestamp, type, [type]: content, ...more },
  });
  switch (thing.does) {
    case 'text':
      return message(
        'text',
        { body: thing.text },
        thing.repliesTo ? { context: { id: `wamid.${thing.repliesTo}` } } : {},
      );
    case 'press': {
      const reply = { id: thing.payload, title: thing.title };
      return thing.on === 'button'
        ? message('interactive', { type: 'button_reply', button_reply: reply })
        : message('interactive', { type: 'list_reply', list_reply: reply });
    }
    case 'reaction':
      return message('reaction', { message_id: `wamid.${thing.under}`, ...(thing.emoji && { emoji: thing.emoji }) });
    case 'picture':
      return message('image', { id: '65463453', url: thing.url, mime_type: 'image/jpeg' });
    case 'other-media':
      return message('audio', { id: '65463454', voice: true, mime_type: 'audio/ogg' });
    case 'location':
      return message('location', { latitude: thing.latitude, longitude: thing.longitude });
    case 'unsay':
      return message('revoke', { original_message_id: `wamid.${thing.of}` });
    case 'change': {
      const changed = { type: 'text', text: { body: 'other words' } };
      return message('edit', { original_message_id: `wamid.${thing.of}`, message: changed });
    }
    case 'something-new':
      return message('teleportation', {});
    case 'garbled':
      return { list: 'messages', item: [id] };
    case 'echo':
      if (thing.reference !== undefined)
        throw new DoesNotApply('WhatsApp echoes nothing of ours: a status with our reference settles it');
      return {
        list: 'message_echoes',
        field: 'smb_message_echoes',
        item: { from: '15550783881', to: numbers[by], id, timestamp, type: 'text', text: { body: 'ours' } },
      };
    case 'status':
      return {
        list: 'statuses',
        item: {
          id,
          timestamp,
          status: thing.status,
          recipient_id: numbers[by],
          biz_opaque_callback_data: thing.reference,
          ...(thing.status === 'failed' && { errors: [{ code: 131_026 }] }),
        },
      };
    case 'move':
      return message('system', { type: 'user_changed_number', wa_id: '16505550000' });
    case 'elsewhere':
      throw new DoesNotApply('a number has one app that answers, and no other has the thread');
  }
}

function bytes(things: readonly Thing[]): Buffer {
  const contacts = (['Ada', 'Ben'] as const).map((name) => ({ wa_id: numbers[name], user_id: userIds[name] }));
  const changes = things.map((thing) => {
    const { list, item, field = 'messages' } = itemOf(thing);
    const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
    return { field, value: { messaging_product: 'whatsapp', metadata, contacts, [list]: [item] } };
  });
  return Buffer.from(
    JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: businessAccountId, changes }] }),
  );
}

/** WhatsApp. */
export async function whatsapp(): Promise<ChannelUnderTest> {
  const chat = phoneChat('whatsapp');
  const channel = asWired('whatsapp');
  const voice = await metaVoice('whatsapp', phoneNumberId, (parts) =>
    whatsappSender({ ...parts, compose: whatsappCompose(parts) }),
  );
  return {
    name: 'whatsapp',
    door: metaDoor(channel),
    ear: {
      hear: async (things) => channel.read(bytes(things)),
      hearBytes: async (raw) => channel.read(raw),
      bytes,
      limits: { bytes: limits.channelBodyBytesMax, things: limits.channelEventsMax },
    },
    pen: {
      render: async (from) => rendered(from, renderWhatsApp),
      // Meta's, of September 2026: three buttons, or a list of ten rows.
      limits: { text: 4096, buttonTitle: 24, buttonsTogether: 10, payload: 256 },
    },
    voice,
    chat,
    close: async () => {
      await voice.close();
      await chat.close();
    },
  };
}
