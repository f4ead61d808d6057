/** What both messengers of Meta do alike: their door, and how what they are sent is looked into. */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createLog, newId, systemClock, systemTimers, type IdentityId } from '#base';
import { graphOf, type ComposeParts, type MetaSenderParts, type Rendering } from '#channels/meta';
import { atDetail, detailOf, type Message } from '#contract';
import type { Channel, Parts, Sender } from '#delivery';
import { configureChannels } from '../../src/app/channels-file.ts';
import { circuitsInMemory } from '../../src/channels/meta/circuits.fixture.ts';
import { graphError, scriptedGraph, type Play } from '../../src/channels/meta/scripted-graph.fixture.ts';
import { viewAddress, type Door, type Pen, type Playing, type Proof, type Rendered, type Voice } from './under-test.ts';

const secret = 'the app’s secret';
const token = 'the webhook’s token';
const body = Buffer.from('{"object":"page","entry":[],"text":"caf\\u00e9"}');

const sign = (algorithm: 'sha256' | 'sha1', key: string, raw: Buffer): string =>
  `${algorithm}=${createHmac(algorithm, key).update(raw).digest('hex')}`;

/** Meta's headers with this proof. The outdated one comes in a header of its own, which Meta still sends. */
function headersOf(proof: Proof): IncomingHttpHeaders {
  const current = (signature: string): IncomingHttpHeaders => ({ 'x-hub-signature-256': signature });
  switch (proof) {
    case 'right':
      return current(sign('sha256', secret, body));
    case 'of-another-body':
      return current(sign('sha256', secret, Buffer.concat([body, Buffer.from(' ')])));
    case 'of-a-stranger':
      return current(sign('sha256', 'another secret', body));
    case 'cut':
      return current(sign('sha256', secret, body).slice(0, -1));
    case 'empty':
      return current('');
    case 'none':
      return {};
    case 'outdated':
      return { 'x-hub-signature': sign('sha1', secret, body) };
  }
}

/** Who the operator is in Meta's eyes. */
export const operator = {
  appId: '1517776481860111',
  pageId: '1895382890692545',
  phoneNumberId: '106540352242922',
  businessAccountId: '102290129340398',
};

/** A messenger as the app puts it together, for what comes in: nothing is sent by this one. */
export function asWired(name: 'messenger' | 'whatsapp'): Channel {
  const { appId, pageId, phoneNumberId, businessAccountId } = operator;
  const app = { graph: 'http://127.0.0.1:9/v26.0', appId, appSecret: secret, verifyToken: token };
  const accessToken = 'none';
  const number = { phoneNumberId, businessAccountId, displayNumber: '15550783881', name: 'Bank', accessToken };
  const unused = (): never => {
    throw new Error('nothing is sent here');
  };
  const configured = configureChannels({
    messenger: { ...app, pages: [{ pageId, name: 'Bank', accessToken }] },
    whatsapp: { ...app, numbers: [number] },
  }).find(({ channel }) => channel === name);
  if (!configured) throw new Error(`${name} is not wired`);
  return configured.create({
    database: { query: unused, execute: unused, run: unused },
    parts: unused,
    addressOf: unused,
    mintView: unused,
    publicUrl: unused,
    faces: unused,
    clock: systemClock,
    log: createLog('silent'),
  });
}

/** Meta's door: an HMAC over the raw bytes, and a challenge. */
export function metaDoor(channel: Channel): Door {
  return {
    lets: async (proof) => channel.verify(body, headersOf(proof)),
    tellsBytesApart: async () => {
      const meaning = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
      return !meaning.equals(body) && !channel.verify(meaning, headersOf('right'));
    },
    asked: async (by, challenge) =>
      channel.handshake({
        'hub.mode': 'subscribe',
        'hub.challenge': challenge,
        ...(by !== 'none' && { 'hub.verify_token': by === 'ours' ? token : 'another token' }),
      }),
  };
}

/** A message as one of the messengers draws it within the window: at its level, and below `full` with where the rest is. */
export function rendered(
  { message, detail, ofBank, locale, picture }: Parameters<Pen['render']>[0],
  draw: (message: Message, rendering: Rendering) => readonly unknown[],
): Rendered {
  const level = detailOf(ofBank, detail);
  return renderedOf(
    draw(atDetail(message, ofBank, detail, locale), {
      detail: level,
      locale,
      timeZone: 'America/New_York',
      purpose: ofBank ? 'transactions' : null,
      window: 'free',
      faces: [],
      publicUrl: new URL(viewAddress).origin,
      ...(level === 'full' ? { pictureAddress: picture } : { viewAddress }),
    }),
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a body that a person reads. */
const read = ['text', 'body', 'title', 'subtitle', 'caption', 'display_text', 'description', 'button'];

/** Looks into bodies: everything that a person reads in them, everything to tap, every picture. */
function renderedOf(bodies: readonly unknown[]): Rendered {
  const texts: string[] = [];
  const buttons: Rendered['buttons'][number][] = [];
  const pictures: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const fields = value as Fields;
    const button = buttonIn(fields);
    if (button) buttons.push(button);
    const { image_url: inCard, link } = fields;
    const attached = fields['type'] === 'image' && (fields['payload'] as Fields | undefined)?.['url'];
    pictures.push(...[inCard, link, attached].filter((address) => typeof address === 'string'));
    for (const [name, inner] of Object.entries(fields)) {
      if (typeof inner === 'string' && read.includes(name) && fields['content_type'] !== inner) texts.push(inner);
      else visit(inner);
    }
  };
  visit(bodies);
  return { bodies, texts, buttons, pictures };
}

/** A button of either messenger's form, a quick reply, or a row of a list. */
function buttonIn(fields: Fields): Rendered['buttons'][number] | undefined {
  const { title, display_text: words, payload, id, url } = fields;
  const label = typeof title === 'string' ? title : words;
  if (typeof label !== 'string') return undefined;
  const pressed = typeof payload === 'string' ? payload : id;
  if (typeof pressed === 'string') return { title: label, payload: pressed };
  return typeof url === 'string' ? { title: label, url } : undefined;
}

/** How the platform plays what a check asks for. The numbers are Meta's, by its lists of errors. */
const plays: Readonly<Record<'messenger' | 'whatsapp', Readonly<Record<Playing, Play>>>> = {
  messenger: {
    'takes it': { status: 200, json: { recipient_id: '1', message_id: 'platform-1' } },
    'is ill': graphError(503, 2),
    'asks to slow down': graphError(400, 613),
    'says that the window is closed': graphError(400, 10, 2_018_278),
    'cannot reach the person': graphError(400, 551, 1_545_041),
    'says that the call is wrong': graphError(400, 100),
    'says that the token is dead': graphError(401, 190, 460),
    'says nothing': 'silence',
    'cuts the line': 'reset',
    'answers with a page': { status: 200, text: '<html>maintenance</html>' },
  },
  whatsapp: {
    'takes it': { status: 200, json: { messaging_product: 'whatsapp', messages: [{ id: 'platform-1' }] } },
    'is ill': graphError(503, 131_016),
    'asks to slow down': graphError(400, 130_429),
    'says that the window is closed': graphError(400, 131_047),
    'cannot reach the person': graphError(400, 131_026),
    'says that the call is wrong': graphError(400, 132_000),
    'says that the token is dead': graphError(401, 190, 460),
    'says nothing': 'silence',
    'cuts the line': 'reset',
    'answers with a page': { status: 200, text: '<html>maintenance</html>' },
  },
};

/** Which parts a messenger has, in memory: that PostgreSQL's are kept alike, the deliveries' own tests see to. */
export function partsKept(): Parts {
  const all = new Map<string, string>();
  return {
    begin: async ({ deliveryId, parts }) =>
      new Map(
        Array.from({ length: parts }, (_, part) => [part, all.get(`${deliveryId}:${part}`)] as const).filter(
          (one): one is readonly [number, string] => one[1] !== undefined,
        ),
      ),
    taken: async ({ deliveryId, part }, platformId) => {
      all.set(`${deliveryId}:${part}`, platformId);
    },
  };
}

/** What a sender of Meta's is made from, but for how it composes. */
type SenderParts = Omit<MetaSenderParts<never>, 'compose'> & ComposeParts;

/** A messenger's sender, before a Graph API that does as it is told, over real HTTP. */
export async function metaVoice(
  platform: 'messenger' | 'whatsapp',
  account: string,
  make: (parts: SenderParts) => Sender,
): Promise<Voice & { close(): Promise<void> }> {
  const graph = await scriptedGraph();
  const accessToken = 'the-token-of-this-account';
  const heard = new Map<IdentityId, number>();
  let minted = 0;
  const fresh = (): Sender =>
    make({
      graph: graphOf({ graph: graph.graph, appSecret: secret }),
      accounts: [{ account, name: 'Bank', accessToken }],
      addressOf: async (identityId) => {
        const heardAtMs = heard.get(identityId);
        return heardAtMs === undefined
          ? undefined
          : { account, person: { id: 'P1' }, heardAtMs, away: false, routedAtMs: undefined };
      },
      parts: partsKept(),
      circuits: circuitsInMemory(systemClock),
      clock: systemClock,
      timers: systemTimers,
      log: createLog('silent'),
      mintView: async () => {
        minted += 1;
        return viewAddress;
      },
      isApproved: async () => false,
      publicUrl: () => new URL(viewAddress).origin,
      faces: () => [],
    });
  let sender = fresh();
  return {
    secrets: [accessToken, secret],
    send: async ({ wroteMsAgo = 0, ofBank = true, ...more }, playing, signal = AbortSignal.timeout(30_000)) => {
      // A page that was stopped by one check is not stopped in the next.
      if (more.attempt === undefined || more.attempt === 1) sender = fresh();
      const { attempt = 1, entry = 'message', detail = 'full', manner = { locale: 'en', timeZone: 'UTC' } } = more;
      const identityId = newId<IdentityId>();
      if (wroteMsAgo !== 'never') heard.set(identityId, Date.now() - wroteMsAgo);
      graph.received.length = 0;
      graph.plays.splice(0, Infinity, ...playing.map((one) => plays[platform][one]));
      minted = 0;
      const outcome = await sender.send(
        {
          customerId: newId(),
          conversationId: newId(),
          identityId,
          detail: detailOf(ofBank, detail),
          purpose: ofBank ? 'transactions' : null,
          reference: more.reference,
          attempt,
          entry,
          message: more.message && atDetail(more.message, ofBank, detail, manner.locale),
          manner,
          windowOver: more.windowOver ?? false,
          replaces: undefined,
        },
        signal,
      );
      const calls = graph.received.map(({ path, query, body }) => ({
        address: `${path}?${query.toString()}`,
        bytes: JSON.stringify(body),
      }));
      return { outcome, calls, viewsMinted: minted };
    },
    close: () => graph.close(),
  };
}
