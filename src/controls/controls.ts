import { limits, type CustomerId, type LinkId } from '#base';
import { sql, type Transaction } from '#db';
import type { ActTokens } from '#customers';
import { createRunner } from '#linking';
import type { ActionStore, Tell } from './action-store.ts';
import { startAlerts } from './alert-jobs.ts';
import { createAlerts, type Alerts } from './alerts.ts';
import type { AskKind } from './bank-action.ts';
import { createCards, type Cards } from './cards.ts';
import { createCasePictures, type CasePictures } from './case-pictures.ts';
import { startDisputes } from './dispute-jobs.ts';
import type { CaseAsides } from './dispute-standing.ts';
import { createDisputes, type Disputes } from './disputes.ts';
import { heldControls, type HeldControls } from './held.ts';
import { startControls, type ControlsJobs } from './jobs.ts';
import { goesOn } from './of-links.ts';
import type { ControlsParts } from './parts.ts';
import { postgresActionStore } from './postgres-store.ts';
import { createStatements, type Statements } from './statements.ts';
import { watchReach } from './reach.ts';
import { request, type Requested, type Wish } from './request.ts';

/** Says of each kind of action how far it has come. */
export type Tellers = Readonly<Record<Exclude<AskKind, 'dispute'>, Tell<Transaction>>>;

/** What is done at a bank for its customer. */
export interface Controls {
  /** Stores a wish in the transaction of the button that confirms it, and carries it out after COMMIT; see `request`. */
  request(tx: Transaction, wish: Wish): Promise<Requested>;
  /** The customers' cards. */
  readonly cards: Cards;
  /** Purchases that banks hold and ask about. */
  readonly alerts: Alerts;
  readonly disputes: Disputes;
  readonly casePictures: CasePictures;
  readonly statements: Statements;
  /** All that is kept of a customer, by the links that stand; for their export. */
  held(customerId: CustomerId, linkIds: readonly LinkId[]): Promise<HeldControls>;
  /** Whether a bank may still do something about purposes or accounts that a customer gives up; see `goesOn`. */
  goesOn(linkId: LinkId, givenUp: Parameters<typeof goesOn>[2]): Promise<boolean>;
  /** Forgets what has served its time. */
  tidy(): Promise<void>;
  readonly jobs: ControlsJobs;
}

/** Makes controls over their parts. The jobs are idle until `jobs.start`. */
export function createControls(
  given: ControlsParts & { readonly acts: ActTokens },
  tellers: Tellers,
  cases: CaseAsides,
): Controls {
  const reach = watchReach(given.banks, given.clock);
  const parts = { ...given, banks: reach.banks, reach };
  const { database, vault, clock } = parts;
  const tell: Tell<Transaction> = async (tx, action, isNew) => {
    await (action.ask.kind === 'dispute' ? disputes.tell : tellers[action.ask.kind])(tx, action, isNew);
    if (action.ask.kind === 'evidence') await disputes.tellEvidence(tx, action, isNew);
    // What is asked for just now has no alert yet; whoever asks says in the alert that it did.
    if (!isNew) await alerts.follow(tx, action);
  };
  const store: ActionStore<Transaction> = postgresActionStore({ database, vault, clock, tell });
  const { run, stop } = createRunner(parts.log);
  const ofDisputes = { ...parts, cases, run };
  const disputes = createDisputes(ofDisputes);
  const actions = startControls(parts, store);
  const cards = createCards(parts);
  const ask: Controls['request'] = async (tx, wish) => {
    const requested = await request(tx, parts, store, wish);
    tx.afterCommit(() => actions.look());
    return requested;
  };
  const watching = startAlerts({ ...parts, cards, request: ask });
  const alerts = createAlerts({ ...parts, request: ask, mayDispute: disputes.mayDispute }, () => watching.look());
  return {
    jobs: together([actions, watching, startDisputes(ofDisputes), { ...nothing, stop }]),
    cards,
    alerts,
    disputes,
    casePictures: createCasePictures(parts),
    statements: createStatements(parts),
    request: ask,
    held: (customerId, linkIds) => heldControls(parts, customerId, linkIds),
    goesOn: (linkId, givenUp) => goesOn(parts.database, linkId, givenUp),
    tidy: () => forgetOld(parts),
  };
}

const nothing = { start: () => undefined, look: () => undefined };

const together = (all: readonly ControlsJobs[]): ControlsJobs => ({
  start: () => all.forEach((one) => one.start()),
  look: () => all.forEach((one) => one.look()),
  stop: async () => {
    await Promise.all(all.map((one) => one.stop()));
  },
});

async function forgetOld({ database, clock }: ControlsParts): Promise<void> {
  const before = new Date(clock.nowMs() - limits.bankActionDaysKept * 86_400_000);
  await database.execute(sql`delete from bank_actions where requested_at < ${before} and next_at is null`);
  await database.execute(sql`delete from alerts where answer_by < ${before} and next_at is null`);
  const unsent = new Date(clock.nowMs() - limits.casePictureHoursKept * 3_600_000);
  await database.execute(sql`delete from case_pictures where at < ${unsent}`);
}
