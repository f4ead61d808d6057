/** What a key does at the desk. */
export type Command =
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'open'
  | 'search'
  | 'claim'
  | 'answer'
  | 'note'
  | 'transfer'
  | 'propose'
  | 'close'
  | 'shares'
  | 'keys'
  | 'back';

/** Every key by what it does: what the sheet of keys lists, and what pressing one means. One table for both. */
export const keyMap: readonly { readonly command: Command; readonly keys: readonly string[] }[] = [
  { command: 'next', keys: ['j', 'ArrowDown'] },
  { command: 'previous', keys: ['k', 'ArrowUp'] },
  { command: 'first', keys: ['Home'] },
  { command: 'last', keys: ['End'] },
  { command: 'open', keys: ['Enter'] },
  { command: 'search', keys: ['/'] },
  { command: 'claim', keys: ['c'] },
  { command: 'answer', keys: ['a'] },
  { command: 'note', keys: ['n'] },
  { command: 'transfer', keys: ['t'] },
  { command: 'propose', keys: ['p'] },
  { command: 'close', keys: ['e'] },
  { command: 'shares', keys: ['s'] },
  { command: 'keys', keys: ['?'] },
  { command: 'back', keys: ['Escape'] },
];

const byKey = new Map(keyMap.flatMap(({ command, keys }) => keys.map((key) => [key, command] as const)));

/** Keys that mean this only where the inbox itself has the focus: elsewhere they scroll or press what has it. */
const ofInbox: readonly string[] = ['ArrowDown', 'ArrowUp', 'Home', 'End', 'Enter'];

/** A press of a key, as much of it as decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  readonly defaultPrevented: boolean;
}

/** Where the focus is: in a field that takes letters, in an open dialogue, on a row of the inbox, or anywhere else. */
export type KeyPlace = 'field' | 'dialogue' | 'inbox' | 'page';

/**
 * What a press means, or undefined when it is not ours. In a field only Escape is; in a dialogue none, which has
 * its own; single letters are off when the person has turned them off (WCAG 2.1.4).
 */
export function commandOf(press: KeyPress, place: KeyPlace, lettersOn: boolean): Command | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing || press.defaultPrevented) return undefined;
  const command = byKey.get(press.key);
  if (command === undefined || place === 'dialogue') return undefined;
  if (place === 'field') return command === 'back' ? command : undefined;
  if (ofInbox.includes(press.key)) return place === 'inbox' ? command : undefined;
  return lettersOn || press.key.length > 1 ? command : undefined;
}

/** True for Ctrl+Enter, and Command+Enter: what sends. */
export function sends(press: KeyPress): boolean {
  return press.key === 'Enter' && (press.ctrlKey || press.metaKey) && !press.isComposing;
}
