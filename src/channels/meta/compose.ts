import type { Clock } from '#base';
import { pointerWords, type BankFace, type Message } from '#contract';
import { windowOf, type OpenAddress, type Told, type Window } from '#delivery';
import type { Rendering } from './rendering.ts';

/**
 * What a message becomes at a messenger.
 *
 * @typeParam Body what is posted there, without whom it is for and without our reference: those are added when it is sent
 */
export type Composed<Body> =
  /** These, one after the other: the last carries the buttons. */
  | { readonly bodies: readonly Body[] }
  /** It may not be said to this person now, in any form that there is; a stable code says why. */
  | { readonly closed: string };

/** Decides by the window what may be sent, and makes the bodies: the one place that knows both. */
export type Compose<Body> = (told: Told, address: OpenAddress) => Promise<Composed<Body>>;

/** How one messenger draws. */
export interface ComposeKind<Body> {
  /** Whether it knows words of the staff, for a week. */
  readonly humanAgent: boolean;
  /** None when the window asks for a template and there is none for the message. */
  readonly render: (message: Message, rendering: Rendering) => readonly Body[];
  /** The template that a body is, when it is one. */
  readonly templateOf: (body: Body) => { readonly name: string; readonly language: string } | undefined;
}

/** What composing works with. */
export interface ComposeParts {
  /** A fresh one-time address of the secure view: asked for only where the message does not say it all. */
  readonly mintView: (told: Told) => Promise<string>;
  /** A fresh one-use address of a card's picture: asked for only at `full`. Undefined: none is drawn of this message. */
  readonly mintPicture?: (told: Told) => Promise<string | undefined>;
  /** Whether a page's or number's template may be sent. */
  readonly isApproved: (
    account: string,
    template: { readonly name: string; readonly language: string },
  ) => Promise<boolean>;
  readonly publicUrl: () => string;
  readonly faces: () => readonly BankFace[];
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Makes what composes for one messenger. */
export function composer<Body>(kind: ComposeKind<Body>, parts: ComposeParts): Compose<Body> {
  return async (told, { account, heardAtMs }) => {
    const { message, purpose, detail } = told;
    const nowMs = parts.clock.nowMs();
    const window = windowOf({ heardAtMs, nowMs, author: message.author, purpose, humanAgent: kind.humanAgent });
    if (window === 'template') return composeTemplate(kind, parts, told, account);
    const viewAddress = detail === 'full' ? undefined : await parts.mintView(told);
    const pictureAddress = detail === 'full' ? await parts.mintPicture?.(told) : undefined;
    return { bodies: kind.render(message, { ...renderingOf(parts, told, window), viewAddress, pictureAddress }) };
  };
}

/** The template for the message, or the one that says only that there is something, if the messenger has approved it. */
async function composeTemplate<Body>(
  kind: ComposeKind<Body>,
  parts: ComposeParts,
  told: Told,
  account: string,
): Promise<Composed<Body>> {
  const pointed = atPointer(told);
  for (const at of told.detail === 'pointer' ? [told] : [told, pointed]) {
    const draw = (viewAddress: string): readonly Body[] =>
      kind.render(at.message, { ...renderingOf(parts, at, 'template'), viewAddress });
    // No address is made for what may not be sent.
    const [body] = draw(`${parts.publicUrl()}/v#`);
    const template = body && kind.templateOf(body);
    if (template && (await parts.isApproved(account, template))) return { bodies: draw(await parts.mintView(at)) };
  }
  return { closed: 'no-template' };
}

function atPointer(told: Told): Told {
  const { id, revision, author, at } = told.message;
  const content = { kind: 'text', text: pointerWords(told.manner.locale, told.purpose) } as const;
  return { ...told, detail: 'pointer', message: { id, revision, author, at, content } };
}

function renderingOf(parts: ComposeParts, told: Told, window: Window): Rendering {
  const { detail, purpose, manner, reference } = told;
  return {
    detail,
    locale: manner.locale,
    timeZone: manner.timeZone,
    purpose,
    window,
    publicUrl: parts.publicUrl(),
    faces: parts.faces(),
    // The same at every attempt, so that a person sees that what came twice is one thing.
    ...(purpose !== null && { reference: reference.slice(-6).toUpperCase() }),
  };
}
