import { isTellerlineError, limits, type BankId, type Clock } from '#base';
import type { BankSession } from '#linking';
import type { ControlsApi } from './controls-api.ts';

/** Whether banks carry out what they are asked, as far as this process has seen of late. */
export interface Reach {
  /** The port of banks, watched. */
  readonly banks: ControlsApi;
  /** A bank lets nothing be done from here, or what was asked of it last failed, and that is not long ago. */
  fails(bankId: BankId): boolean;
}

/** What a bank failed at: that it can be read says nothing of whether it does what it is asked. */
interface Failure {
  readonly at: 'reading' | 'acting';
  readonly atMs: number;
}

/**
 * Watches the calls to banks. A refusal is an answer. After a failed act only an act that the bank answers shows
 * that it is well; a failure that is `bankFailingMs` old is no knowledge any more.
 */
export function watchReach(banks: ControlsApi, clock: Clock): Reach {
  const failures = new Map<BankId, Failure>();
  const watched = async <Told>(session: BankSession, at: Failure['at'], call: () => Promise<Told>): Promise<Told> => {
    const { bank } = session;
    try {
      const told = await call();
      if (at === 'acting' || failures.get(bank)?.at === 'reading') failures.delete(bank);
      return told;
    } catch (error) {
      const before = failures.get(bank)?.at;
      if (isFailure(error)) failures.set(bank, { at: before === 'acting' ? before : at, atMs: clock.monotonicMs() });
      throw error;
    }
  };
  return {
    banks: {
      isOffered: (bank) => banks.isOffered(bank),
      cards: (session) => watched(session, 'reading', () => banks.cards(session)),
      perform: (session, order) => watched(session, 'acting', () => banks.perform(session, order)),
      outcome: (session, order) => watched(session, 'reading', () => banks.outcome(session, order)),
      hold: (session, caseId) => watched(session, 'reading', () => banks.hold(session, caseId)),
      dispute: (session, disputeId) => watched(session, 'reading', () => banks.dispute(session, disputeId)),
      // Statements are FDX's, and stand on no card controls.
      statements: (...of) => banks.statements(...of),
      statementPdf: (...of) => banks.statementPdf(...of),
    },
    fails: (bankId) => {
      if (!banks.isOffered(bankId)) return true;
      const failure = failures.get(bankId);
      return failure !== undefined && clock.monotonicMs() - failure.atMs <= limits.bankFailingMs;
    },
  };
}

/** It says something of the bank, and not of one customer's grant or of one request. */
const isFailure = (error: unknown): boolean =>
  isTellerlineError(error) && ['bank_unreachable', 'bank_slow', 'bank_answer_unreadable'].includes(error.code);
