import type { Collection } from './documents.ts';
import type { Person } from './people.ts';
import type { PhoneButton, PhoneMessage, SeenRequest } from './phone-api.ts';

/** Messages that are kept of one thread; the oldest go first. */
const THREAD_MAX = 400;
/** Requests of the hub's that are kept of one person. */
const SEEN_MAX = 120;
/** Sends that are remembered to be counted. */
const TAKEN_MAX = 200_000;

/** What a button does when it is pressed; its place in the list is its number. */
export type Press =
  | {
      readonly does: 'postback' | 'quick-reply' | 'reply' | 'row' | 'template-reply';
      readonly title: string;
      /** What the business had put behind it. */
      readonly payload: string;
      readonly description?: string;
    }
  | { readonly does: 'url' | 'account-link'; readonly title: string; readonly url: string }
  | { readonly does: 'call' | 'account-unlink' | 'flow' | 'copy'; readonly title: string };

/** What a message shows, besides who sent it and when. */
export type Shown = Omit<
  PhoneMessage,
  'id' | 'from' | 'atMs' | 'status' | 'body' | 'reactions' | 'replyTo' | 'template'
>;

/** A message as it is kept. */
export interface ThreadMessage extends PhoneMessage {
  readonly person: string;
  readonly presses: readonly Press[];
  /** The sender's own reference: Messenger's metadata, WhatsApp's biz_opaque_callback_data. */
  readonly reference?: string;
}

/** A send that a platform took, for counting: what was missing, what came twice. */
export interface Taken {
  readonly id: string;
  readonly person: string;
  readonly reference?: string;
  readonly atMs: number;
  /** The sender was not told: the line was cut, or the answer came late. */
  readonly unanswered?: 'cut' | 'slow';
}

/** The threads of everybody at one platform. */
export interface Threads {
  of(person: Person): readonly ThreadMessage[];
  find(person: Person, id: string): ThreadMessage | undefined;
  /** Finds a message by its id alone. */
  byId(id: string): ThreadMessage | undefined;
  add(message: ThreadMessage): void;
  change(message: ThreadMessage, to: Partial<ThreadMessage>): ThreadMessage;
  clear(person: Person): void;
  /** Notes what the hub asked about this person. */
  see(person: Person, request: SeenRequest): void;
  seen(person: Person): readonly SeenRequest[];
  take(taken: Taken): void;
  /** A send was answered with this, in a word; or it was taken and its sender was not told. */
  answered(word: string, unanswered?: { readonly id: string; readonly why: 'cut' | 'slow' }): void;
  answers(): Readonly<Record<string, number>>;
  taken(): readonly Taken[];
  forgetTaken(): void;
}

/** Loads the threads of one platform. What the hub sent and the counts are in memory alone. */
export function openThreads(kept: Collection<ThreadMessage>): Threads {
  const threads = new Map<string, string[]>();
  const seen = new Map<string, SeenRequest[]>();
  let taken: Taken[] = [];
  const answers = new Map<string, number>();
  const listOf = (key: string): string[] => {
    const list = threads.get(key) ?? [];
    threads.set(key, list);
    return list;
  };
  for (const message of kept.all()) listOf(message.person).push(message.id);

  return {
    of: ({ key }) => listOf(key).flatMap((id) => kept.get(id) ?? []),
    find: ({ key }, id) => {
      const message = kept.get(id);
      return message?.person === key ? message : undefined;
    },
    byId: (id) => kept.get(id),
    add: (message) => {
      const list = listOf(message.person);
      list.push(message.id);
      kept.set(message.id, message);
      for (const old of list.splice(0, list.length - THREAD_MAX)) kept.delete(old);
    },
    change: (message, to) => {
      const changed = { ...(kept.get(message.id) ?? message), ...to };
      kept.set(message.id, changed);
      return changed;
    },
    clear: ({ key }) => {
      for (const id of listOf(key)) kept.delete(id);
      threads.delete(key);
      seen.delete(key);
    },
    see: ({ key }, request) => {
      seen.set(key, [request, ...(seen.get(key) ?? [])].slice(0, SEEN_MAX));
    },
    seen: ({ key }) => seen.get(key) ?? [],
    take: (one) => {
      if (taken.length < TAKEN_MAX) taken.push(one);
    },
    answered: (word, unanswered) => {
      answers.set(word, (answers.get(word) ?? 0) + 1);
      const at = unanswered ? taken.findLastIndex(({ id }) => id === unanswered.id) : -1;
      const one = taken[at];
      if (one && unanswered) taken[at] = { ...one, unanswered: unanswered.why };
    },
    answers: () => Object.fromEntries([...answers].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    taken: () => taken,
    forgetTaken: () => {
      taken = [];
    },
  };
}

/** Numbers the buttons of one message, over all of its cards, rows and quick replies. */
export function numberButtons(): { readonly presses: readonly Press[]; add(press: Press): PhoneButton } {
  const presses: Press[] = [];
  return {
    presses,
    add: (press) => {
      presses.push(press);
      return buttonOf(press, presses.length - 1);
    },
  };
}

/** A button as the telephone shows it. */
export function buttonOf(press: Press, n: number): PhoneButton {
  const { title } = press;
  switch (press.does) {
    case 'url':
    case 'account-link':
      return { n, kind: press.does, title, url: press.url };
    case 'call':
    case 'account-unlink':
    case 'flow':
    case 'copy':
      return { n, kind: press.does, title };
    default:
      return { n, kind: 'press', title, ...(press.description && { description: press.description }) };
  }
}

/** A message that shows nothing yet. */
export const blank: Shown = { pictures: [], cards: [], buttons: [], quickReplies: [] };
