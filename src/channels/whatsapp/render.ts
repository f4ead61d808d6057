import {
  listedWords,
  repliesOf,
  runsOf,
  shorten,
  splitText,
  tapsOf,
  templateFor,
  messageWords,
  word,
  type Press,
  type Rendering,
  type Tap,
} from '#channels/meta';
import type { Message } from '#contract';
import type { ImageHeader, Interactive, ListRow, WhatsAppBody } from './body.ts';
import { WHATSAPP_LIMITS as limits } from './limits.ts';
import { whatsAppTemplate } from './template-message.ts';

/**
 * Draws a message as bodies for `/{number}/messages`, to be sent in order; the last carry what can be pressed. Add the
 * person and our reference with `whatsAppRequest`. None when the window asks for a template and there is none for it.
 */
export function renderWhatsApp(message: Message, rendering: Rendering): WhatsAppBody[] {
  if (rendering.window !== 'free') {
    const template = templateFor(message, rendering);
    return template ? [whatsAppTemplate(template)] : [];
  }
  return rendering.detail === 'full' ? inFull(message, rendering) : withAddress(message, rendering);
}

/** A sentence, and where the rest can be seen. WhatsApp puts no other button beside an address, so the words name the way to a new one. */
function withAddress(message: Message, rendering: Rendering): WhatsAppBody[] {
  const { locale, viewAddress } = rendering;
  const sentence = messageWords(message.content, rendering);
  if (viewAddress === undefined) return pressed(sentence, [], rendering, undefined);
  const open: Tap = { tap: 'open', title: word(locale, 'open'), url: viewAddress };
  return pressed(`${sentence} ${word(locale, 'link.show')}`, [open], rendering, undefined);
}

function inFull(message: Message, rendering: Rendering): WhatsAppBody[] {
  const { content } = message;
  const isCard = content.kind === 'card';
  return pressed(
    listedWords(content, rendering),
    tapsFor(message),
    rendering,
    isCard ? rendering.pictureAddress : undefined,
  );
}

/** The buttons of a message. Words to tap can be typed as well: they are left out where they would push the buttons into a list. */
function tapsFor(message: Message): readonly Tap[] {
  const taps = tapsOf(message);
  return taps.length === 0 ? repliesOf(message) : taps;
}

/** Words with their picture and what can be pressed, cut where they are too long. */
function pressed(
  text: string,
  taps: readonly Tap[],
  rendering: Rendering,
  picture: string | undefined,
): WhatsAppBody[] {
  const { locale, reference } = rendering;
  const whole = reference === undefined ? text : `${text}\n${word(locale, 'reference', { reference })}`;
  const presses = taps.filter((tap) => tap.tap === 'press');
  const opens = taps.filter((tap) => tap.tap === 'open');
  if (taps.length === 0 && picture === undefined) return splitText(whole, limits.text).map(textBody);
  const parts = splitText(whole, limits.interactiveText);
  const last = parts.at(-1) ?? word(locale, 'more');
  const before = parts.slice(0, -1).map(textBody);
  if (taps.length === 0) return [...before, imageBody(picture ?? '', last)];
  const asList = opens.length === 0 && presses.length > limits.buttons;
  const header: ImageHeader | undefined =
    picture === undefined || asList ? undefined : { type: 'image', image: { link: picture } };
  // A list takes no picture: it goes before, with the words.
  const shown = asList && picture !== undefined ? [imageBody(picture, last)] : [];
  const first = shown.length > 0 ? word(locale, 'next') : last;
  const more = word(locale, 'more');
  const bodies = [
    ...opens.map(
      ({ title, url }) =>
        (said: string) =>
          addressBody(said, title, url),
    ),
    ...pressings(presses, locale),
  ].map((draw, n) => interactive(withHeader(draw(n === 0 ? first : more), n === 0 ? header : undefined)));
  return [...before, ...shown, ...bodies];
}

/** Up to three as buttons, more as lists of ten. */
function pressings(presses: readonly Press[], locale: Rendering['locale']): ((text: string) => Interactive)[] {
  if (presses.length > limits.buttons) {
    return runsOf(presses.map(rowOf), limits.rows).map((rows) => (text: string): Interactive => ({
      type: 'list',
      body: { text },
      action: { button: word(locale, 'choose'), sections: [{ rows }] },
    }));
  }
  const buttons = presses.map(({ title, payload }) => ({
    type: 'reply' as const,
    reply: { id: payload, title: shorten(title, limits.buttonTitle) },
  }));
  return runsOf(buttons, limits.buttons).map((run) => (text: string): Interactive => ({
    type: 'button',
    body: { text },
    action: { buttons: run },
  }));
}

/** A row says in its second line what its title had to leave out. */
function rowOf({ title, payload }: Press): ListRow {
  const short = shorten(title, limits.rowTitle);
  return {
    id: payload,
    title: short,
    ...(short.endsWith('…') && { description: shorten(title, limits.rowDescription) }),
  };
}

function addressBody(text: string, title: string, url: string): Interactive {
  const parameters = { display_text: shorten(title, limits.buttonTitle), url };
  return { type: 'cta_url', body: { text }, action: { name: 'cta_url', parameters } };
}

const withHeader = (one: Interactive, header: ImageHeader | undefined): Interactive =>
  header === undefined || one.type === 'list' ? one : { ...one, header };

const interactive = (one: Interactive): WhatsAppBody => ({ type: 'interactive', interactive: one });

const textBody = (body: string): WhatsAppBody => ({ type: 'text', text: { body, preview_url: false } });

const imageBody = (link: string, caption: string): WhatsAppBody => ({ type: 'image', image: { link, caption } });
