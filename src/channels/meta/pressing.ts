import type { Message } from '#contract';

type WayOn = NonNullable<Message['waysOn']>[number];

/** What a person may tap under a message: something that comes back to us, or an address. */
export type Tap =
  | { readonly tap: 'press'; readonly title: string; readonly payload: string }
  | { readonly tap: 'open'; readonly title: string; readonly url: string };

/** Something that comes back to us. */
export type Press = Extract<Tap, { tap: 'press' }>;

/**
 * What stands behind a button that a messenger brings back. None holds a token or a word of the bank: the hub opens
 * the message that it names. Short, as WhatsApp takes 200 characters.
 */
export const payloads = {
  /** The nth action of a message, from 0. */
  act: (messageId: string, n: number): string => `act|${messageId}|${n}`,
  /** The nth of a message's words to tap, from 0. */
  say: (messageId: string, n: number): string => `say|${messageId}|${n}`,
  /** A way on that needs an address of its own, which the answer carries. */
  way: (way: string, bank?: string): string => `way|${way}|${bank ?? ''}`,
  /** A fresh address for the secure view of a message. */
  show: (messageId: string): string => `menu|show|${messageId}`,
  /** An entry of the menu. */
  menu: (what: string): string => `menu|${what}`,
  getStarted: 'get-started',
} as const;

/**
 * The buttons of a message, the safe one first: its actions, then its ways on. A way that leads to a page which tells
 * nothing by itself is its address; one that acts for this person comes back to us, and is answered with an address
 * of its own.
 */
export function tapsOf({ id, actions = [], waysOn = [] }: Message, publicUrl: string): Tap[] {
  const acting = actions
    .map(({ label, weight }, n) => ({ weight, tap: press(label, payloads.act(id, n)) }))
    .toSorted((a, b) => Number(b.weight === 'main') - Number(a.weight === 'main'))
    .map(({ tap }) => tap);
  // Two ways that lead to the same are one button: no messenger takes two that bring back the same.
  const leading = new Map(waysOn.flatMap((wayOn) => tapOf(wayOn, publicUrl)).map((tap) => [leadsTo(tap), tap]));
  return [...acting, ...leading.values()];
}

const leadsTo = (tap: Tap): string => (tap.tap === 'press' ? tap.payload : tap.url);

function tapOf({ way, bank, label, address }: WayOn, publicUrl: string): Tap[] {
  const open = (path: string): Tap[] => [{ tap: 'open', title: label, url: new URL(path, publicUrl).href }];
  if (address !== undefined) return open(address);
  switch (way) {
    case 'sign-in':
      // Who writes from a messenger is in their own chat already.
      return [];
    case 'privacy':
      return open('/privacy');
    case 'add-passkey':
      return open('/');
    case 'statement':
    case 'picture':
    case 'view':
      // It is its address, which stands above.
      return [];
    case 'add-picture':
    case 'link-bank':
    case 'reconnect':
      return [press(label, payloads.way(way, bank))];
  }
}

const press = (title: string, payload: string): Press => ({ tap: 'press', title, payload });

/** The words to tap under a message. */
export const repliesOf = ({ id, quickReplies = [] }: Message): Press[] =>
  quickReplies.map(({ label }, n) => ({ tap: 'press', title: label, payload: payloads.say(id, n) }));
