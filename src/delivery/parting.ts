import { limits, type Clock, type MessageId } from '#base';
import type { Locale, Message } from '#contract';
import type { ActTokens } from '#customers';
import type { Thread } from './change.ts';
import type { Manner } from './draw.ts';

/** Who signs the button that parts a receipt from its purchase; without `acts` there is none. */
export interface PairSigner {
  readonly acts?: ActTokens;
  readonly clock: Clock;
}

const labels: Readonly<Record<Locale, string>> = { en: 'Not this purchase', es: 'No es esta compra' };

/**
 * A receipt that is shown with a purchase, with the button that says that the two are not one. It is drawn at each
 * reading and stored nowhere, as the receipt itself is; pressed again it parts nothing more.
 */
export function withParting(
  message: Message,
  { customerId, conversationId }: Thread,
  { locale }: Manner,
  { acts, clock }: Partial<PairSigner> = {},
): Message {
  const { content } = message;
  if (!acts || !clock || content.kind !== 'card' || content.card.card !== 'receipt' || !content.card.purchase)
    return message;
  const act = { act: 'part-pair', customerId, conversationId, messageId: message.id as MessageId } as const;
  const token = acts.sign(act, clock.nowMs(), limits.partTokenMinutes);
  return { ...message, actions: [{ act: act.act, label: labels[locale], token, weight: 'plain' }] };
}
