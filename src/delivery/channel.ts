import type { IncomingHttpHeaders } from 'node:http';
import type { BankFace, DrawnMessage, Locale, Message, Purpose } from '#contract';
import type { Detail, Sender } from './sending/sender.ts';
import type { Window } from './window.ts';

/**
 * What a messenger is to this program: it verifies what comes in, reads it, and sends. Each has a folder of its
 * own in `channels`; docs/channels.md walks through one.
 */
export interface Channel extends Sender {
  /** As people call it: a proper name, the same in every language. */
  readonly name: string;
  /** Whether its own rules decide when somebody may be written to, so that the customer chooses what is done then. */
  readonly hasWindow: boolean;
  /**
   * Whether a body is the messenger's own, by its signature over the raw bytes; before anything is parsed, and in
   * the same time whatever is wrong with it.
   */
  verify(raw: Buffer, headers: IncomingHttpHeaders): boolean;
  /** The answer to the messenger's question whether this address is ours: its challenge; undefined when the token is not. */
  handshake(query: Readonly<Record<string, unknown>>): string | undefined;
  /** Everything that a body says, each for itself: what cannot be understood is a dead letter and drops no neighbour. Never throws. */
  read(raw: Buffer): readonly Reading[];
  /** What people know our page or number by; undefined for one that is none of ours. Absent: it goes by the operator's name. */
  nameOf?(account: string): string | undefined;
  /**
   * What the messenger tells of somebody who writes for the first time; absent where it tells nothing.
   *
   * @throws when it cannot be asked
   */
  profile?(address: Address): Promise<PersonProfile>;
  /**
   * Fetches what a person sent, from the messenger's own hosts and from nowhere else, and no more than
   * `limits.pictureBytesMax`; absent where it brings no such thing.
   *
   * @throws when the messenger cannot be asked now
   */
  media?(account: string, source: MediaSource): Promise<MediaFetched>;
  /**
   * What would stand there, drawn by what draws the messages themselves. Absent of a messenger that says at every
   * level that there is something, and no more.
   */
  preview?(message: Message, as: PreviewAs): DrawnMessage;
  /** It said what has become of a template: `templates` keeps how each stands. Absent where there are none. */
  templateHeard?(said: TemplateSaid): Promise<void>;
  /** What is done for it again and again while the hub runs. */
  readonly upkeep?: readonly Upkeep[];
}

/** What a messenger says of a template. */
export type TemplateSaid = Extract<FromPlatform, { kind: 'template' }>;

/** Something that is done again and again, beginning some time after the start. */
export interface Upkeep {
  readonly firstMs: number;
  readonly everyMs: number;
  /** What the log says when it throws; it is tried again at its next time. */
  readonly failed: string;
  run(): Promise<unknown>;
}

/** How an example is drawn: as it would stand in somebody's chat. */
export interface PreviewAs {
  /** `message` is at this level already. */
  readonly detail: Detail;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly purpose: Purpose | null;
  /** `template`: its person has not written lately, so that only a set form may come; asked of those with a window. */
  readonly window: Extract<Window, 'free' | 'template'>;
  /** Where the whole can be seen; undefined at `full` of what is written freely. */
  readonly viewAddress: string | undefined;
  /** Where the card's picture can be seen; at `full` of what is written freely. */
  readonly pictureAddress: string | undefined;
  /** A few signs that stand under what a bank told. */
  readonly reference: string;
  /** Of this hub, without a slash at its end. */
  readonly publicUrl: string;
  readonly faces: readonly BankFace[];
}

/** How somebody is spoken to. */
export interface PersonProfile {
  /** Such as `es_LA`. */
  readonly locale?: string;
}

/** What a person sent, or why there is nothing. */
export type MediaFetched =
  | { readonly fetched: true; readonly bytes: Buffer }
  | { readonly fetched: false; readonly why: 'too-large' | 'not-there' };

/** Who a person is at a messenger: by the id that belongs to the business, by the number, or by both. */
export interface PersonIds {
  /** Messenger's page-scoped id, WhatsApp's business-scoped id. */
  readonly id?: string;
  /** WhatsApp's `wa_id`: a telephone number in digits. */
  readonly number?: string;
}

/** Where a person is met: who, at which of our pages or numbers. */
export interface Address {
  readonly channel: string;
  /** The page's or the telephone number's id at the messenger. */
  readonly account: string;
  readonly person: PersonIds;
}

/** One thing out of a body of a messenger's. */
export type Reading = FromPerson | Evidence | FromPlatform | DeadLetter;

/** What a reading is called by its messenger. */
interface Named {
  /** The messenger's own word for it, for counts and for `channels:read`: `message:quick_reply`, `status:read`. */
  readonly word?: string;
}

/** What a person did. */
export type FromPerson = {
  readonly from: 'person';
  readonly account: string;
  readonly person: PersonIds;
  /** Milliseconds since the epoch, by the messenger's clock; 0 where it told no time that can be. */
  readonly atMs: number;
  /** The same at every redelivery: the messenger's id of it, or a hash where there is none. */
  readonly key: string;
  /** The messenger's id of the message that it refers to: one of ours, or their own that was taken back or changed. */
  readonly repliesTo?: string;
} & Named &
  Doing;

/** Kinds of what a person does. */
export type Doing =
  | { readonly kind: 'text'; readonly text: string }
  /** A button, a quick reply, a row of a list, an entry of the menu: `payload` is what we had put behind it. */
  | { readonly kind: 'press'; readonly payload: string; readonly title: string }
  /** `emoji` is absent when it was taken back. */
  | { readonly kind: 'reaction'; readonly emoji?: string }
  | {
      readonly kind: 'media';
      readonly media: 'picture' | 'other';
      readonly what: string;
      readonly source?: MediaSource;
      readonly caption?: string;
    }
  | { readonly kind: 'location'; readonly latitude: number; readonly longitude: number }
  /** Came by a link of ours that carries this word (m.me?ref=), or by one that carries none: then it is empty. */
  | { readonly kind: 'referral'; readonly ref: string }
  /** The messenger's own account linking. */
  | { readonly kind: 'account-link'; readonly status: 'linked' | 'unlinked'; readonly code?: string }
  /** They are somebody else from now on: a new number, or a new id. */
  | { readonly kind: 'readdressed'; readonly now: PersonIds }
  /** Took a message back, or changed it. */
  | { readonly kind: 'unsaid' | 'changed' }
  /** Wants no more of us, or does again. */
  | { readonly kind: 'preference'; readonly wants: 'nothing' | 'again' }
  /** Something that can be named and not answered but politely; `what` in the messenger's word. */
  | { readonly kind: 'unsupported'; readonly what: string };

/** Where a picture can be fetched: by address, or by the messenger's id of it. */
export interface MediaSource {
  readonly url?: string;
  readonly mediaId?: string;
}

/** What a messenger says of our own messages. */
export type Evidence = { readonly from: 'platform'; readonly account: string; readonly key: string } & Named &
  /** Our own message, as the messenger took it. `own`: sent by this program, by its app id or its reference. */
  (
    | {
        readonly kind: 'echo';
        readonly platformId: string;
        readonly reference?: string;
        readonly own: boolean;
        readonly person: PersonIds;
      }
    | {
        readonly kind: 'status';
        readonly platformId: string;
        readonly reference?: string;
        readonly status: 'sent' | 'delivered' | 'read' | 'failed';
        readonly code?: number;
      }
    /** Everything to this person up to then was delivered, or read. */
    | {
        readonly kind: 'watermark';
        readonly status: 'delivered' | 'read';
        readonly person: PersonIds;
        readonly upToMs: number;
      }
  );

/** What a messenger says to its business. */
export type FromPlatform = { readonly from: 'platform'; readonly account: string; readonly key: string } & Named &
  (
    | {
        readonly kind: 'template';
        readonly template: string;
        readonly language: string;
        readonly status: string;
        readonly reason?: string;
      }
    /** Who answers the person changed: another app has the thread, or we have it again; standby: said to another. */
    | {
        readonly kind: 'routing';
        readonly what: string;
        readonly person?: PersonIds;
        readonly ours?: boolean;
        /** Milliseconds since the epoch, by the messenger's clock; 0 where it told no time that can be. */
        readonly atMs: number;
      }
    /** Something of the account that the operator should see: a restriction, a change of quality. */
    | { readonly kind: 'account'; readonly what: string; readonly grave: boolean }
    /** Known, and of no concern to us. */
    | { readonly kind: 'ignored'; readonly what: string }
  );

/** What could not be understood: kept, with an alarm, until a newer version can. */
export interface DeadLetter extends Named {
  readonly from: 'nobody';
  readonly kind: 'dead-letter';
  /** A stable code. */
  readonly reason: string;
  /** The part of the body that was not understood, in an envelope of its own, so that `read` takes it again. */
  readonly raw: Buffer;
}
