import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { formatDecimal } from '#base';
import { balanceSchema, problemSchema } from '#contract';
import { sql } from '#db';
import { accountsOfCustomer, balanceOf } from './accounts.ts';
import { bankById } from './banks.ts';
import { now, type SandboxContext } from './context.ts';
import { bankParams, customer, type Controls } from './controls.ts';
import { ensureCustomer, readCustomerId } from './customers.ts';

const customerViewSchema = z.object({
  customer: z.string(),
  name: z.string(),
  accounts: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['checking', 'savings', 'card']),
      product: z.string(),
      last4: z.string(),
      opening: z.string(),
      balance: balanceSchema,
      transactions: z.object({
        count: z.int(),
        debits: z.string().describe('Sum of all debits that were not reversed'),
        credits: z.string().describe('Sum of all credits that were not reversed'),
        authorized: z.int().describe('Those that are not posted yet'),
      }),
    }),
  ),
});

const deliverySchema = z.object({
  id: z.string(),
  callbackUrl: z.string(),
  state: z.enum(['queued', 'sent', 'failed']),
  events: z.int(),
  attempts: z.int(),
  answerStatus: z.int().optional(),
  answer: z.string().optional(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().optional(),
});

/** Calls that only look: a customer's books, and a bank's deliveries. */
export function viewRoutes({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/control/banks/:bank/customers/:customer',
      {
        schema: {
          summary: "A customer's accounts with balances, counts and sums",
          params: bankParams.extend({ customer }),
          response: { 200: customerViewSchema, '4xx': problemSchema },
        },
      },
      async (request) =>
        viewCustomer(context, bankById(request.params.bank).id, readCustomerId(request.params.customer)),
    );

    scope.get(
      '/control/banks/:bank/deliveries',
      {
        schema: {
          summary: 'Event batches of a bank: totals, and the latest ones',
          params: bankParams,
          response: {
            200: z.object({
              totals: z.object({
                queued: z.int(),
                sent: z.int(),
                failed: z.int(),
                eventsSent: z.int(),
                eventsWaiting: z.int(),
              }),
              deliveries: z.array(deliverySchema),
            }),
            '4xx': problemSchema,
          },
        },
      },
      async (request) => viewDeliveries(context, bankById(request.params.bank).id),
    );
  };
}

/** What a bank knows of a customer, as the control API and the trial page show it. */
export async function viewCustomer(
  context: SandboxContext,
  bankId: string,
  customerId: string,
): Promise<z.infer<typeof customerViewSchema>> {
  await ensureCustomer(context, bankById(bankId), customerId);
  const { database } = context;
  const [person] = await database.query<{ name: string }>(sql`
    select given_name || ' ' || family_name as name from sandbox.customers where bank_id = ${bankId} and customer_id = ${customerId}`);
  const accounts = await accountsOfCustomer(database, bankId, customerId);
  const sums = await database.query<{
    account_id: string;
    count: bigint;
    debits: string;
    credits: string;
    authorized: bigint;
  }>(sql`
    select account_id, count(*) as count, count(*) filter (where status = 'authorized') as authorized,
      coalesce(sum(amount_minor) filter (where direction = 'debit'), 0)::text as debits,
      coalesce(sum(amount_minor) filter (where direction = 'credit'), 0)::text as credits
    from sandbox.transactions
    where account_id = any(${accounts.map((account) => account.account_id)}) and status <> 'reversed'
    group by account_id`);
  return {
    customer: customerId,
    name: person?.name ?? '',
    accounts: accounts.map((account) => {
      const sum = sums.find((row) => row.account_id === account.account_id);
      const money = (minor: bigint): string => formatDecimal({ minor, currency: account.currency });
      return {
        id: account.account_id,
        kind: account.kind,
        product: account.product,
        last4: account.last4,
        opening: money(account.opening_minor),
        balance: balanceOf(account, now(context)),
        transactions: {
          count: Number(sum?.count ?? 0n),
          debits: money(BigInt(sum?.debits ?? 0)),
          credits: money(BigInt(sum?.credits ?? 0)),
          authorized: Number(sum?.authorized ?? 0n),
        },
      };
    }),
  };
}

interface DeliveryRow {
  delivery_id: string;
  callback_url: string;
  state: 'queued' | 'sent' | 'failed';
  event_count: number;
  attempts: number;
  answer_status: number | null;
  answer: string | null;
  created_at: Date;
  sent_at: Date | null;
}

/** Batches of a bank: how many there are in each state, and the latest fifty. */
export async function viewDeliveries(context: SandboxContext, bankId: string) {
  const { database } = context;
  const [totals] = await database.query<{
    queued: bigint;
    sent: bigint;
    failed: bigint;
    events_sent: bigint;
    waiting: bigint;
  }>(sql`
    select count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'sent') as sent,
      count(*) filter (where state = 'failed') as failed,
      coalesce(sum(event_count) filter (where state = 'sent'), 0)::bigint as events_sent,
      (select count(*) from sandbox.events_waiting where bank_id = ${bankId}) as waiting
    from sandbox.deliveries where bank_id = ${bankId}`);
  const rows = await database.query<DeliveryRow>(sql`
    select delivery_id, callback_url, state, event_count, attempts, answer_status, answer, created_at, sent_at
    from sandbox.deliveries where bank_id = ${bankId} order by seq desc limit 50`);
  return {
    totals: {
      queued: Number(totals?.queued ?? 0n),
      sent: Number(totals?.sent ?? 0n),
      failed: Number(totals?.failed ?? 0n),
      eventsSent: Number(totals?.events_sent ?? 0n),
      eventsWaiting: Number(totals?.waiting ?? 0n),
    },
    deliveries: rows.map((row) => ({
      id: row.delivery_id,
      callbackUrl: row.callback_url,
      state: row.state,
      events: row.event_count,
      attempts: row.attempts,
      ...(row.answer_status !== null && { answerStatus: row.answer_status }),
      ...(row.answer !== null && { answer: row.answer }),
      createdAt: row.created_at.toISOString(),
      ...(row.sent_at && { sentAt: row.sent_at.toISOString() }),
    })),
  };
}
