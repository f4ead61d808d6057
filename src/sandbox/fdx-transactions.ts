import type { FastifyRequest } from 'fastify';
import {
  countTransactions,
  transactionsAfter,
  transactionsFrom,
  type AccountRow,
  type TransactionPlace,
  type TransactionRow,
  type TransactionWindow,
} from './accounts.ts';
import type { ConsentRow } from './consents.ts';
import { FdxError } from './fdx-errors.ts';
import { fdxTransaction } from './fdx-shapes.ts';
import { fdxAddress, type ResourceServer } from './resource-server.ts';

/** Days that are told when no window is asked for. */
const DEFAULT_WINDOW_DAYS = 7;

/** Answers `GET /accounts/{id}/transactions`: one page of a window, newest first, both days included. */
export async function pageOfTransactions(
  server: ResourceServer,
  consent: ConsentRow,
  account: AccountRow,
  request: FastifyRequest,
): Promise<Record<string, unknown>> {
  const query = new URL(request.url, server.context.url).searchParams;
  const window = readWindow(server, consent, account, query);
  const limit = readLimit(query, server.bank.pageSizeMax);
  return server.bank.paging === 'pageKey'
    ? pageByKey(server, account, window, limit, query)
    : pageByOffset(server, account, window, limit, query);
}

function readWindow(
  server: ResourceServer,
  consent: ConsentRow,
  account: AccountRow,
  query: URLSearchParams,
): TransactionWindow {
  const today = localDay(new Date(server.context.clock.nowMs()), account.time_zone);
  const to = readDay(query.get('endTime'), account.time_zone) ?? today;
  const from = readDay(query.get('startTime'), account.time_zone) ?? to.subtract({ days: DEFAULT_WINDOW_DAYS });
  if (Temporal.PlainDate.compare(from, to) > 0) throw new FdxError('invalidDateRange', 'startTime is after endTime');
  const earliest = localDay(consent.created_at, account.time_zone).subtract({ days: consent.lookback_days });
  const start = Temporal.PlainDate.compare(from, earliest) < 0 ? earliest : from;
  return { accountId: account.account_id, from: start.toString(), to: to.toString() };
}

function localDay(instant: Date, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** A day, or an instant read in the customer's own calendar. */
function readDay(text: string | null, timeZone: string): Temporal.PlainDate | undefined {
  if (text === null) return undefined;
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text, { overflow: 'reject' });
    return Temporal.Instant.from(text).toZonedDateTimeISO(timeZone).toPlainDate();
  } catch {
    throw new FdxError('invalidDateRange', 'startTime and endTime are days or instants (RFC 3339)');
  }
}

function readLimit(query: URLSearchParams, pageSizeMax: number): number {
  const text = query.get('limit');
  if (text === null) return pageSizeMax;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new FdxError('headerMissing', 'limit is a whole number from 1');
  return Math.min(Number(text), pageSizeMax);
}

async function pageByKey(
  server: ResourceServer,
  account: AccountRow,
  window: TransactionWindow,
  limit: number,
  query: URLSearchParams,
): Promise<Record<string, unknown>> {
  const after = readPageKey(query.get('pageKey'), window);
  const rows = await transactionsAfter(server.context.database, window, after, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextPageKey = rows.length > limit && last ? writePageKey(window, last) : undefined;
  return page(
    server,
    account,
    shown,
    nextPageKey ? { name: 'pageKey', value: nextPageKey, field: 'nextPageKey' } : undefined,
    query,
  );
}

async function pageByOffset(
  server: ResourceServer,
  account: AccountRow,
  window: TransactionWindow,
  limit: number,
  query: URLSearchParams,
): Promise<Record<string, unknown>> {
  const text = query.get('offset') ?? '0';
  if (!/^\d{1,9}$/.test(text)) throw new FdxError('headerMissing', 'offset is a whole number');
  const offset = Number(text);
  const rows = await transactionsFrom(server.context.database, window, offset, limit);
  const total = await countTransactions(server.context.database, window);
  const nextOffset = rows.length > 0 && offset + rows.length < total ? String(offset + rows.length) : undefined;
  return page(
    server,
    account,
    rows,
    nextOffset ? { name: 'offset', value: nextOffset, field: 'nextOffset' } : undefined,
    query,
    total,
  );
}

function page(
  server: ResourceServer,
  account: AccountRow,
  rows: readonly TransactionRow[],
  next: { name: string; value: string; field: string } | undefined,
  query: URLSearchParams,
  total?: number,
): Record<string, unknown> {
  const onward = new URLSearchParams(query);
  if (next) onward.set(next.name, next.value);
  const href = fdxAddress(server, `/accounts/${account.account_id}/transactions?${onward.toString()}`);
  return {
    page: { ...(next && { [next.field]: next.value }), ...(total !== undefined && { totalElements: total }) },
    links: next ? { next: { href } } : {},
    transactions: rows.map((row) => fdxTransaction(server.bank, account, row)),
  };
}

/** A page key names the window that it was made for, so that it cannot be carried into another. */
function writePageKey(window: TransactionWindow, last: TransactionRow): string {
  const place = [
    window.accountId,
    window.from,
    window.to,
    last.local_date,
    last.occurred_at.toISOString(),
    last.transaction_id,
  ];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readPageKey(text: string | null, window: TransactionWindow): TransactionPlace | undefined {
  if (text === null) return undefined;
  const refusal = new FdxError('headerMissing', 'this pageKey was made for another request');
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw refusal;
  }
  if (!Array.isArray(place) || place.length !== 6 || !place.every((part) => typeof part === 'string')) throw refusal;
  const [accountId, from, to, localDate, occurredAt, transactionId] = place as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const isWellFormed = /^\d{4}-\d{2}-\d{2}$/.test(localDate) && !Number.isNaN(Date.parse(occurredAt));
  if (accountId !== window.accountId || from !== window.from || to !== window.to || !isWellFormed) throw refusal;
  return { localDate, occurredAt, transactionId };
}
