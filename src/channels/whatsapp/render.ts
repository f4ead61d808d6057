import type { Card } from '#contract';
import {
  cardWords,
  inParts,
  keysOf,
  metaWords,
  repliesOf,
  shortened,
  transactionLines,
  type Key,
  type RenderFrom,
} from '#channels/meta';
import type { Interactive, ListRow, ReplyButton, ReplyButtons, WhatsAppMessage } from './body.ts';

/** WhatsApp's limits of what we send, in characters and pieces. */
export const whatsAppLimits = {
  text: 4096,
  body: 1024,
  footer: 60,
  caption: 1024,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  rows: 10,
  rowTitle: 24,
  rowId: 200,
  listButton: 20,
  linkTitle: 20,
} as const;

type Bodies = readonly [WhatsAppMessage, ...WhatsAppMessage[]];
type Press = Extract<Key, { key: 'press' }>;

/**
 * A message in WhatsApp's own form: one body or several, to be sent in this order. Up to three replies are buttons,
 * more of them a list; an address stands alone under its text, as WhatsApp has it, so each has a body of its own.
 */
export function renderWhatsApp(from: RenderFrom): Bodies {
  const { message, detail, view, locale } = from;
  if (detail !== 'full' && view !== undefined) return pointing(from, view);
  const { content } = message;
  const keys = keysOf(from);
  const presses = [...keys.filter((key) => key.key === 'press'), ...repliesOf(message)];
  const text = content.kind === 'text' ? content.text : cardText(content.card, content.text, from);
  const picture = content.kind === 'card' ? from.picture : undefined;
  const links = keys.filter((key) => key.key === 'open');
  const [link, ...others] = links;
  const alone = presses.length === 0 && link !== undefined;
  const first = alone ? linked(text, link, locale, picture) : worded(text, presses, from, picture);
  const rest = (alone ? others : links).flatMap((one) => [...linked(metaWords[locale].more, one, locale, undefined)]);
  return [first[0], ...first.slice(1), ...rest];
}

/** Below `full`: the sentence, the way to the secure view, and how to get another address when that one is over. */
function pointing({ message, locale }: RenderFrom, view: string): Bodies {
  const say = metaWords[locale];
  const { text } = message.content;
  const body = { text: inParts(text, locale, whatsAppLimits.body)[0] ?? text };
  const interactive: Interactive = {
    type: 'cta_url',
    body,
    footer: { text: shortened(say.writeShow, whatsAppLimits.footer) },
    action: { name: 'cta_url', parameters: { display_text: shortened(say.open, whatsAppLimits.linkTitle), url: view } },
  };
  return [{ type: 'interactive', interactive }];
}

/** A card's words: two lines for a purchase, its gist for anything else. */
function cardText(card: Card, gist: string, from: RenderFrom): string {
  if (card.card !== 'transaction') return cardWords(card, gist, from);
  const { subtitle } = transactionLines(card, from);
  return subtitle === '' ? gist : `${gist}\n${subtitle}`;
}

function worded(text: string, presses: readonly Press[], from: RenderFrom, picture: string | undefined): Bodies {
  const { locale } = from;
  const { text: max, body, caption } = whatsAppLimits;
  if (presses.length > 0) {
    const parts = inParts(text, locale, max, body);
    const before = parts.slice(0, -1).map(plain);
    const tapped = tappable(parts.at(-1) ?? text, presses, locale, picture);
    return joined(before, tapped);
  }
  if (picture !== undefined && text.length <= caption)
    return [{ type: 'image', image: { link: picture, ...(text !== '' && { caption: text }) } }];
  const parts = inParts(text, locale, max).map(plain);
  const image: readonly WhatsAppMessage[] = picture === undefined ? [] : [{ type: 'image', image: { link: picture } }];
  return joined([...image, ...parts.slice(0, -1)], parts.at(-1) ?? plain(text));
}

function linked(
  text: string,
  { title, url }: Extract<Key, { key: 'open' }>,
  locale: string,
  picture: string | undefined,
): Bodies {
  const parts = inParts(text, locale, whatsAppLimits.text, whatsAppLimits.body);
  const interactive: Interactive = {
    type: 'cta_url',
    ...headed(picture),
    body: { text: parts.at(-1) ?? text },
    action: { name: 'cta_url', parameters: { display_text: shortened(title, whatsAppLimits.linkTitle), url } },
  };
  return joined(parts.slice(0, -1).map(plain), { type: 'interactive', interactive });
}

function tappable(
  text: string,
  presses: readonly Press[],
  locale: RenderFrom['locale'],
  picture: string | undefined,
): WhatsAppMessage {
  const titled = withTitles(
    presses,
    presses.length <= whatsAppLimits.buttons ? whatsAppLimits.buttonTitle : whatsAppLimits.rowTitle,
  );
  const [a, b, c, ...others] = titled.map(({ title, payload }): ReplyButton => ({
    type: 'reply',
    reply: { id: payload, title },
  }));
  const buttons: ReplyButtons | undefined = a && others.length === 0 ? (b ? (c ? [a, b, c] : [a, b]) : [a]) : undefined;
  if (buttons) {
    return {
      type: 'interactive',
      interactive: { type: 'button', ...headed(picture), body: { text }, action: { buttons } },
    };
  }
  const [row, ...rows] = titled
    .slice(0, whatsAppLimits.rows)
    .map(({ title, payload }): ListRow => ({ id: payload, title }));
  if (!row) return plain(text);
  const action = {
    button: shortened(metaWords[locale].choose, whatsAppLimits.listButton),
    sections: [{ rows: [row, ...rows] }],
  } as const;
  return { type: 'interactive', interactive: { type: 'list', body: { text }, action } };
}

/** WhatsApp refuses two buttons of one title: what is the same after shortening gets a number. */
function withTitles(presses: readonly Press[], max: number): readonly Press[] {
  const taken = new Set<string>();
  return presses.map((press) => {
    let title = shortened(press.title, max);
    for (let n = 2; taken.has(title); n += 1) title = `${shortened(press.title, max - 3)} ${n}`;
    taken.add(title);
    return { ...press, title };
  });
}

function headed(picture: string | undefined): Pick<Interactive, 'header'> {
  return picture === undefined ? {} : { header: { type: 'image', image: { link: picture } } };
}

function plain(text: string): WhatsAppMessage {
  return { type: 'text', text: { body: text, preview_url: false } };
}

function joined(before: readonly WhatsAppMessage[], last: WhatsAppMessage): Bodies {
  const [first, ...rest] = before;
  return first ? [first, ...rest, last] : [last];
}
