import type { WordId, Words } from '#web/words';
import { HubProblem } from '#web/hub';
import { PasskeyProblem } from './problem.ts';

const sentences: Readonly<Partial<Record<string, WordId>>> = {
  cancelled: 'passkey.cancelled',
  unsupported: 'passkey.unsupported',
  passkeys_unavailable: 'passkey.unavailable',
  proof_needed: 'passkey.proofNeeded',
  passkey_none: 'passkey.proofNeeded',
  passkey_refused: 'passkey.refused',
  passkey_challenge_over: 'passkey.over',
  passkey_challenges_too_many: 'passkey.tooOften',
  too_many_requests: 'passkey.tooOften',
  link_attempts_too_many: 'passkey.tooOften',
  passkey_known: 'passkey.known',
  passkeys_too_many: 'passkey.tooMany',
  act_expired: 'act.over',
  act_used: 'act.over',
  card_unknown: 'act.over',
  chat_in_use: 'passkey.chatInUse',
};

/** The sentence for a person; anything unexpected says that nothing came of it. */
export function problemWords(words: Words, error: unknown): string {
  const code = error instanceof PasskeyProblem || error instanceof HubProblem ? error.code : undefined;
  const id = code === undefined ? undefined : sentences[code];
  return words.say(id ?? 'link.noAnswer');
}
