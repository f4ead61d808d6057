import type { CustomerId, IdentityId } from '#base';

declare const brand: unique symbol;

/**
 * Who uses data. A branded value: only a verified session (`customerActor`) or the closed table of
 * system tasks makes one.
 */
export type Actor = (
  | { readonly kind: 'customer'; readonly customerId: CustomerId; readonly identityId: IdentityId }
  | { readonly kind: 'task'; readonly task: Task; readonly customerId: CustomerId }
) & { readonly [brand]: 'Actor' };

/** Work that runs without anybody asking, and what it is for. */
export const TASKS = {
  /** Answers what the customer asked in the chat, when the asking device is already gone. */
  answer: 'answers a question that the customer asked',
  /** Reads the history that the customer consented to. */
  lookback: 'reads the history that was consented to',
  /** Ends a link at the bank. */
  revocation: 'tells the bank that a link was ended',
} as const;
export type Task = keyof typeof TASKS;

/** The actor of a session whose cookie was verified. */
export function customerActor(session: { readonly customerId: CustomerId; readonly identityId: IdentityId }): Actor {
  return { kind: 'customer', customerId: session.customerId, identityId: session.identityId } as Actor;
}

/** The actor of one of the closed list of tasks, for one customer. */
export function taskActor(task: Task, customerId: CustomerId): Actor {
  return { kind: 'task', task, customerId } as Actor;
}

/** How an actor stands in the list of accesses. */
export function actorName(actor: Actor): string {
  return actor.kind === 'customer' ? 'customer' : `task:${actor.task}`;
}
