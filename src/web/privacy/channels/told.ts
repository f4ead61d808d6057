import type { Channels, EmailState, PushState, ToldChannel } from '#contract';
import { HubProblem } from '#web/kit';
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

/** Messengers, whose rules decide when they may be written to. */
export const isMessenger = ({ channel }: Pick<ToldChannel, 'channel'>): boolean =>
  channel === 'messenger' || channel === 'whatsapp';

/** What went wrong, in the customer's language. Anything but the hub's refusal is a fault of ours and goes on. */
export function problemOf(words: PrivacyWords, error: unknown): string {
  if (!(error instanceof HubProblem)) throw error;
  const id = `told.problem.${error.code ?? ''}`;
  return words.has(id) ? words.say(id) : (error.sentence ?? words.say('problem'));
}
