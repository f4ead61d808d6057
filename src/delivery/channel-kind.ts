import type * as z from 'zod';
import type { Clock, IdentityId, Log } from '#base';
import type { BankFace, Message } from '#contract';
import type { Queryable } from '#db';
import type { OpenAddress } from './addresses.ts';
import type { Channel } from './channel.ts';
import type { Parts } from './sending/parts.ts';
import type { Dispatch } from './sending/sender.ts';

/**
 * A messenger that can be set up: all that its folder in `channels` hands to `app`, which has a list of them. What
 * it becomes, once somebody has set it up, is a `Channel`.
 */
export interface ChannelKind {
  /** As in `channel_identities`, and the name of its part of the operator's file. */
  readonly channel: string;
  /**
   * Reads its part of the settings.
   *
   * @throws TellerlineError `channels_invalid`, naming the place and never a value
   */
  configure(section: SettingsSection): ConfiguredChannel;
}

/** One messenger's part of the settings: of the operator's file, or of what the sandbox hands out. */
export interface SettingsSection {
  /** The part, checked. @throws TellerlineError `channels_invalid` */
  checked<Settings>(form: z.ZodType<Settings>): Settings;
  /**
   * A secret: `field` itself, or the content of the file that `<field>File` names, beside the settings.
   *
   * @param place where `given` stands within this part, such as `pages.0`; empty: the part itself
   * @throws TellerlineError `channels_invalid` unless there is exactly one of the two
   */
  secret(given: object, field: string, place?: string): string;
}

/** A messenger that was set up. */
export interface ConfiguredChannel {
  readonly channel: string;
  /** Makes it; asks nobody anything yet. */
  create(parts: ChannelParts): Channel;
  /**
   * Puts there what has to stand there before somebody writes: templates, a greeting, a menu. Absent where nothing
   * has to. What is so already is left alone.
   */
  setUp?(parts: SetUpParts): Promise<readonly SetUpDone[]>;
  /** Looks at everything that has to be right before people can write to it, and changes nothing. */
  examine?(publicUrl: string, nowMs: number): Promise<readonly Examination[]>;
}

/** What a messenger is made from. */
export interface ChannelParts {
  readonly database: Queryable;
  /** Which parts of deliveries it has; delivery itself is made later, with the messengers. */
  readonly parts: () => Parts;
  /** Where a channel identity is met; undefined: nowhere any more, as when a number has a new owner. */
  readonly addressOf: (identityId: IdentityId) => Promise<OpenAddress | undefined>;
  /** A fresh one-time address of the secure view. */
  readonly mintView: (told: Told) => Promise<string>;
  /** A fresh one-use address of a card's picture; undefined when there is none to draw. */
  readonly mintPicture?: (told: Told) => Promise<string | undefined>;
  readonly publicUrl: () => string;
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
  readonly log: Log;
  /** Another app has the thread with this person: see `foundAway` of the addresses. */
  readonly threadAway?: (identityId: IdentityId, routedAtMs: number | undefined) => Promise<boolean>;
  /** How many processes of this hub send; absent: this one alone. */
  readonly processes?: () => number;
  readonly patience?: Patience;
}

/** How long is waited, where it is not as long as usual. */
export interface Patience {
  /** For an echo or a status, after a call of whose outcome nobody knows. */
  readonly settleMs?: number;
  /** Before one call finds out whether a page that is stopped works again. */
  readonly stoppedMs?: number;
}

/** A dispatch with something to say. */
export type Told = Dispatch & { readonly message: Message };

/** What setting up works with. */
export interface SetUpParts {
  readonly database: Queryable;
  readonly publicUrl: string;
  readonly nowMs: number;
}

/** What was done about one thing. */
export interface SetUpDone {
  /** The page, number or business account. */
  readonly account: string;
  readonly what: string;
  /** `found`: it was there, exactly so, and was not known here. */
  readonly done: 'made' | 'changed' | 'found' | 'kept' | 'failed';
  /** As it stands at the messenger afterwards; of what failed a code. */
  readonly status: string;
}

/** One page or number, looked at. */
export interface Examination {
  /** Such as "WhatsApp, First Bank". */
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Something that was looked at, and what to do when it is not well. */
export interface Finding {
  /** In one word. */
  readonly what: string;
  readonly state: 'well' | 'ill' | 'unknown';
  /** What was found, in one sentence without any secret. */
  readonly said: string;
  /** What to do about it; of what is well nothing. */
  readonly mend?: string;
}
