import type { Clock, ConversationId } from '#base';
import type { BankFace, CardAction, Locale } from '#contract';
import { tellControl, type Aside, type BankAction, type BankAsk, type Tellers } from '#controls';
import type { ActTokens } from '#customers';
import type { Delivery } from '#delivery';
import { proofFor } from './card-answer.ts';
import { say, type Sentence } from './words.ts';

/** What telling of actions at banks takes. */
export interface TellingParts {
  readonly delivery: Delivery;
  readonly faces: () => readonly BankFace[];
  readonly acts: ActTokens;
  readonly clock: Clock;
}

type CardAsk = Extract<BankAsk, { kind: 'card' }>;

/** What undoes an action in one tap, or is wanted next; nothing of what cannot be undone. */
const next: Readonly<Partial<Record<CardAction, CardAction>>> = {
  freeze: 'unfreeze',
  unfreeze: 'freeze',
  'report-lost': 'replace',
  'report-stolen': 'replace',
  'online-off': 'online-on',
  'online-on': 'online-off',
  'abroad-off': 'abroad-on',
  'abroad-on': 'abroad-off',
};

/** Says of each kind of action how far it has come. */
export function controlTellers(parts: TellingParts): Tellers {
  const nothing = async (): Promise<void> => undefined;
  return {
    card: tellControl(parts, (action, locale, conversationId) => asideOf(parts, action, locale, conversationId)),
    hold: nothing,
    dispute: nothing,
    evidence: nothing,
  };
}

/** The button under a card once its bank has confirmed, until then none. */
function asideOf(
  { acts, clock }: TellingParts,
  { state, ask, customerId, linkId, messageId }: BankAction & { readonly ask: CardAsk },
  locale: Locale,
  conversationId: ConversationId,
): Aside {
  if (state !== 'confirmed') return {};
  // A limit that was set is undone by taking it off; one that was taken off nobody knows any more.
  const action = ask.action === 'limit' && ask.limit ? 'limit' : next[ask.action];
  if (!action) return {};
  const proof = proofFor(action, undefined, {});
  const { limitGeneration } = ask;
  const control = { cardRef: ask.cardRef, action, ...(limitGeneration !== undefined && { limitGeneration }) };
  const act = { act: 'control', customerId, conversationId, messageId, linkId, control, proof } as const;
  const key: Sentence = action === 'limit' ? 'act.control.limit.off' : `act.control.${action}`;
  const token = acts.sign(act, clock.nowMs());
  return {
    actions: [
      { act: 'control', label: say(locale, key, { limit: '' }), token, weight: 'plain', ...(proof && { proof }) },
    ],
  };
}
