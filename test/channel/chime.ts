/** The made-up messenger of test/chime, before the same suite as those that exist. */
import { createLog, limits, newId, systemClock, type IdentityId } from '#base';
import type { Channel, ChannelParts, ConfiguredChannel } from '#delivery';
import { configureChannels } from '../../src/app/channels-file.ts';
import { chime, chimeSignature, renderChime } from '../chime/index.ts';
import { chimePlatform, chimeTells, type ChimePlatform, type ChimePlay } from '../chime/platform.ts';
import { chimeLimits } from '../chime/render.ts';
import { testHub, type TestHub } from '../hub.ts';
import { until } from '../until.ts';
import { partsKept } from './meta.ts';
import { detailOf, atDetail } from '#contract';
import { settledHub } from './settled.ts';
import {
  DoesNotApply,
  saidAfter,
  viewAddress,
  type ChannelUnderTest,
  type Chat,
  type Chatter,
  type Playing,
  type Proof,
  type Rendered,
  type Thing,
  type Voice,
} from './under-test.ts';

const [page, secret] = ['page-1', 'the secret of Chime'];
const atMs = Date.UTC(2026, 10, 20, 19, 14);

/** Chime as it is set up: what stands in the operator's file. */
export const chimeAt = (api: string): ConfiguredChannel => {
  const [configured] = configureChannels({ chime: { api, page, name: 'First Bank', secret } }, [chime]);
  if (!configured) throw new Error('Chime is not set up');
  return configured;
};

/** What Chime tells of a thing. */
function eventOf(thing: Thing): object {
  const did = { id: `c-${thing.key}`, who: thing.by ?? 'Ada', atMs };
  switch (thing.does) {
    case 'text':
      return { ...did, does: 'text', text: thing.text, ...(thing.repliesTo && { to: thing.repliesTo }) };
    case 'press':
      return { ...did, does: 'press', payload: thing.payload, title: thing.title };
    case 'echo':
      return { ...did, does: 'taken', message: 'ours', ...(thing.reference && { reference: thing.reference }) };
    case 'garbled':
      return { ...did, does: 'text', text: [thing.key] };
    case 'something-new':
      return { ...did, does: 'teleportation' };
    default:
      throw new DoesNotApply('Chime brings words and presses, and says what it has taken');
  }
}

const told = (things: readonly Thing[]) => chimeTells(page, secret, things.map(eventOf));

/** Chime, as the suite sees it. */
export async function chimeUnderTest(): Promise<ChannelUnderTest> {
  const platform = await chimePlatform();
  const voice = chimeVoice(platform);
  const channel = voice.fresh();
  const chat = chimeChat();
  return {
    name: 'chime',
    door: {
      lets: async (proof) => channel.verify(body, { 'x-chime-signature': signatureOf(proof) }),
      tellsBytesApart: async () => {
        const spaced = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
        return !channel.verify(spaced, { 'x-chime-signature': signatureOf('right') });
      },
      asked: async (by, challenge) =>
        channel.handshake({ challenge, ...(by !== 'none' && { secret: by === 'ours' ? secret : 'another' }) }),
    },
    ear: {
      hear: async (things) => channel.read(told(things).raw),
      hearBytes: async (raw) => channel.read(raw),
      bytes: (things) => told(things).raw,
      limits: { bytes: limits.channelBodyBytesMax, things: limits.channelEventsMax },
    },
    pen: {
      render: async (from) => rendered(from),
      limits: {
        text: chimeLimits.text,
        buttonTitle: chimeLimits.buttonTitle,
        buttonsTogether: chimeLimits.buttons,
        payload: chimeLimits.payload,
      },
    },
    voice,
    chat,
    close: async () => {
      await platform.close();
      await chat.close();
    },
  };
}

const body = chimeTells(page, secret, [{ does: 'text', id: '1', who: 'Ada', atMs, text: 'hello' }]).raw;

function signatureOf(proof: Proof): string | undefined {
  const right = chimeSignature(body, secret);
  switch (proof) {
    case 'right':
      return right;
    case 'of-another-body':
      return chimeSignature(Buffer.from('another'), secret);
    case 'of-a-stranger':
      return chimeSignature(body, 'another');
    case 'cut':
      return right.slice(0, -1);
    case 'empty':
      return '';
    case 'none':
      return undefined;
    case 'outdated':
      throw new DoesNotApply('Chime has signed in one way ever since');
  }
}

function rendered(from: Parameters<ChannelUnderTest['pen']['render']>[0]): Rendered {
  if (from.picture !== undefined) throw new DoesNotApply('Chime shows no pictures');
  const detail = detailOf(from.ofBank, from.detail);
  const bodies = renderChime(atDetail(from.message, from.ofBank, from.detail, from.locale), {
    detail,
    locale: from.locale,
    timeZone: 'America/New_York',
    purpose: from.ofBank ? 'transactions' : null,
    viewAddress: detail === 'full' ? undefined : viewAddress,
    publicUrl: new URL(viewAddress).origin,
    faces: [],
  });
  return {
    bodies,
    texts: bodies.map(({ text }) => text),
    buttons: bodies.flatMap(({ buttons = [] }) => buttons),
    pictures: [],
  };
}

const plays: Readonly<
  Record<Exclude<Playing, 'says that the window is closed' | 'says that the token is dead'>, ChimePlay>
> = {
  'takes it': 200,
  'is ill': 503,
  'asks to slow down': 429,
  'cannot reach the person': 404,
  'says that the call is wrong': 400,
  'says nothing': 'silence',
  'cuts the line': 'reset',
  'answers with a page': 'page',
};

function playOf(playing: Playing): ChimePlay {
  if (playing === 'says that the window is closed') throw new DoesNotApply('Chime may be written to at any time');
  if (playing === 'says that the token is dead') throw new DoesNotApply('Chime has no tokens that die');
  return plays[playing];
}

function chimeVoice(platform: ChimePlatform): Voice & { fresh(): Channel } {
  const heard = new Set<IdentityId>();
  let minted = 0;
  const unused = (): never => {
    throw new Error('Chime keeps nothing of its own');
  };
  const fresh = (): Channel => {
    const kept = partsKept();
    const parts: ChannelParts = {
      database: { query: unused, execute: unused, run: unused },
      parts: () => kept,
      addressOf: async (identityId) =>
        heard.has(identityId)
          ? { account: page, person: { id: 'Ada' }, heardAtMs: Date.now(), away: false, routedAtMs: undefined }
          : undefined,
      mintView: async () => {
        minted += 1;
        return viewAddress;
      },
      publicUrl: () => new URL(viewAddress).origin,
      faces: () => [],
      clock: systemClock,
      log: createLog('silent'),
    };
    return chimeAt(platform.api).create(parts);
  };
  let channel = fresh();
  return {
    fresh,
    secrets: [secret],
    send: async ({ wroteMsAgo = 0, ofBank = true, ...more }, playing, signal = AbortSignal.timeout(30_000)) => {
      if (more.windowOver || (typeof wroteMsAgo === 'number' && wroteMsAgo > 0))
        throw new DoesNotApply('Chime may be written to at any time');
      platform.plays.splice(0, Infinity, ...playing.map(playOf));
      platform.calls.length = 0;
      const { attempt = 1, entry = 'message', detail = 'full', manner = { locale: 'en', timeZone: 'UTC' } } = more;
      if (attempt === 1) channel = fresh();
      const identityId = newId<IdentityId>();
      if (wroteMsAgo !== 'never') heard.add(identityId);
      minted = 0;
      const outcome = await channel.send(
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
          replaces: undefined,
          windowOver: false,
        },
        signal,
      );
      return { outcome, calls: [...platform.calls], viewsMinted: minted };
    },
  };
}

/** The whole hub with Chime, started when somebody first arrives. */
function chimeChat(): Chat & { close(): Promise<void> } {
  let begun: Promise<{ hub: TestHub; platform: ChimePlatform }> | undefined;
  let people = 0;
  const begin = async () => {
    const platform = await chimePlatform();
    return { platform, hub: await testHub({ messengers: [chimeAt(platform.api)] }) };
  };
  return {
    arrive: async (locale) => {
      if (locale === 'es') throw new DoesNotApply('Chime tells nothing of languages');
      begun ??= begin();
      people += 1;
      const { hub, platform } = await begun;
      return chimeChatter(hub, platform, `person-${people}`);
    },
    close: async () => {
      const all = await begun;
      await all?.hub.close();
      await all?.platform.close();
    },
  };
}

/** Somebody at Chime. */
export function chimeChatter(hub: TestHub, platform: ChimePlatform, who: string): Chatter {
  let said = 0;
  const tell = async (events: readonly object[]): Promise<void> => {
    const { raw, signature } = chimeTells(page, secret, events);
    const headers = { 'x-chime-signature': signature, 'content-type': 'application/json' };
    const response = await fetch(`${hub.url}/channels/chime/webhook`, {
      method: 'POST',
      headers,
      body: Uint8Array.from(raw),
    });
    if (!response.ok) throw new Error(`the hub answered ${response.status}`);
  };
  const event = (): object => ({ id: `${who}-${(said += 1)}`, who, atMs: Date.now() });
  const seen = async () =>
    platform.sent
      .filter(({ to }) => to === who)
      .map(({ text, buttons = [] }) => ({ text, buttons: buttons.map(({ title }) => title) }));
  const press = async (title: string): Promise<void> => {
    const all = platform.sent.filter(({ to }) => to === who).flatMap(({ buttons = [] }) => buttons);
    const button = all.findLast((one) => one.title === title);
    await tell([{ ...event(), does: 'press', payload: button?.payload ?? '', title }]);
  };
  const settled = (): Promise<void> => settledHub(hub);
  return {
    say: (text) => tell([{ ...event(), does: 'text', text }]),
    sayOften: async (text, times) => {
      const once = { ...event(), does: 'text', text };
      for (let time = 0; time < times; time += 1) await tell([once]);
    },
    seen,
    press,
    pressAgain: (title) => saidAfter(seen, () => press(title).then(settled)),
    garble: () => tell([{ teleportation: {} }]),
    until: async (holds) => {
      await until('what Chime is to show', holds);
    },
    settled,
  };
}
