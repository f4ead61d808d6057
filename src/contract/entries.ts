import * as z from 'zod';
import { cardSchema } from './cards.ts';
import { looseningActs } from './sign-in.ts';

/**
 * A conversation on the wire. Its entries carry a gapless sequence number from 1; a client that has all
 * up to `n` asks for what comes after `n` and ends in the newest revision of each message.
 */

const instant = z.iso.datetime({ offset: true });

/** A button under a message. Pressing it sends `token` to `POST /api/acts`; words alone never act. */
export const actionSchema = z.object({
  act: z.enum([
    'stop-link',
    'narrow-link',
    'keep-link',
    'delete-account',
    'keep-account',
    'no-passkey',
    'control',
    'no-control',
    'answer-alert',
    'answer-watch',
    'add-evidence',
    'ask-case',
    'dispute',
    'follow-parcel',
    'unfollow-parcel',
    'part-pair',
    'open-case',
    'in-case',
    'share-in-case',
    'no-proposal',
  ]),
  label: z.string(),
  token: z.string(),
  /** What the customer proves first, by a passkey or the bank's login: `POST /api/proofs`. Its subject is the message. */
  proof: z.enum(looseningActs).optional(),
  /** How it is drawn: the safe one is `main`; `fraud` is the one filled red button, for "No, freeze my card" alone. */
  weight: z.enum(['main', 'plain', 'grave', 'fraud']),
});
/** A button that acts, with its token. */
export type Action = z.infer<typeof actionSchema>;

/** A button that leads somewhere in this app and does nothing by itself. */
export const wayOnSchema = z.object({
  way: z.enum([
    'link-bank',
    'reconnect',
    'add-passkey',
    'privacy',
    'sign-in',
    'view',
    'statement',
    'add-picture',
    'picture',
  ]),
  bank: z.string().optional(),
  /** Of `add-picture`: the case that it is for, by our own name of it. */
  case: z.uuid().optional(),
  label: z.string(),
  /** Good once, for whoever is to open it from another messenger; in this app the way needs none. */
  address: z.string().optional(),
});

/** Words that a tap sends as the customer's own message. */
export const quickReplySchema = z.object({ label: z.string(), text: z.string() });
/** Words to tap: `label` is shown, `text` is said. */
export type QuickReply = z.infer<typeof quickReplySchema>;

/** What a message says: words, or a card. */
export const contentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  /** `text` says the card's gist in words: for a screen reader's announcement and for channels without cards. */
  z.object({ kind: z.literal('card'), card: cardSchema, text: z.string() }),
]);
/** What a message says: words, or a card. */
export type Content = z.infer<typeof contentSchema>;

/** One thing said, in one of its revisions. */
export const messageSchema = z.object({
  id: z.uuid(),
  /** 1 for a new message; each edit adds one. The highest wins, whatever the order of arrival. */
  revision: z.int().positive(),
  author: z.enum(['customer', 'tellerline', 'bank']),
  at: instant,
  content: contentSchema,
  actions: z.array(actionSchema).optional(),
  waysOn: z.array(wayOnSchema).optional(),
  quickReplies: z.array(quickReplySchema).optional(),
  /** The id under which the customer's device sent it: how that device knows its own copy again. */
  clientId: z.uuid().optional(),
  /** Said more firmly by a screen reader: fraud alone. */
  urgent: z.boolean().optional(),
  /** It came within the customer's quiet hours: shown in its place, and not announced. */
  quiet: z.boolean().optional(),
  /** Of the bank's words: which of its staff said them. */
  by: z.string().max(64).optional(),
  /** Said beside a talk, such as that staff looked at something: shown as a line of small print. */
  aside: z.boolean().optional(),
});
/** One thing said, in one of its revisions. */
export type Message = z.infer<typeof messageSchema>;

/**
 * One change of a conversation, under its own number. `message` and `edit` carry the message in its newest
 * revision.
 */
export const entrySchema = z.discriminatedUnion('entry', [
  z.object({ entry: z.literal('message'), seq: z.int().positive(), message: messageSchema }),
  z.object({ entry: z.literal('edit'), seq: z.int().positive(), message: messageSchema }),
  /** The message is gone for good: its link was stopped, or it was unsaid. Earlier entries of it arrive as removals too. */
  z.object({ entry: z.literal('removal'), seq: z.int().positive(), messageId: z.uuid() }),
]);
/** One change of a conversation. */
export type Entry = z.infer<typeof entrySchema>;

/** A page of entries, ascending. `lastSeq` is the newest there is; go on with `after` = the last one's `seq`. */
export const pageSchema = z.object({
  entries: z.array(entrySchema),
  lastSeq: z.int().nonnegative(),
  /** How far this customer has read, on any device. */
  readSeq: z.int().nonnegative(),
});
/** Some entries in a row, and where the conversation stands. */
export type Page = z.infer<typeof pageSchema>;

/** From the hub to the browser, over `GET /ws`. */
export const serverFrameSchema = z.discriminatedUnion('frame', [
  /** The first frame after `resume`: where the conversation stands. Entries follow until `lastSeq` is reached. */
  z.object({ frame: z.literal('hello'), lastSeq: z.int(), readSeq: z.int() }),
  z.object({ frame: z.literal('entries'), entries: z.array(entrySchema) }),
  z.object({ frame: z.literal('typing'), on: z.boolean() }),
  /** How far the hub has stored what this customer sent (`delivered`) and how far it has been answered (`read`), by seq. */
  z.object({ frame: z.literal('marks'), deliveredSeq: z.int(), readSeq: z.int() }),
  /** Links or settings changed: fetch `GET /api/me` again. */
  z.object({ frame: z.literal('changed') }),
  /** The session ended (stopped elsewhere, deleted): show the empty start. */
  z.object({ frame: z.literal('ended') }),
]);
/** A frame from the hub. */
export type ServerFrame = z.infer<typeof serverFrameSchema>;

/** From the browser to the hub. The first frame must be `resume`, within 10 s. */
export const clientFrameSchema = z.discriminatedUnion('frame', [
  z.object({ frame: z.literal('resume'), after: z.int().nonnegative() }),
  z.object({ frame: z.literal('read'), seq: z.int().positive() }),
  /** Somebody is writing in a talk with a bank's staff; nobody is told of it otherwise. */
  z.object({ frame: z.literal('typing'), on: z.boolean() }),
]);
/** A frame from the browser. */
export type ClientFrame = z.infer<typeof clientFrameSchema>;
