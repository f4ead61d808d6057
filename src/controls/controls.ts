import { limits, type CustomerId, type LinkId } from '#base';
import { sql, type Transaction } from '#db';
import type { ActionStore, Tell } from './action-store.ts';
import type { AskKind } from './bank-action.ts';
import { createCards, type Cards } from './cards.ts';
import { heldControls, type HeldControls } from './held.ts';
import { startControls, type ControlsJobs } from './jobs.ts';
import type { ControlsParts } from './parts.ts';
import { postgresActionStore } from './postgres-store.ts';
import { createStatements, type Statements } from './statements.ts';
import { request, type Requested, type Wish } from './request.ts';

/** Says of each kind of action how far it has come. */
export type Tellers = Readonly<Record<AskKind, Tell<Transaction>>>;

/** What is done at a bank for its customer. */
export interface Controls {
  /** Stores a wish in the transaction of the button that confirms it, and carries it out after COMMIT; see `request`. */
  request(tx: Transaction, wish: Wish): Promise<Requested>;
  /** The customers' cards. */
  readonly cards: Cards;
  readonly statements: Statements;
  /** All that is kept of a customer, by the links that stand; for their export. */
  held(customerId: CustomerId, linkIds: readonly LinkId[]): Promise<HeldControls>;
  /** Forgets what has served its time. */
  tidy(): Promise<void>;
  readonly jobs: ControlsJobs;
}

/** Makes controls over their parts. The jobs are idle until `jobs.start`. */
export function createControls(parts: ControlsParts, tellers: Tellers): Controls {
  const { database, vault, clock } = parts;
  const tell: Tell<Transaction> = (tx, action, isNew) => tellers[action.ask.kind](tx, action, isNew);
  const store: ActionStore<Transaction> = postgresActionStore({ database, vault, clock, tell });
  const jobs = startControls(parts, store);
  return {
    jobs,
    cards: createCards(parts),
    statements: createStatements(parts),
    request: async (tx, wish) => {
      const requested = await request(tx, parts, store, wish);
      tx.afterCommit(() => jobs.look());
      return requested;
    },
    held: (customerId, linkIds) => heldControls(parts, customerId, linkIds),
    tidy: () => forgetOld(parts),
  };
}

async function forgetOld({ database, clock }: ControlsParts): Promise<void> {
  const before = new Date(clock.nowMs() - limits.bankActionDaysKept * 86_400_000);
  await database.execute(sql`delete from bank_actions where requested_at < ${before} and next_at is null`);
}
