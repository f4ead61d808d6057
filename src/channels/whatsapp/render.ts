import {
  listedWords,
  messageWords,
  repliesOf,
  runsOf,
  shorten,
  splitText,
  tapsOf,
  templateFor,
  withReference,
  word,
  type Press,
  type Rendering,
  type Tap,
} from '#channels/meta';
import type { Locale, Message } from '#contract';
import type { ImageHeader, Interactive, ListRow, ReplyButton, WhatsAppBody } from './body.ts';
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
  return rendering.detail === 'full' ? inFull(message, rendering) : pointing(message, rendering);
}

/** A sentence, and where the rest can be seen. No other button may stand beside an address, so the footer says how to get another. */
function pointing(message: Message, rendering: Rendering): WhatsAppBody[] {
  const { locale, viewAddress } = rendering;
  const sentence = withReference(messageWords(message, rendering), rendering);
  if (viewAddress === undefined) return splitText(sentence, limits.text).map(textBody);
  const open: Opening = { tap: 'open', title: word(locale, 'open'), url: viewAddress };
  const footer = { text: shorten(word(locale, 'footer.show'), limits.footer) };
  return underWords(sentence, (text) => [{ ...addressed(text, open), footer }]);
}

function inFull(message: Message, rendering: Rendering): WhatsAppBody[] {
  const { content } = message;
  const { locale } = rendering;
  const words = withReference(listedWords(message, rendering), rendering);
  const picture = content.kind === 'card' ? rendering.pictureAddress : undefined;
  const taps = tapsOf(message, rendering.publicUrl);
  // Words to tap can be typed as well: they would push buttons that act into a list.
  const presses = taps.length === 0 ? repliesOf(message) : taps.filter((tap) => tap.tap === 'press');
  const opens = taps.filter((tap) => tap.tap === 'open');
  if (presses.length === 0 && opens.length === 0) return shown(words, picture);
  const isList = opens.length === 0 && presses.length > limits.buttons;
  // A list takes no picture: it goes before, with the words.
  const header = picture === undefined || isList ? undefined : imageHeader(picture);
  const before = isList && picture !== undefined ? shown(words, picture) : [];
  const draw = (text: string): Interactive[] => [
    ...opens.map((open, n) => addressed(n === 0 ? text : word(locale, 'more'), open)),
    ...pressable(presses, opens.length === 0 ? text : word(locale, 'more'), locale),
  ];
  const under = underWords(before.length > 0 ? word(locale, 'next') : words, draw);
  return [...before, ...withHeader(under, header)];
}

/** Words alone, or with their picture. */
function shown(words: string, picture: string | undefined): WhatsAppBody[] {
  if (picture === undefined) return splitText(words, limits.text).map(textBody);
  const parts = splitText(words, limits.caption);
  const caption = parts.at(-1);
  const image: WhatsAppBody = { type: 'image', image: { link: picture, ...(caption !== undefined && { caption }) } };
  return [...parts.slice(0, -1).map(textBody), image];
}

/** Words, cut where they are too long; what is drawn stands under the last of them. */
function underWords(words: string, draw: (text: string) => Interactive[]): WhatsAppBody[] {
  const parts = splitText(words, limits.interactiveText);
  const bodies = draw(parts.at(-1) ?? '…').map((one): WhatsAppBody => ({ type: 'interactive', interactive: one }));
  return [...parts.slice(0, -1).map(textBody), ...bodies];
}

type Opening = Extract<Tap, { tap: 'open' }>;

function addressed(text: string, { title, url }: Opening): Interactive & { readonly type: 'cta_url' } {
  const parameters = { display_text: shorten(title, limits.buttonTitle), url };
  return { type: 'cta_url', body: { text }, action: { name: 'cta_url', parameters } };
}

/** Up to three as buttons, more as lists of ten. */
function pressable(presses: readonly Press[], first: string, locale: Locale): Interactive[] {
  const textAt = (n: number): { text: string } => ({ text: n === 0 ? first : word(locale, 'more') });
  if (presses.length <= limits.buttons) {
    return runsOf(titled(presses, limits.buttonTitle).map(buttonOf), limits.buttons).map((buttons, n) => ({
      type: 'button',
      body: textAt(n),
      action: { buttons },
    }));
  }
  return runsOf(titled(presses, limits.rowTitle).map(rowOf), limits.rows).map((rows, n) => ({
    type: 'list',
    body: textAt(n),
    action: { button: word(locale, 'choose'), sections: [{ rows }] },
  }));
}

/** A press with its title within the limit, and the whole one. */
type Titled = Press & { readonly whole: string };

/** WhatsApp refuses two buttons of one title: what is the same after shortening gets a number. */
function titled(presses: readonly Press[], max: number): Titled[] {
  const taken = new Set<string>();
  return presses.map((press) => {
    const whole = press.title;
    let title = shorten(whole, max);
    for (let n = 2; taken.has(title); n += 1) title = `${shorten(whole, max - 1 - String(n).length)} ${n}`;
    taken.add(title);
    return { ...press, title, whole };
  });
}

const buttonOf = ({ title, payload }: Titled): ReplyButton => ({ type: 'reply', reply: { id: payload, title } });

/** A row says in its second line what its title had to leave out. */
function rowOf({ title, whole, payload }: Titled): ListRow {
  return { id: payload, title, ...(title !== whole && { description: shorten(whole, limits.rowDescription) }) };
}

/** The picture stands above the first that can carry it. */
function withHeader(bodies: readonly WhatsAppBody[], header: ImageHeader | undefined): WhatsAppBody[] {
  const at = bodies.findIndex((body) => body.type === 'interactive' && body.interactive.type !== 'list');
  return bodies.map((body, n) =>
    header !== undefined && n === at && body.type === 'interactive' && body.interactive.type !== 'list'
      ? { ...body, interactive: { ...body.interactive, header } }
      : body,
  );
}

const imageHeader = (link: string): ImageHeader => ({ type: 'image', image: { link } });

const textBody = (body: string): WhatsAppBody => ({ type: 'text', text: { body, preview_url: false } });
