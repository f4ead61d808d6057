import type { CustomerId } from '#base';
import type { PushSubscription } from '#contract';
import type { BrowserKind } from '#customers';
import type { Sender, Thread } from '#delivery';
import { pushSender, type PushSenderParts } from './sender.ts';
import { createSubscriptions, type HeldSubscription, type SubscriptionParts } from './subscriptions.ts';

/** Web push: which browsers are told that there is something new, and what tells them. */
export interface Push {
  readonly sender: Sender;
  /** Our key, as a browser wants it to subscribe. */
  readonly publicKey: string;
  /** @throws TellerlineError `push_service_unknown`, `push_subscriptions_too_many` */
  subscribe(thread: Thread, subscription: PushSubscription, kind: BrowserKind, spare: boolean): Promise<void>;
  /** Safe to repeat. */
  unsubscribe(thread: Thread, endpoint: string): Promise<void>;
  /** See `Subscriptions.held`. */
  held(customerId: CustomerId): Promise<HeldSubscription[]>;
}

/** Makes web push. */
export function createPush(parts: SubscriptionParts & Omit<PushSenderParts, 'subscriptions'>): Push {
  const subscriptions = createSubscriptions(parts);
  return {
    sender: pushSender({ ...parts, subscriptions }),
    publicKey: parts.key.publicKey,
    subscribe: subscriptions.subscribe,
    unsubscribe: subscriptions.unsubscribe,
    held: subscriptions.held,
  };
}
