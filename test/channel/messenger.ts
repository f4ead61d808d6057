import { messengerCompose, messengerSender, renderMessenger } from '#channels/messenger';
import { limits } from '#base';
import { asWired, metaDoor, metaVoice, operator, rendered } from './meta.ts';
import { phoneChat } from './phone.ts';
import { DoesNotApply, type ChannelUnderTest, type Thing } from './under-test.ts';

const { appId, pageId: page } = operator;
const psids = { Ada: '1412611362105802', Ben: '1423587017700273' };
const atMs = Date.UTC(2026, 10, 20, 19, 14);

/** What Messenger sends of a thing: fields of a messaging event, without who and when. */
function eventOf(thing: Thing): object {
  const mid = `m_${thing.key}`;
  const message = (content: object): object => ({ message: { mid, ...content } });
  switch (thing.does) {
    case 'text':
      return message({ text: thing.text, ...(thing.repliesTo && { reply_to: { mid: `m_${thing.repliesTo}` } }) });
    case 'elsewhere':
      return message({ text: thing.text });
    case 'press':
      return thing.on === 'button'
        ? { postback: { mid, title: thing.title, payload: thing.payload } }
        : message({ text: thing.title, quick_reply: { payload: thing.payload } });
    case 'reaction': {
      const { emoji = '👍', under } = thing;
      return { reaction: { mid: `m_${under}`, action: thing.emoji === undefined ? 'unreact' : 'react', emoji } };
    }
    case 'picture':
      return message({ attachments: [{ type: 'image', payload: { url: thing.url } }] });
    case 'other-media':
      return message({ attachments: [{ type: 'audio', payload: { url: 'https://media.example/1.ogg' } }] });
    case 'location': {
      const coordinates = { lat: thing.latitude, long: thing.longitude };
      return message({ attachments: [{ type: 'location', payload: { coordinates } }] });
    }
    case 'unsay':
      return message({ is_deleted: true });
    case 'change':
      return { message_edit: { mid: `m_${thing.of}`, text: 'other words', num_edit: 1 } };
    case 'something-new':
      return { teleportation: { mid } };
    case 'garbled':
      return { message: [mid] };
    case 'echo':
      return message({
        is_echo: true,
        text: 'ours',
        ...(thing.reference && { app_id: Number(appId), metadata: thing.reference }),
      });
    case 'status':
      if (thing.status === 'failed')
        throw new DoesNotApply('Messenger refuses a message in its answer, and tells nothing later');
      return thing.status === 'read' ? { read: { watermark: atMs } } : { delivery: { mids: [mid], watermark: atMs } };
    case 'move':
      throw new DoesNotApply('a page-scoped id is a person’s for good; another one is another person’s');
  }
}

function bytes(things: readonly Thing[]): Buffer {
  const entry = things.map((thing) => {
    const people = [{ id: psids[thing.by ?? 'Ada'] }, { id: page }];
    const [sender, recipient] = thing.does === 'echo' ? people.toReversed() : people;
    const event = { sender, recipient, timestamp: atMs, ...eventOf(thing) };
    return { id: page, time: atMs + 40, [thing.does === 'elsewhere' ? 'standby' : 'messaging']: [event] };
  });
  return Buffer.from(JSON.stringify({ object: 'page', entry }));
}

/** Messenger. */
export async function messenger(): Promise<ChannelUnderTest> {
  const chat = phoneChat('messenger');
  const channel = asWired('messenger');
  const voice = await metaVoice('messenger', page, (parts) =>
    messengerSender({ ...parts, compose: messengerCompose(parts) }),
  );
  return {
    name: 'messenger',
    door: metaDoor(channel),
    ear: {
      hear: async (things) => channel.read(bytes(things)),
      hearBytes: async (raw) => channel.read(raw),
      bytes,
      limits: { bytes: limits.channelBodyBytesMax, things: limits.channelEventsMax },
    },
    pen: {
      render: async (from) => rendered(from, renderMessenger),
      // Meta's, of September 2026.
      limits: { text: 2000, buttonTitle: 20, buttonsTogether: 3, payload: 1000 },
    },
    voice,
    chat,
    close: async () => {
      await voice.close();
      await chat.close();
    },
  };
}
