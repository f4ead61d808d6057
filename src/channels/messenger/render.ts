import type { Card } from '#contract';
import {
  balanceLines,
  cardWords,
  inParts,
  keysOf,
  metaWords,
  repliesOf,
  shortened,
  transactionLines,
  type Key,
  type Lines,
  type RenderFrom,
} from '#channels/meta';
import type {
  GenericElement,
  MessengerButton,
  MessengerButtons,
  MessengerMessage,
  QuickReplyKey,
  TemplatePayload,
} from './body.ts';

/** Meta's limits of what we send, in characters and pieces. */
export const messengerLimits = {
  text: 2000,
  buttonText: 640,
  buttonTitle: 20,
  buttons: 3,
  elementTitle: 80,
  elementSubtitle: 80,
  elements: 10,
  quickReplies: 13,
  quickReplyTitle: 20,
  payload: 1000,
  receiptElements: 100,
} as const;

/**
 * A message in Messenger's own form: one body or several, to be sent in this order. What is long is split between
 * sentences; buttons and quick replies stand under the last.
 */
export function renderMessenger(from: RenderFrom): readonly [MessengerMessage, ...MessengerMessage[]] {
  const { message, detail, view } = from;
  const [first, ...rest] = detail === 'full' || view === undefined ? whole(from) : pointing(from, view);
  const replies = detail === 'full' ? repliesOf(message).slice(0, messengerLimits.quickReplies) : [];
  return withReplies([first, ...rest], replies);
}

function whole(from: RenderFrom): readonly [MessengerMessage, ...MessengerMessage[]] {
  const { content } = from.message;
  const keys = keysOf(from);
  if (content.kind === 'text') return words(content.text, keys, from);
  const elements = elementsOf(content.card, from);
  const [element, ...others] = elements;
  if (!element) return pictured(from, words(cardWords(content.card, content.text, from), keys, from));
  const [own = [], ...further] = inThrees(keys);
  const generic: MessengerMessage = template({
    template_type: 'generic',
    elements: [{ ...element, ...buttonsOf(own) }, ...others],
  });
  return [generic, ...further.map((some) => more(some, from))];
}

/** Below `full`: the sentence, the way to the secure view, and the way to another address when that one is over. */
function pointing(from: RenderFrom, view: string): readonly [MessengerMessage, ...MessengerMessage[]] {
  const { message, locale } = from;
  const say = metaWords[locale];
  const text = message.content.text;
  return words(
    text,
    [
      { key: 'open', title: say.open, url: view },
      { key: 'press', title: say.newAddress, payload: `menu|show|${message.id}` },
    ],
    from,
  );
}

function words(
  text: string,
  keys: readonly Key[],
  { locale, ...from }: RenderFrom,
): readonly [MessengerMessage, ...MessengerMessage[]] {
  const { text: max, buttonText } = messengerLimits;
  const [own, ...further] = inThrees(keys);
  const parts = inParts(text, locale, max, own ? buttonText : max);
  const before = parts.slice(0, own ? -1 : undefined).map((part): MessengerMessage => ({ text: part }));
  const buttons = own && buttonsOf(own).buttons;
  const last = buttons && template({ template_type: 'button', text: parts.at(-1) ?? text, buttons });
  const [first, ...rest] = [
    ...before,
    ...(last ? [last] : []),
    ...further.map((some) => more(some, { locale, ...from })),
  ];
  return [first ?? { text }, ...rest];
}

function more(keys: readonly Key[], { locale }: RenderFrom): MessengerMessage {
  const { buttons } = buttonsOf(keys);
  const text = metaWords[locale].more;
  return buttons ? template({ template_type: 'button', text, buttons }) : { text };
}

/** The picture goes before its words, which say all that it shows. */
function pictured(
  { picture }: RenderFrom,
  bodies: readonly [MessengerMessage, ...MessengerMessage[]],
): readonly [MessengerMessage, ...MessengerMessage[]] {
  if (picture === undefined) return bodies;
  return [{ attachment: { type: 'image', payload: { url: picture, is_reusable: false } } }, ...bodies];
}

function elementsOf(card: Card, from: RenderFrom): GenericElement[] {
  if (card.card === 'transaction') return [element(transactionLines(card, from), from.picture)];
  if (card.card !== 'balance' || card.accounts.length > messengerLimits.elements) return [];
  return card.accounts.map((account, n) =>
    element(balanceLines(account, card.bank, from), n === 0 ? from.picture : undefined),
  );
}

function element({ title, subtitle }: Lines, picture: string | undefined): GenericElement {
  const { elementTitle, elementSubtitle } = messengerLimits;
  return {
    title: shortened(title, elementTitle),
    ...(subtitle !== '' && { subtitle: shortened(subtitle, elementSubtitle) }),
    ...(picture !== undefined && { image_url: picture }),
  };
}

function template(payload: TemplatePayload): MessengerMessage {
  return { attachment: { type: 'template', payload } };
}

function inThrees(keys: readonly Key[]): Key[][] {
  const groups: Key[][] = [];
  for (let at = 0; at < keys.length; at += messengerLimits.buttons)
    groups.push(keys.slice(at, at + messengerLimits.buttons));
  return groups;
}

function buttonsOf(keys: readonly Key[]): { readonly buttons?: MessengerButtons } {
  const [a, b, c] = keys.map(buttonOf);
  if (!a) return {};
  if (!b) return { buttons: [a] };
  return { buttons: c ? [a, b, c] : [a, b] };
}

function buttonOf(key: Key): MessengerButton {
  const title = shortened(key.title, messengerLimits.buttonTitle);
  return key.key === 'open'
    ? { type: 'web_url', title, url: key.url }
    : { type: 'postback', title, payload: key.payload };
}

function withReplies(
  bodies: readonly [MessengerMessage, ...MessengerMessage[]],
  replies: readonly Extract<Key, { key: 'press' }>[],
): readonly [MessengerMessage, ...MessengerMessage[]] {
  if (replies.length === 0) return bodies;
  const quick = replies.map(({ title, payload }): QuickReplyKey => ({
    content_type: 'text',
    title: shortened(title, messengerLimits.quickReplyTitle),
    payload,
  }));
  const [first, ...rest] = bodies;
  const last = rest.at(-1);
  if (!last) return [{ ...first, quick_replies: quick }];
  return [first, ...rest.slice(0, -1), { ...last, quick_replies: quick }];
}
