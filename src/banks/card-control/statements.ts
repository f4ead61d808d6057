import * as z from 'zod';
import type { BankStatement } from '#controls';
import type { BankSession } from '#linking';
import { callFdx, type CallDependencies } from '../fdx/call.ts';
import type { BankConnection } from '../fdx/connection.ts';
import { bankAnswerUnreadable } from '../fdx/faults.ts';
import { nextPlace, pagedSchema, pageQuery, type Place } from '../fdx/paging.ts';
import { readPart } from '../fdx/reading.ts';

/** FDX 6: a day, or an instant whose day counts. */
const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d/)
  .transform((text) => text.slice(0, 10));

const statementsSchema = pagedSchema.extend({
  statements: z
    .array(
      z.object({
        statementId: z.string().min(1).max(256),
        statementDate: day.nullish(),
        startDate: day.nullish(),
        endDate: day.nullish(),
      }),
    )
    .max(500),
});

/** The statements of an account, newest first, as FDX lists them (`GET /accounts/{id}/statements`). */
export async function readStatements(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  accountId: string,
): Promise<readonly BankStatement[]> {
  const statements: z.infer<typeof statementsSchema>['statements'] = [];
  let place: Place | undefined;
  do {
    const { body } = await callFdx(calls, connection, session, {
      operation: 'statements',
      method: 'GET',
      path: ['accounts', accountId, 'statements'],
      ...(place && { query: pageQuery(connection.dialect, place) }),
    });
    const list = readPart(connection.bank, statementsSchema, body);
    statements.push(...list.statements);
    place = nextPlace(connection.bank, connection.dialect, list, place);
  } while (place);
  return statements
    .flatMap(({ statementId, statementDate, startDate, endDate }) => {
      const to = endDate ?? statementDate;
      return to ? [{ statementId, from: startDate ?? to, to }] : [];
    })
    .toSorted((a, b) => (a.to < b.to ? 1 : -1));
}

/** One statement as PDF (`GET /accounts/{id}/statements/{statementId}`). */
export async function readStatementPdf(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  { accountId, statementId }: { readonly accountId: string; readonly statementId: string },
): Promise<Buffer> {
  const { document } = await callFdx(calls, connection, session, {
    operation: 'statement',
    method: 'GET',
    path: ['accounts', accountId, 'statements', statementId],
    document: 'application/pdf',
  });
  if (document?.subarray(0, 5).toString('latin1') !== '%PDF-')
    throw bankAnswerUnreadable(connection.bank, 'body', 'not a PDF');
  return document;
}
