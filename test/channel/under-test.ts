/** What the conformance suite asks of a messenger; docs/channels.md walks through it. */
import type { DeliveryId } from '#base';
import type { Detail, Locale, Message } from '#contract';
import type { Dispatch, Outcome, Reading } from '#delivery';

/** A check that a messenger cannot have, with the reason; it is told, and never left out in silence. */
export class DoesNotApply extends Error {
  constructor(reason: string) {
    super(`does not apply: ${reason}`);
    this.name = 'DoesNotApply';
  }
}

/** How a body, or a call, says whose it is. */
export type Proof =
  /** As the messenger does it. */
  | 'right'
  /** The same over another body. */
  | 'of-another-body'
  /** With another secret than ours. */
  | 'of-a-stranger'
  /** Nothing is said. */
  | 'none'
  | 'empty'
  /** Right, but for its last sign. */
  | 'cut'
  /** Right, by a method that is no longer good enough. */
  | 'outdated';

/** The door: what is let in before anything is read. */
export interface Door {
  /** Whether what comes with this proof is let in. */
  lets(proof: Proof): Promise<boolean>;
  /** Whether the proof is over the bytes as they came, and not over what they mean. */
  tellsBytesApart(): Promise<boolean>;
  /** What is answered to the question whether the address is ours: with our token, another's, or none. */
  asked(token: 'ours' | 'another' | 'none', challenge: string): Promise<string | undefined>;
}

/** Two people who write to us. */
export type Person = 'Ada' | 'Ben';

/** One thing that comes in. `key` names it: the messenger's id of it is made from it. */
export type Thing = { readonly key: string; readonly by?: Person } & (
  | { readonly does: 'text'; readonly text: string; readonly repliesTo?: string }
  | { readonly does: 'press'; readonly payload: string; readonly title: string; readonly on: 'button' | 'quick-reply' }
  | { readonly does: 'reaction'; readonly emoji?: string; readonly under: string }
  | { readonly does: 'picture'; readonly url: string }
  | { readonly does: 'other-media' }
  | { readonly does: 'location'; readonly latitude: number; readonly longitude: number }
  | { readonly does: 'unsay' | 'change'; readonly of: string }
  /** Of a kind that nobody has heard of yet. */
  | { readonly does: 'something-new' }
  /** Not of the form that its kind has. */
  | { readonly does: 'garbled' }
  /** Our own message, as the messenger took it: by us, or by somebody else in our name. */
  | { readonly does: 'echo'; readonly reference?: string }
  | { readonly does: 'status'; readonly status: 'delivered' | 'read' | 'failed'; readonly reference?: string }
  /** Said while somebody else has the thread. */
  | { readonly does: 'elsewhere'; readonly text: string }
  /** They are somebody else from now on. */
  | { readonly does: 'move' }
);

/** Reading in. */
export interface Ear {
  /** What is understood of these things, that come together where the messenger sends several at once. */
  hear(things: readonly Thing[]): Promise<readonly Reading[]>;
  /** The same of bytes; nobody knows what they mean. */
  hearBytes(raw: Buffer): Promise<readonly Reading[]>;
  /** Some well-formed bytes, to change. */
  bytes(things: readonly Thing[]): Buffer;
  /** The most that a body may weigh, and the most things in it. */
  readonly limits: { readonly bytes: number; readonly things: number };
}

/** A message as a messenger is sent it. */
export interface Rendered {
  /** The bodies of the calls, as JSON, in their order. */
  readonly bodies: readonly unknown[];
  /** Everything in them that a person reads, in its order. */
  readonly texts: readonly string[];
  readonly buttons: readonly { readonly title: string; readonly payload?: string; readonly url?: string }[];
  /** Addresses of pictures. */
  readonly pictures: readonly string[];
}

/** The address of a secure view, as every rendering below `full` is given it. */
export const viewAddress = 'https://hub.example/v#one-time-token';

/** Rendering. */
export interface Pen {
  /** `message` is in full; `ofBank`: a bank told it, so that `detail` rules what is left of it. */
  render(from: {
    readonly message: Message;
    readonly detail: Detail;
    readonly ofBank: boolean;
    readonly locale: Locale;
    readonly picture?: string;
  }): Promise<Rendered>;
  /** The messenger's own limits, in characters and pieces. */
  readonly limits: {
    readonly text: number;
    readonly buttonTitle: number;
    readonly buttonsTogether: number;
    readonly payload: number;
  };
}

/** What the platform does with one call. */
export type Playing =
  | 'takes it'
  | 'is ill'
  | 'asks to slow down'
  | 'says that the window is closed'
  | 'cannot reach the person'
  | 'says that the call is wrong'
  | 'says that the token is dead'
  | 'says nothing'
  | 'cuts the line'
  | 'answers with a page';

/** A message to one person. */
export type Sending = Partial<Pick<Dispatch, 'detail' | 'attempt' | 'entry' | 'manner' | 'windowOver'>> & {
  readonly reference: DeliveryId;
  /** In full; undefined of a removal. */
  readonly message: Message | undefined;
  readonly ofBank?: boolean;
  /** How long ago the person wrote; now, where it is not said. `never`: there is no such person there any more. */
  readonly wroteMsAgo?: number | 'never';
};

/** Sending. */
export interface Voice {
  /** Sends to a person of its own, while the platform does these things with the calls, in their order. */
  send(
    sending: Sending,
    playing: readonly Playing[],
    signal?: AbortSignal,
  ): Promise<{
    readonly outcome: Outcome;
    /** Every call: its address and its body. */
    readonly calls: readonly { readonly address: string; readonly bytes: string }[];
    /** How many addresses of secure views were made for it. */
    readonly viewsMinted: number;
  }>;
  /** What must stand in no address and in no body. */
  readonly secrets: readonly string[];
}

/** One thing that was said to somebody, as they see it. */
export interface Seen {
  readonly text: string;
  /** Titles of what can be pressed under it. */
  readonly buttons: readonly string[];
}

/** Somebody at the messenger, before the whole hub. */
export interface Chatter {
  say(text: string): Promise<void>;
  /** The same thing said, which arrives so often. */
  sayOften(text: string, times: number): Promise<void>;
  /** What the hub said, oldest first. */
  seen(): Promise<readonly Seen[]>;
  /** Presses the newest button of this title. */
  press(title: string): Promise<void>;
  /** Presses that same button once more; answers what is said to it. */
  pressAgain(title: string): Promise<string>;
  /** Something comes in that nobody can understand. */
  garble(): Promise<void>;
  /** Waits until this holds. */
  until(holds: () => Promise<boolean>): Promise<void>;
  /** Waits until everything that was said has been worked through and brought. */
  settled(): Promise<void>;
}

/** The whole hub, with this messenger. */
export interface Chat {
  /** Somebody new. */
  arrive(locale: Locale): Promise<Chatter>;
}

/** A messenger, as the suite sees it. Whatever of it a check cannot have is thrown as `DoesNotApply`. */
export interface ChannelUnderTest {
  readonly name: string;
  readonly door: Door;
  readonly ear: Ear;
  readonly pen: Pen;
  readonly voice: Voice;
  readonly chat: Chat;
  close(): Promise<void>;
}

/** One check. */
export interface Check {
  /** A rule, as a sentence. */
  readonly rule: string;
  /** Throws where it does not hold, or `DoesNotApply`. */
  run(channel: ChannelUnderTest): Promise<void>;
}

/** What is said from now until something was done, as one text. */
export async function saidAfter(seen: Chatter['seen'], act: () => Promise<unknown>): Promise<string> {
  const before = (await seen()).length;
  await act();
  return (await seen())
    .slice(before)
    .map(({ text }) => text)
    .join('\n');
}
