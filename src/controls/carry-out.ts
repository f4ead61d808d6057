import { isTellerlineError, limits, type Clock, type Log } from '#base';
import { standsAfter, type ActionAnswer } from '#contract';
import type { BankSession } from '#linking';
import type { ActionClaim, ActionStore, Settling } from './action-store.ts';
import type { BankAsk, Settled } from './bank-action.ts';
import type { BankOrder, ControlsApi } from './controls-api.ts';

/** What carrying out takes. Clock and calls come from outside, so that a run of the simulator owns them. */
export interface CarryOutParts {
  readonly store: Pick<ActionStore<never>, 'begin' | 'settle'>;
  readonly banks: Pick<ControlsApi, 'perform' | 'outcome'>;
  /** Opens a session with the link's bank; see `Linking.atBank`. */
  readonly atBank: <Result>(
    claim: Pick<ActionClaim, 'linkId'>,
    work: (session: BankSession) => Promise<Result>,
  ) => Promise<Result>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a bank's word came to. */
type Word = { readonly settled: Settled } | 'pending' | 'absent';

/**
 * Carries an action on by one step. What may have reached the bank is first asked about, by its key; only what the
 * bank says it never had is asked for again, and only while it may still be carried out. Whatever throws leaves it
 * open: it is taken up again, and asked about.
 */
export async function carryOut(parts: CarryOutParts, claim: ActionClaim): Promise<void> {
  const { store, clock } = parts;
  try {
    const settling = await oneStep(parts, claim);
    if (settling && (await store.settle(claim, settling, clock.nowMs()))) return;
    // Its key or its consent cannot be had now, or it is not ours any more: then giving it back changes nothing.
    await store.settle(claim, open(claim, clock.nowMs(), 0), clock.nowMs());
  } catch (error) {
    const { bankId, kind, attempts } = claim;
    parts.log.info({ err: error, bank: bankId, kind, attempts }, 'what a bank was asked to do is still open');
    await store.settle(claim, open(claim, clock.nowMs(), pauseAsked(error)), clock.nowMs());
  }
}

async function oneStep(parts: CarryOutParts, claim: ActionClaim): Promise<Settling | undefined> {
  const { store, clock } = parts;
  // Whether it may still be asked for is decided before the bank is asked about it: what it does not have by then,
  // it may not carry out any more when it comes.
  const isOver = clock.nowMs() > validUntilMs(claim) + limits.bankClockSkewMsMax;
  if (claim.isCalled) {
    const asked = await store.begin(claim, clock.nowMs(), 'ask');
    if (!asked) return undefined;
    const order = orderOf(claim, asked);
    const word = await parts.atBank(claim, async (session) => read(order, await parts.banks.outcome(session, order)));
    if (word !== 'absent') return settlingOf(claim, word, clock.nowMs());
  }
  if (isOver) return notSent(clock.nowMs());
  const wanted = await store.begin(claim, clock.nowMs(), 'call');
  if (!wanted) return undefined;
  const order = orderOf(claim, wanted);
  const word = await parts.atBank(claim, async (session) => read(order, await parts.banks.perform(session, order)));
  return settlingOf(claim, word, clock.nowMs());
}

/** Until when a bank may carry an action out: a freeze of half an hour ago is nobody's wish any more. */
const validUntilMs = ({ requestedAtMs }: Pick<ActionClaim, 'requestedAtMs'>): number =>
  requestedAtMs + limits.bankActionValidMs;

function orderOf(claim: ActionClaim, ask: BankAsk): BankOrder {
  const { actionId, requestedAtMs, isCalled } = claim;
  return { key: actionId, ask, requestedAtMs, wasCalled: isCalled, validUntilMs: validUntilMs(claim) };
}

const notSent = (nowMs: number): Settling => ({
  as: 'settled',
  settled: { result: 'refused', at: new Date(nowMs).toISOString(), reason: 'not-sent' },
});

function settlingOf(claim: ActionClaim, word: Word, nowMs: number): Settling {
  return typeof word === 'object' ? { as: 'settled', settled: word.settled } : open(claim, nowMs, 0);
}

/** It is taken up again after a growing pause, and given up after a day: nobody will learn what became of it. */
function open(claim: ActionClaim, nowMs: number, pauseMs: number): Settling {
  const waitMs = Math.max(pauseMs, Math.min(limits.bankActionPauseMsMax, 500 * 2 ** Math.min(claim.attempts, 12)));
  const isGivenUp = nowMs - claim.requestedAtMs > limits.bankActionAskedMsMax;
  return { as: 'open', nextAtMs: isGivenUp ? null : nowMs + waitMs };
}

/** A bank that asks for a pause is left in peace for as long as it says. */
function pauseAsked(error: unknown): number {
  if (!isTellerlineError(error, 'bank_rate_limited')) return 0;
  const seconds = Number(error.detail['retryAfterSeconds']);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

/**
 * What a bank's answer says. It is believed when it is the answer to this request and agrees with itself: a freeze is
 * confirmed by a card that is frozen, and by nothing less (promise P6). Anything else is no answer yet.
 */
export function read({ key, ask }: Pick<BankOrder, 'key' | 'ask'>, answer: ActionAnswer | 'absent'): Word {
  if (answer === 'absent') return 'absent';
  if (answer.key !== key) return 'pending';
  const { result, at, hold, dispute, replacement } = answer;
  if (result === 'pending') return 'pending';
  if (result === 'refused') {
    const ofHold = ask.kind === 'hold' && hold?.caseId === ask.caseId ? { hold } : {};
    return { settled: { result, at, reason: answer.reason ?? 'other', ...ofHold } };
  }
  if (!agrees(ask, answer)) return 'pending';
  return {
    settled: { result, at, ...(hold && { hold }), ...(dispute && { dispute }), ...(replacement && { replacement }) },
  };
}

function agrees(ask: BankAsk, { card, hold, dispute }: ActionAnswer): boolean {
  switch (ask.kind) {
    case 'card':
      return card !== undefined && card.cardId === ask.cardId && standsAfter(ask.action, ask.limit, card);
    case 'hold':
      return hold !== undefined && hold.caseId === ask.caseId && hold.state !== 'held';
    case 'dispute':
      return dispute !== undefined;
    case 'evidence':
      return dispute !== undefined && dispute.disputeId === ask.disputeId;
  }
}
