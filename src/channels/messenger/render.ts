import {
  isAtMost,
  linesOf,
  listedWords,
  payloads,
  repliesOf,
  runsOf,
  shorten,
  splitText,
  tapsOf,
  templateFor,
  messageWords,
  withReference,
  word,
  type AtMost,
  type CardLine,
  type Press,
  type Rendering,
  type Tap,
} from '#channels/meta';
import type { Content, Message } from '#contract';
import type { Button, GenericElement, MessengerBody, MessengerMessage, QuickReplyButton } from './body.ts';
import { MESSENGER_LIMITS as limits } from './limits.ts';
import { messengerTemplate } from './template-message.ts';

type CardContent = Extract<Content, { kind: 'card' }>;

/**
 * Draws a message as bodies for `/{page}/messages`, to be sent in order: all that Messenger needs is in the last, its
 * buttons too. Add the person and our reference with `messengerRequest`. None when the window asks for a template and there is none for it.
 */
export function renderMessenger(message: Message, rendering: Rendering): MessengerBody[] {
  if (rendering.window === 'template') {
    const template = templateFor(message, rendering);
    return template ? [{ ...messengerTemplate(template), ...quietly(message) }] : [];
  }
  const messages = rendering.detail === 'full' ? inFull(message, rendering) : withAddress(message, rendering);
  return messages.map((one) => ({ ...inWindow(one, rendering), ...quietly(message) }));
}

const quietly = ({ quiet }: Message): Pick<MessengerBody, 'notification_type'> =>
  quiet ? { notification_type: 'NO_PUSH' } : {};

function inWindow(message: MessengerMessage, { window, purpose }: Rendering): MessengerBody {
  if (window === 'human-agent') return { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message };
  return { messaging_type: purpose === null ? 'RESPONSE' : 'UPDATE', message };
}

/** A sentence, and where the rest can be seen. */
function withAddress(message: Message, rendering: Rendering): MessengerMessage[] {
  const { locale, viewAddress } = rendering;
  const sentence = messageWords(message, rendering);
  if (viewAddress === undefined) return worded(sentence, [], [], rendering);
  const taps: Tap[] = [
    { tap: 'open', title: word(locale, 'open'), url: viewAddress },
    { tap: 'press', title: word(locale, 'again'), payload: payloads.show(message.id) },
  ];
  return worded(`${sentence} ${word(locale, 'link.once')}`, taps, [], rendering);
}

function inFull(message: Message, rendering: Rendering): MessengerMessage[] {
  const { content } = message;
  const taps = tapsOf(message, rendering.publicUrl);
  const replies = repliesOf(message);
  const carded = content.kind === 'card' ? cardOf(content, taps, replies, rendering) : undefined;
  if (carded) return carded;
  const picture = content.kind === 'card' ? pictureOf(rendering) : [];
  return [...picture, ...worded(listedWords(message, rendering), taps, replies, rendering)];
}

const pictureOf = ({ pictureAddress }: Rendering): MessengerMessage[] =>
  pictureAddress === undefined
    ? []
    : [{ attachment: { type: 'image', payload: { url: pictureAddress, is_reusable: false } } }];

/**
 * A card as a generic template: one element for each thing that it shows. Undefined when it has none or one of its
 * lines is too long, for what an account holds is never cut: then its words and its picture say it.
 */
function cardOf(
  content: CardContent,
  taps: readonly Tap[],
  replies: readonly Press[],
  rendering: Rendering,
): MessengerMessage[] | undefined {
  const lines = linesOf(content.card, rendering);
  const fits = lines.every(({ title, subtitle }) => title.length <= limits.title && subtitle.length <= limits.title);
  if (lines.length === 0 || !fits) return undefined;
  const runs = runsOf(taps.map(buttonOf), limits.buttons);
  const isOne = lines.length === 1;
  const elements = lines.map((line, n) =>
    elementOf(line, {
      reference: n === lines.length - 1 ? rendering.reference : undefined,
      picture: isOne ? rendering.pictureAddress : undefined,
      buttons: isOne ? runs[0] : undefined,
      locale: rendering.locale,
    }),
  );
  const cards = runsOf(elements, limits.elements).map((run): MessengerMessage => ({
    attachment: { type: 'template', payload: { template_type: 'generic', elements: run } },
  }));
  // What a figure counts stands in its words and its picture; balances say themselves.
  const before =
    content.card.card === 'chart' ? [...pictureOf(rendering), ...textsOf(messageWords({ content }, rendering))] : [];
  const next = (isOne ? runs.slice(1) : runs).map((run, n) =>
    buttonTemplate(word(rendering.locale, n === 0 && !isOne ? 'next' : 'more'), run),
  );
  return withReplies([...before, ...cards, ...next], replies);
}

interface Beside {
  readonly reference: string | undefined;
  readonly picture: string | undefined;
  readonly buttons: AtMost<Button, 3> | undefined;
  readonly locale: Rendering['locale'];
}

function elementOf({ title, subtitle }: CardLine, { reference, picture, buttons, locale }: Beside): GenericElement {
  const under = reference === undefined ? '' : ` · ${word(locale, 'reference', { reference })}`;
  const whole = subtitle.length + under.length <= limits.title ? `${subtitle}${under}` : subtitle;
  return {
    title,
    ...(whole !== '' && { subtitle: whole }),
    ...(picture !== undefined && { image_url: picture }),
    ...(buttons && { buttons }),
  };
}

/** Words, cut where they are too long; the last of them carries the buttons. */
function worded(
  text: string,
  taps: readonly Tap[],
  replies: readonly Press[],
  rendering: Rendering,
): MessengerMessage[] {
  const { locale } = rendering;
  const whole = withReference(text, rendering);
  const runs = runsOf(taps.map(buttonOf), limits.buttons);
  const parts = splitText(whole, runs.length === 0 ? limits.text : limits.buttonText);
  if (runs.length === 0)
    return withReplies(
      parts.map((part) => ({ text: part })),
      replies,
    );
  const last = parts.at(-1) ?? word(locale, 'more');
  const templates = runs.map((run, n) => buttonTemplate(n === 0 ? last : word(locale, 'more'), run));
  return withReplies([...parts.slice(0, -1).map((part) => ({ text: part })), ...templates], replies);
}

const textsOf = (text: string): MessengerMessage[] => splitText(text, limits.text).map((part) => ({ text: part }));

function withReplies(messages: readonly MessengerMessage[], replies: readonly Press[]): MessengerMessage[] {
  const some = replies.slice(0, limits.quickReplies).map(quickReplyOf);
  const last = messages.at(-1);
  if (!last || !isAtMost(some, limits.quickReplies)) return [...messages];
  return [...messages.slice(0, -1), { ...last, quick_replies: some }];
}

const buttonTemplate = (text: string, buttons: AtMost<Button, 3>): MessengerMessage => ({
  attachment: { type: 'template', payload: { template_type: 'button', text, buttons } },
});

const buttonOf = (tap: Tap): Button =>
  tap.tap === 'open'
    ? { type: 'web_url', title: shorten(tap.title, limits.buttonTitle), url: tap.url }
    : { type: 'postback', title: shorten(tap.title, limits.buttonTitle), payload: tap.payload };

const quickReplyOf = ({ title, payload }: Press): QuickReplyButton => ({
  content_type: 'text',
  title: shorten(title, limits.buttonTitle),
  payload,
});
