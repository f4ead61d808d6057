import { isTellerlineError, TellerlineError, type BankId } from '#base';
import {
  actionAnswerSchema,
  bankCardsSchema,
  bankDisputeSchema,
  bankHoldSchema,
  type ActionAnswer,
  type Refusal,
} from '#contract';
import type { BankOrder, ControlsApi } from '#controls';
import type { BankSession } from '#linking';
import { callFdx, type CallDependencies, type FdxRequest } from '../fdx/call.ts';
import type { BankConnection } from '../fdx/connection.ts';
import { readPart } from '../fdx/reading.ts';
import { readStatementPdf, readStatements } from './statements.ts';

/** Controls' port to banks: the card-control profile (docs/card-control-api.md), and FDX for statements. */
export function createControlsApi(
  calls: CallDependencies,
  connectionOf: (bank: BankId) => BankConnection,
): ControlsApi {
  const get = async (session: BankSession, operation: string, path: readonly string[]): Promise<unknown> => {
    const connection = connectionOf(session.bank);
    const baseUrl = controlsUrl(connection);
    return (await callFdx(calls, connection, session, { operation, method: 'GET', path, baseUrl })).body;
  };
  const bankOf = (session: BankSession) => connectionOf(session.bank).bank;
  return {
    isOffered: (bank) => {
      try {
        return connectionOf(bank).controlsUrl !== undefined;
      } catch (error) {
        if (isTellerlineError(error)) return false;
        throw error;
      }
    },
    cards: async (session) => readPart(bankOf(session), bankCardsSchema, await get(session, 'cards', ['cards'])).cards,
    perform: async (session, order) => {
      const connection = connectionOf(session.bank);
      try {
        const asked = { ...requestOf(order), idempotencyKey: order.key, baseUrl: controlsUrl(connection) };
        const { body } = await callFdx(calls, connection, session, asked);
        return readPart(connection.bank, actionAnswerSchema, body);
      } catch (error) {
        const refused = refusedBy(error, order, calls.clock.nowMs());
        if (!refused) throw error;
        return refused;
      }
    },
    outcome: async (session, { key }) => {
      try {
        return readPart(bankOf(session), actionAnswerSchema, await get(session, 'action', ['actions', key]));
      } catch (error) {
        // Any other 404 may be of something in between that does not know the address.
        if (isTellerlineError(error, 'bank_refused') && error.detail['bankCode'] === noSuchAction) return 'absent';
        throw error;
      }
    },
    hold: async (session, caseId) =>
      readPart(bankOf(session), bankHoldSchema, await get(session, 'hold', ['holds', caseId])),
    dispute: async (session, disputeId) =>
      readPart(bankOf(session), bankDisputeSchema, await get(session, 'dispute', ['disputes', disputeId])),
    statements: (session, accountId) => readStatements(calls, connectionOf(session.bank), session, accountId),
    statementPdf: (session, accountId, statementId) =>
      readStatementPdf(calls, connectionOf(session.bank), session, { accountId, statementId }),
  };
}

/** The bank's word that it never had a key. */
const noSuchAction = 'no-such-action';

function controlsUrl({ controlsUrl: url, bank }: BankConnection): string {
  if (url !== undefined) return url;
  throw new TellerlineError('bank_not_configured', 503, `${bank.name} lets nothing be done to cards through here.`, {
    bank: bank.id,
  });
}

/** The request of the profile that an order is. */
function requestOf({ ask, requestedAtMs, validUntilMs }: BankOrder): FdxRequest {
  const asked = {
    requestedAt: new Date(requestedAtMs).toISOString(),
    validUntil: new Date(validUntilMs).toISOString(),
  };
  switch (ask.kind) {
    case 'card': {
      const { cardId, action, limit, insteadOf } = ask;
      const body = { ...asked, action, ...(limit && { limit }), ...(insteadOf !== undefined && { insteadOf }) };
      return { operation: 'card-action', method: 'POST', path: ['cards', cardId, 'actions'], body };
    }
    case 'hold': {
      const { caseId, answer } = ask;
      return { operation: 'hold-answer', method: 'PUT', path: ['holds', caseId, 'answer'], body: { ...asked, answer } };
    }
    case 'dispute': {
      const { accountId, purchase, reason, words } = ask;
      const body = { ...asked, accountId, transactionId: purchase.id, purchase, reason, ...(words && { words }) };
      return { operation: 'dispute', method: 'POST', path: ['disputes'], body };
    }
    case 'evidence': {
      const { disputeId, evidence } = ask;
      const path = ['disputes', disputeId, 'evidence'];
      return { operation: 'evidence', method: 'POST', path, body: { ...asked, evidence } };
    }
  }
}

/**
 * By these, a status with the code of the profile, a bank says that it does not carry out this request, and will not.
 * A status alone may be of something in between, and a key that was used before (409) says nothing of what came of that.
 */
const refusals: Readonly<Record<string, Refusal>> = {
  '400 400': 'other',
  '403 602': 'not-allowed',
  '404 404': 'unknown-subject',
  '404 701': 'unknown-subject',
  '422 422': 'other',
};

function refusedBy(error: unknown, { key, wasCalled }: BankOrder, nowMs: number): ActionAnswer | undefined {
  // Of an earlier call nobody knows: that this one is refused does not say that the bank did not carry out that one.
  if (wasCalled || !isTellerlineError(error, 'bank_refused')) return undefined;
  const reason = refusals[`${error.detail['httpStatus']} ${error.detail['bankCode']}`];
  return reason && { key, result: 'refused', reason, at: new Date(nowMs).toISOString() };
}
