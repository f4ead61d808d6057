import type { Detail, Message } from '#contract';
import type { Reader } from './lines.ts';

/** What a message is rendered from: the same for both messengers. */
export interface RenderFrom extends Reader {
  /** At its level of detail already. */
  readonly message: Message;
  /** At which level it stands there; what no bank told is `full`. */
  readonly detail: Detail;
  /** Where the secure view of it is; below `full`. */
  readonly view?: string;
  /** Where the messenger may fetch the card's picture, once; at `full`. */
  readonly picture?: string;
  /** Our own address, for pages that tell nothing by themselves. */
  readonly publicUrl: string;
}

/** A button, before it has a platform's form: one that comes back to us, or one that opens an address. */
export type Key =
  | { readonly key: 'press'; readonly title: string; readonly payload: string }
  | { readonly key: 'open'; readonly title: string; readonly url: string };

/**
 * The buttons under a message. What stands behind them names the message and the place of the button in it; the
 * hub opens the message and takes the button's signed token from there (docs/decisions/0021).
 */
export function keysOf({ message, publicUrl }: Pick<RenderFrom, 'message' | 'publicUrl'>): Key[] {
  const acts = (message.actions ?? []).map(({ label }, n): Key => ({
    key: 'press',
    title: label,
    payload: `act|${message.id}|${n}`,
  }));
  const ways = (message.waysOn ?? []).flatMap(({ way, bank, label, address }): Key[] => {
    if (address !== undefined) return [{ key: 'open', title: label, url: new URL(address, publicUrl).href }];
    // Somebody who writes from a messenger is there already.
    if (way === 'sign-in') return [];
    if (way === 'privacy') return [{ key: 'open', title: label, url: new URL('/privacy', publicUrl).href }];
    if (way === 'add-passkey') return [{ key: 'open', title: label, url: new URL('/', publicUrl).href }];
    return [{ key: 'press', title: label, payload: `way|${way}|${bank ?? ''}` }];
  });
  return [...acts, ...ways];
}

/** The quick replies of a message, in the same way. */
export function repliesOf({ id, quickReplies = [] }: Message): Extract<Key, { key: 'press' }>[] {
  return quickReplies.map(({ label }, n) => ({ key: 'press', title: label, payload: `say|${id}|${n}` }));
}
