import type { Clock, ConversationId } from '#base';
import type { Action, BankFace, CardAction, Locale } from '#contract';
import { tellControl, type Aside, type BankAction, type BankAsk, type Tellers } from '#controls';
import type { ActTokens } from '#customers';
import type { Delivery } from '#delivery';
import { proofFor } from './card-answer.ts';
import { tellEvidence } from './evidence.ts';
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
    evidence: tellEvidence(parts),
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
  const undo = {
    act: 'control',
    label: say(locale, key, { limit: '' }),
    token,
    weight: 'plain',
    ...(proof && { proof }),
  } as const;
  return { actions: ask.forAlert && ask.action === 'freeze' ? [newCard(), undo] : [undo] };

  /** Whose card was used by somebody else needs another one; with a proof, as it is sent by post. */
  function newCard(): Action {
    const of = { ...act, control: { cardRef: ask.cardRef, action: 'replace' }, proof: 'replace-card' } as const;
    const label = say(locale, 'act.control.replace', { limit: '' });
    return { act: 'control', label, token: acts.sign(of, clock.nowMs()), weight: 'plain', proof: 'replace-card' };
  }
}
