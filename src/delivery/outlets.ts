import type { ConversationId, IdentityId } from '#base';
import type { Entry, ServerFrame } from '#contract';
import type { Manner } from './draw.ts';
import { drawBody, withoutAddresses } from './draw.ts';
import type { Written } from './change.ts';
import type { Entered } from './hand-off.ts';

/** Somebody connected to a conversation right now: a web socket. */
export interface Outlet {
  /** Whose browser it is. */
  readonly identityId: IdentityId;
  /** Asked each time entries are handed on, as it may have changed meanwhile. */
  readonly manner: () => Manner;
  /** The customer is spoken to differently from now on. */
  speak(manner: Manner): void;
  /** Entries as they were committed, in order of number; the outlet sees to gaps. */
  entries(entries: readonly Entry[]): void;
  /** The number up to which it has everything. */
  upTo(): number;
  /** There is something newer, which this outlet has to read for itself. */
  newer(): void;
  /** Anything else than entries. */
  frame(frame: ServerFrame): void;
}

/** Who is connected to which conversation, in this process. */
export interface Outlets {
  /** Connects; the answer disconnects. */
  connect(conversationId: ConversationId, outlet: Outlet): () => void;
  /** Which channel identities are connected to a conversation. */
  identitiesOf(conversationId: ConversationId): ReadonlySet<IdentityId>;
  /**
   * Hands on what was just committed, in memory: nothing is read again for it. What was read from links goes
   * to the identities alone to which that was entered; the others are told to read on.
   */
  handOn(written: readonly Written[], entered: Entered): void;
  /** There may be more in these conversations than this process has handed on: whoever is connected reads on. */
  newer(conversationIds: Iterable<ConversationId>): void;
  /** The conversations with somebody connected, each with the number up to which all of them have everything. */
  standing(): Map<ConversationId, number>;
  /** Sends a frame to everybody connected to a conversation; nobody may be. */
  send(conversationId: ConversationId, frame: ServerFrame): void;
  /** Lets every outlet of a conversation speak in a new manner. */
  speak(conversationId: ConversationId, manner: Manner): void;
  /** How many are connected, over all conversations. */
  connected(): number;
}

/** Makes the list of who is connected, empty. In memory: a browser that is missing here resumes by number. */
export function createOutlets(): Outlets {
  const byConversation = new Map<ConversationId, Set<Outlet>>();
  return {
    connect: (conversationId, outlet) => {
      const outlets = byConversation.get(conversationId) ?? new Set();
      byConversation.set(conversationId, outlets.add(outlet));
      return () => {
        outlets.delete(outlet);
        if (outlets.size === 0) byConversation.delete(conversationId);
      };
    },
    identitiesOf: (conversationId) =>
      new Set([...(byConversation.get(conversationId) ?? [])].map((outlet) => outlet.identityId)),
    handOn: (written, entered) => {
      const perConversation = Map.groupBy(written, (one) => one.change.conversationId);
      for (const [conversationId, some] of perConversation) {
        for (const outlet of byConversation.get(conversationId) ?? []) {
          const isWhole = !some.some(({ isAccompanied }) => isAccompanied);
          const may = isWhole && (entered.get(conversationId)?.has(outlet.identityId) ?? true);
          if (may) outlet.entries(some.map((one) => entryOf(one, outlet.manner())));
          else outlet.newer();
        }
      }
    },
    newer: (conversationIds) => {
      for (const conversationId of conversationIds)
        for (const outlet of byConversation.get(conversationId) ?? []) outlet.newer();
    },
    standing: () =>
      new Map(
        [...byConversation].map(([conversationId, outlets]) => [
          conversationId,
          Math.min(...[...outlets].map((outlet) => outlet.upTo())),
        ]),
      ),
    send: (conversationId, frame) => {
      for (const outlet of byConversation.get(conversationId) ?? []) outlet.frame(frame);
    },
    speak: (conversationId, manner) => {
      for (const outlet of byConversation.get(conversationId) ?? []) outlet.speak(manner);
    },
    connected: () => [...byConversation.values()].reduce((sum, outlets) => sum + outlets.size, 0),
  };
}

function entryOf({ change, seq, revision, saidAtMs }: Written, manner: Manner): Entry {
  if (change.entry === 'removal') return { entry: 'removal', seq, messageId: change.messageId };
  const clientId = change.entry === 'message' ? change.clientId : undefined;
  const message = {
    id: change.messageId,
    revision,
    author: change.author,
    at: new Date(saidAtMs ?? change.atMs).toISOString(),
    ...withoutAddresses(drawBody(change.body, change.atMs, manner)),
    ...(clientId && { clientId }),
  };
  return { entry: change.entry, seq, message };
}
