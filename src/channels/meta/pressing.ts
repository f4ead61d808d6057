import type { Message } from '#contract';

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

/** The buttons of a message, the safe one first: its actions, then its ways on. */
export function tapsOf({ id, actions = [], waysOn = [] }: Message): Tap[] {
  const acting = actions
    .map(({ label, weight }, n) => ({
      weight,
      tap: { tap: 'press', title: label, payload: payloads.act(id, n) } as const,
    }))
    .toSorted((a, b) => Number(b.weight === 'main') - Number(a.weight === 'main'))
    .map(({ tap }) => tap);
  const leading = waysOn.map(({ way, bank, label, address }): Tap =>
    address === undefined
      ? { tap: 'press', title: label, payload: payloads.way(way, bank) }
      : { tap: 'open', title: label, url: address },
  );
  return [...acting, ...leading];
}

/** The words to tap under a message. */
export const repliesOf = ({ id, quickReplies = [] }: Message): Press[] =>
  quickReplies.map(({ label }, n) => ({ tap: 'press', title: label, payload: payloads.say(id, n) }));
