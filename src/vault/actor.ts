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
  /** Shows what a bank has just told, to whoever of the customer's devices is connected. */
  notify: 'shows an event as it arrives',
  /** Shows the first balances after a bank was linked. */
  greet: 'shows the first balances after linking',
} as const;
/** One of the closed list of tasks. */
export type Task = keyof typeof TASKS;

/** The actor of a session whose cookie was verified. */
export function customerActor(session: { readonly customerId: CustomerId; readonly identityId: IdentityId }): Actor {
  return { kind: 'customer', customerId: session.customerId, identityId: session.identityId } as Actor;
}

/** The actor of one of the closed list of tasks, for one customer. */
export function taskActor(task: Task, customerId: CustomerId): Actor {
  return { kind: 'task', task, customerId } as Actor;
}

/** How an actor stands in the ledger. */
export function actorName(actor: Actor): string {
  return actor.kind === 'customer' ? 'customer' : `task:${actor.task}`;
}
