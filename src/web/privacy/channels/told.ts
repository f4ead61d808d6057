import type { Channels, EmailState, PushState } from '#contract';
import { HubProblem } from '#web/hub';
import { centre } from '../centre.ts';
import type { PrivacyWords } from '../words.ts';

/** Everything that this section shows, as the hub has it. */
export interface Told {
  readonly channels: Channels;
  readonly push: PushState;
  readonly email: EmailState;
}

/** Reads it anew. @throws HubProblem */
export async function readTold(): Promise<Told> {
  const [channels, push, email] = await Promise.all([centre.channels(), centre.push(), centre.email()]);
  return { channels, push, email };
}

/** Whether any has rules of its own for when it may be written to, so that another can stand in for it. */
export const hasAnyWindow = ({ channels }: Pick<Channels, 'channels'>): boolean =>
  channels.some(({ hasWindow }) => hasWindow);

/** What went wrong, in the customer's language. Anything but the hub's refusal is a fault of ours and goes on. */
export function problemOf(words: PrivacyWords, error: unknown): string {
  if (!(error instanceof HubProblem)) throw error;
  const id = `told.problem.${error.code ?? ''}`;
  return words.has(id) ? words.say(id) : (error.sentence ?? words.say('problem'));
}
