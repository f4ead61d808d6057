import { TellerlineError, type BankId, type CaseId, type CustomerId, type IdentityId } from '#base';
import { CHAT_FIELDS, type Purpose } from '#contract';

declare const brand: unique symbol;

/** Somebody of a bank's staff, in one case: the words of that case, and the fields that its customer has ticked. */
export interface StaffInCase {
  readonly kind: 'staff';
  /** By a name of ours. */
  readonly staffId: string;
  /** As customers and colleagues see it, and as the ledger names it. */
  readonly name: string;
  readonly bankId: BankId;
  readonly customerId: CustomerId;
  readonly caseId: CaseId;
}

/**
 * Who uses data. A branded value: only a verified session (`customerActor`, `staffActor`) or the closed table of
 * system tasks makes one.
 */
export type Actor = (
  | { readonly kind: 'customer'; readonly customerId: CustomerId; readonly identityId: IdentityId }
  | { readonly kind: 'task'; readonly task: Task; readonly customerId: CustomerId }
  | StaffInCase
) & { readonly [brand]: 'Actor' };

/** What a task may use: fields by purpose; `none` is for messages about a link that need no purpose. */
type Uses = Readonly<Partial<Record<Purpose | 'none', readonly string[]>>>;

/** Work that runs without anybody asking: what it is for, for which purposes, and of which fields. Closed. */
export const TASKS = {
  answer: {
    what: 'answers a question that the customer asked, when the asking device is already gone',
    may: {
      balances: ['balance', 'message'],
      transactions: ['transaction', 'transaction.merchant', 'message'],
      receipts: ['receipt', 'message'],
      shipping: ['parcel', 'message'],
      'account-management': ['card', 'dispute', 'statement', 'message'],
      'fraud-alerts': ['message'],
      'customer-chat': ['message'],
      none: ['message'],
    },
  },
  notify: {
    what: 'shows what a bank, a shop or a carrier has just told, to whoever of the customer’s devices is connected, or keeps it where the customer does not want to be told',
    may: {
      balances: ['balance'],
      transactions: ['transaction'],
      receipts: ['receipt'],
      shipping: ['parcel'],
      'fraud-alerts': ['hold', 'last-purchase', 'card'],
    },
  },
  digest: {
    what: 'counts and adds up a day for the digest that the customer asked for',
    may: { transactions: ['transaction'] },
  },
  deliver: {
    what: 'brings messages to the messengers that the customer has chosen',
    may: {
      balances: ['message'],
      transactions: ['message'],
      'fraud-alerts': ['message'],
      receipts: ['message'],
      shipping: ['message'],
      'customer-chat': ['message'],
      'account-management': ['message'],
      none: ['message'],
    },
  },
  fetch: {
    what: 'asks a bank that does not tell by itself what has happened',
    may: { balances: ['balance'], transactions: ['transaction'] },
  },
  match: {
    what: 'finds the card purchase that a receipt belongs to',
    may: { transactions: ['transaction'], receipts: ['receipt'] },
  },
  act: {
    what: 'asks a bank to do what the customer has pressed a button for, and says what became of it',
    may: {
      'account-management': ['card', 'dispute', 'message'],
      'fraud-alerts': ['hold', 'message'],
      transactions: ['transaction'],
      receipts: ['receipt'],
    },
  },
  follow: {
    what: 'asks a carrier to tell of a parcel that the customer follows by its number',
    may: { shipping: ['parcel'] },
  },
  greet: { what: 'shows the first balances after a bank was linked', may: { balances: ['balance'] } },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly may: Uses }>>;
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

/** An actor of a bank's staff. */
export type StaffActor = Extract<Actor, { kind: 'staff' }>;

/** The actor of a session of a bank's staff that was verified, in a case of that bank. */
export function staffActor(
  staff: { readonly staffId: string; readonly name: string; readonly bankId: BankId },
  of: { readonly caseId: CaseId; readonly customerId: CustomerId },
): StaffActor {
  const { staffId, name, bankId } = staff;
  return { kind: 'staff', staffId, name, bankId, customerId: of.customerId, caseId: of.caseId } as StaffActor;
}

/** How an actor stands in the ledger. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'staff') return `staff:${actor.name}`;
  return actor.kind === 'customer' ? 'customer' : `task:${actor.task}`;
}

/**
 * Passes when the actor may use these fields for this purpose at all: a customer anything of their own, a
 * task what its row of the table says, staff the words of a case and the fields that can be ticked. The customer's
 * consent is asked for besides.
 *
 * @throws TellerlineError `task_not_allowed`, `staff_not_allowed`, `use_outside_purpose`
 */
export function requireActorMay(actor: Actor, purpose: string, fields: readonly string[]): void {
  if (actor.kind === 'customer') {
    // What that purpose names besides is what staff may be shown, in a case alone.
    if (purpose !== 'customer-chat' || fields.every((field) => field === 'message')) return;
    throw new TellerlineError('use_outside_purpose', 403, 'This purpose does not cover that use.', { purpose });
  }
  if (actor.kind === 'staff') {
    const known: readonly string[] = ['case', ...CHAT_FIELDS];
    if (purpose === 'customer-chat' && fields.length > 0 && fields.every((field) => known.includes(field))) return;
    throw new TellerlineError('staff_not_allowed', 403, 'Staff may not use that.', { purpose });
  }
  const uses: Uses = TASKS[actor.task].may;
  const allowed = uses[purpose as keyof Uses];
  if (allowed && fields.length > 0 && fields.every((field) => allowed.includes(field))) return;
  throw new TellerlineError('task_not_allowed', 403, 'This task may not use that.', { task: actor.task, purpose });
}
