import { callHub, HubProblem } from '#web/hub';
import type { Words } from '#web/words';
import type { ToProve } from './proof-sheet.tsx';
import type { Sync } from './sync.ts';
import type { Hub } from './hub.ts';

/** What the parts of the screen can ask for. */
export interface Actions {
  readonly sync: Sync;
  /** Opens the choice of banks. */
  chooseBank(): void;
  /** Goes to the linking page of one bank. Answers the sentence to show when that was not possible. */
  linkBank(bank: string): Promise<string | undefined>;
  /** Adds a passkey by the browser's dialogue. Answers the sentence to show when none was added. */
  addPasskey(): Promise<string | undefined>;
  /** Opens the way in for somebody who has a chat on another device. */
  signIn(): void;
  /** Proves what a button takes, and presses it. */
  prove(toProve: ToProve): void;
}

/** Asks for a one-time address and goes there; inside another page's frame, in a tab of its own. */
export async function goLinking(hub: Hub, bank: string, noAnswer: string): Promise<string | undefined> {
  try {
    const { address } = await hub.link(bank);
    const target = new URL(address, location.href);
    if (target.origin !== location.origin) return noAnswer;
    if (window.parent === window) location.assign(target);
    else window.open(target, '_blank', 'noopener');
    return undefined;
  } catch (error) {
    return (error instanceof HubProblem && error.sentence) || noAnswer;
  }
}

/** Loads what passkeys take, which few visits do, and adds one. Answers the sentence to show when that did not work. */
export async function newPasskey(words: Words): Promise<string | undefined> {
  const passkeys = await import('#web/passkeys').catch(() => undefined);
  if (!passkeys) return words.say('link.noAnswer');
  try {
    await passkeys.addPasskey();
    return undefined;
  } catch (error) {
    return passkeys.problemWords(words, error);
  }
}

/** Counts a message as advertising, or takes that back; false when the hub did not hear it. */
export function markAdvertising(messageId: string, marked: boolean): Promise<boolean> {
  return callHub('PUT', `/api/messages/${messageId}/advertising`, { marked }).then(
    () => true,
    () => false,
  );
}
