/**
 * What the page with the telephone speaks with the stand-in platforms: JSON, on the sandbox's own port and of its
 * own origin alone. Every address takes `platform` (`messenger` or `whatsapp`) and `person` (a key as
 * {@link PhonePerson.key}; left out: the first person of that platform), in the query of a GET and in the body of
 * a POST. What a POST changed is answered as {@link PhoneState}, unless something else is said. Errors are
 * `{code, message}`.
 *
 * | address                         | body besides platform and person                                           |
 * | ------------------------------- | -------------------------------------------------------------------------- |
 * | GET  /phone/api/state           | -> {@link PhoneState}                                                      |
 * | GET  /phone/api/events          | a stream of server-sent events: `event: changed`, `data: {"version": n}`, at once and after each change |
 * | POST /phone/api/people          | `{name, locale?, hides?}`: somebody new with a telephone -> their state    |
 * | POST /phone/api/say             | `{text, replyTo?}`                                                         |
 * | POST /phone/api/press           | `{message, n}`: button n of that message -> {@link Pressed}                |
 * | POST /phone/api/menu            | `{n}`: entry n of the persistent menu -> {@link Pressed}                   |
 * | POST /phone/api/ice-breaker     | `{n}`: question n, shown while the thread is empty                         |
 * | POST /phone/api/get-started     | `{ref?}`: Messenger alone; `ref` as in m.me/page?ref=                      |
 * | POST /phone/api/react           | `{message, emoji?}`; no emoji: taken back                                  |
 * | POST /phone/api/picture         | `{mimeType, base64, caption?}`: up to 8 MB                                 |
 * | POST /phone/api/location        | `{latitude, longitude}`                                                    |
 * | POST /phone/api/other           | `{what}`: `audio`, `sticker`, `contacts`, `order`, `unsupported`: what a bank has no use for |
 * | POST /phone/api/read            | `{}`: the person looks at the thread                                       |
 * | POST /phone/api/new-number      | `{how}`: see {@link NewNumber}                                             |
 * | POST /phone/api/time            | `{passedMs}`: so long ago, from now on, the person wrote last: 86 400 000 closes the window |
 * | POST /phone/api/reach           | `{reach}`: `reachable`, `unreachable` or `blocked`                         |
 */

/** The two stand-in platforms. */
export type PlatformName = 'messenger' | 'whatsapp';

/** Everything that the page with the telephone shows. */
export interface PhoneState {
  /** Grows with each change. */
  readonly version: number;
  readonly platform: PlatformName;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly nowMs: number;
  /** The page or business number that is written to. */
  readonly account: { readonly id: string; readonly name: string; readonly displayNumber?: string };
  readonly people: readonly PhonePerson[];
  readonly person: PhonePerson;
  /** Oldest first. */
  readonly thread: readonly PhoneMessage[];
  /** The business is typing. */
  readonly typing: boolean;
  readonly window: PhoneWindow;
  readonly profile: PhoneProfile;
  /** What the platform could read: every request that the hub sent for this person, newest first. */
  readonly seen: readonly SeenRequest[];
}

/** Somebody with a telephone. */
export interface PhonePerson {
  readonly key: string;
  readonly name: string;
  /** Such as `en_US`. */
  readonly locale: string;
  /** Messenger's page-scoped id, WhatsApp's business-scoped id. */
  readonly id: string;
  /** WhatsApp's number, in digits. */
  readonly number?: string;
  /** What WhatsApp leaves out of its webhooks. */
  readonly hides: Hides;
  readonly reach: Reach;
}

/** Which of both identifiers of WhatsApp its webhooks leave out. */
export type Hides = 'nothing' | 'number' | 'id';
/** Whether somebody can be written to; to one who blocked the business, Messenger answers with code 2. */
export type Reach = 'reachable' | 'unreachable' | 'blocked';

/** Until when the business may write freely. */
export interface PhoneWindow {
  readonly open: boolean;
  /** When the person wrote last; absent: never. */
  readonly heardAtMs?: number;
  readonly closesAtMs?: number;
  /** Until then a member of the staff may write in Messenger (HUMAN_AGENT). */
  readonly humanAgentUntilMs?: number;
}

/** What the business put beside the thread; empty in WhatsApp. */
export interface PhoneProfile {
  readonly greeting?: string;
  /** A button to begin with, shown while the thread is empty. */
  readonly getStarted: boolean;
  readonly menu: readonly PhoneButton[];
  readonly iceBreakers: readonly PhoneButton[];
}

/** One message as the person sees it. */
export interface PhoneMessage {
  /** The platform's id of it. */
  readonly id: string;
  readonly from: 'person' | 'business';
  readonly atMs: number;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  /** Words above the text of a WhatsApp message. */
  readonly header?: string;
  readonly text?: string;
  /** Small words below it. */
  readonly footer?: string;
  readonly pictures: readonly PhonePicture[];
  /** Cards side by side: generic and media templates. */
  readonly cards: readonly PhoneCard[];
  readonly receipt?: PhoneReceipt;
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly name?: string };
  /** Stays below the message. */
  readonly buttons: readonly PhoneButton[];
  /** Messenger: below the newest message alone, gone when something is said. */
  readonly quickReplies: readonly PhoneButton[];
  /** WhatsApp: a sheet that the label opens. */
  readonly list?: PhoneList;
  readonly replyTo?: string;
  readonly reactions: readonly { readonly by: 'person' | 'business'; readonly emoji: string }[];
  /** Sent from a template, by this name. */
  readonly template?: string;
  /** The body as it was sent, or what the person did. */
  readonly body: unknown;
}

/** A picture in a message; `src` is an address on the sandbox. */
export interface PhonePicture {
  readonly src: string;
  readonly alt?: string;
  readonly caption?: string;
}

/** A card of a generic or media template. */
export interface PhoneCard {
  readonly title?: string;
  readonly subtitle?: string;
  readonly picture?: string;
  readonly buttons: readonly PhoneButton[];
}

/** A receipt template of Messenger. */
export interface PhoneReceipt {
  readonly merchant?: string;
  readonly orderNumber: string;
  readonly total: string;
  readonly paymentMethod: string;
  readonly rows: readonly { readonly title: string; readonly subtitle?: string; readonly price: string }[];
}

/** Something to press; `n` is its number within its message, counted over all of its buttons, cards, rows and quick replies. */
export interface PhoneButton {
  readonly n: number;
  /** `url` opens an address in a browser, all others are said to the business. */
  readonly kind: 'press' | 'url' | 'call' | 'account-link' | 'account-unlink' | 'flow' | 'copy';
  readonly title: string;
  readonly description?: string;
  readonly url?: string;
}

/** A list message of WhatsApp. */
export interface PhoneList {
  readonly label: string;
  readonly sections: readonly { readonly title?: string; readonly rows: readonly PhoneButton[] }[];
}

/** What became of a press: `open` is the address that the telephone opens in a browser now. */
export interface Pressed {
  readonly open?: string;
  readonly state: PhoneState;
}

/**
 * How a person comes to another id.
 * - `changed`: they took a new number (WhatsApp tells with a system message) or a new account (Messenger tells nothing).
 * - `recycled`: WhatsApp alone: somebody else got their number, with an empty thread and another business-scoped id.
 */
export type NewNumber = 'changed' | 'recycled';

/** One request of the hub's, as the platform could read it. */
export interface SeenRequest {
  readonly atMs: number;
  readonly method: string;
  /** Below the version, without the token. */
  readonly path: string;
  readonly body: unknown;
  readonly answer: { readonly status: number; readonly body: unknown };
}
