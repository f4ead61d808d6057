import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors, jsonSchemaTransform, serializerCompiler, validatorCompiler, type FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { formatDecimal, isTellerlineError } from '#base';
import { balanceSchema, directionSchema, merchantSchema, problemSchema, type Problem } from '#contract';
import { sql } from '#db';
import { accountsOfCustomer, balanceOf } from './accounts.ts';
import { bankById } from './banks.ts';
import { book, settle } from './bookings.ts';
import { breakLogins, listConsents, revokeConsent, statusOf } from './consents.ts';
import { now, type SandboxContext } from './context.ts';
import { drawControlPage } from './control-page.ts';
import { ensureCustomer, readCustomerId } from './customers.ts';
import { rotateEventKeys } from './event-keys.ts';
import { FAULTS, type Faults } from './faults.ts';

/** What the control API acts on. */
export interface Controls {
  readonly context: SandboxContext;
  readonly faults: Faults;
}

const bankParams = z.object({ bank: z.string() });
const customer = z.string().describe('customer-1 to customer-2000; made at the first call');

const bookingSchema = z.object({
  id: z.string().min(1).max(128).optional().describe('The same id on the same account is booked once'),
  amount: z.string().describe('A magnitude, such as "65.70"'),
  currency: z.string().length(3).optional().describe("The account's own, USD"),
  direction: directionSchema.optional(),
  occurredAt: z.iso.datetime({ offset: true }).optional().describe('Now, if not said'),
  localDate: z.iso.date().optional().describe("The day of occurredAt in the customer's own calendar, if not said"),
  merchant: merchantSchema.optional(),
  description: z.string().min(1).max(200).optional(),
  online: z.boolean().optional(),
  status: z.enum(['authorized', 'posted']).optional().describe('authorized, if not said; posted by itself after two days'),
});

/**
 * The control API: what a person (or a test) may make happen at the banks. It has no sign-in, as everybody
 * who reaches the sandbox is trying it out; it listens on loopback.
 */
export async function controlApi(scope: FastifyInstance, controls: Controls): Promise<void> {
  scope.setValidatorCompiler(validatorCompiler);
  scope.setSerializerCompiler(serializerCompiler);
  scope.setErrorHandler((error, _request, reply) => {
    const { status, problem } = problemOf(error, controls.context);
    return reply.code(status).send(problem);
  });
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sandbox bank: control', version: '1.0.0', description: 'Makes things happen at the four stand-in banks.' },
      servers: [{ url: controls.context.url }],
    },
    transform: jsonSchemaTransform,
  });
  await scope.register(activityRoutes(controls));
  await scope.register(consentRoutes(controls));
  await scope.register(troubleRoutes(controls));
  await scope.register(viewRoutes(controls));

  scope.get('/control/openapi.json', { schema: { hide: true } }, async () => scope.swagger());
  scope.get('/control', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(drawControlPage(scope.swagger())),
  );
}

function problemOf(error: unknown, context: SandboxContext): { status: number; problem: Problem } {
  if (isTellerlineError(error)) return { status: error.status, problem: { code: error.code, message: error.message } };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const field = issue?.instancePath.slice(1).replaceAll('/', '.') || undefined;
    return { status: 422, problem: { code: 'body_invalid', message: issue?.message ?? 'The request cannot be read.', ...(field && { field }) } };
  }
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode < 500) {
    return { status: statusCode, problem: { code: 'request_invalid', message: 'The request cannot be read.' } };
  }
  context.log.error({ err: error }, 'a control call failed');
  return { status: 500, problem: { code: 'internal', message: 'Something went wrong here.' } };
}

const bookedSchema = z.object({ accepted: z.int(), events: z.int().describe('How many a subscriber will hear of') });

function activityRoutes({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post('/control/banks/:bank/purchases', {
      // A thousand purchases with everything said weigh less than this.
      bodyLimit: 2 * 1024 * 1024,
      schema: {
        summary: 'Use a card: books purchases and tells subscribers',
        params: bankParams,
        body: z.object({ customer, account: z.enum(['card', 'checking']).optional(), purchases: z.array(bookingSchema).min(1).max(1000) }),
        response: { 202: bookedSchema, '4xx': problemSchema },
      },
    }, async (request, reply) => {
      const { body } = request;
      const booked = await book(context, bankById(request.params.bank), readCustomerId(body.customer), body.account ?? 'card', body.purchases);
      return reply.code(202).send(booked);
    });

    scope.post('/control/banks/:bank/salary', {
      schema: {
        summary: 'Pay a salary into checking',
        params: bankParams,
        body: z.object({ customer, amount: z.string(), employer: z.string().min(1).max(80).optional() }),
        response: { 202: bookedSchema, '4xx': problemSchema },
      },
    }, async (request, reply) => {
      const { customer: username, amount, employer = 'Whitcomb Logistics' } = request.body;
      const salary = {
        amount, kind: 'salary' as const, direction: 'credit' as const, status: 'posted' as const,
        description: `PAYROLL ${employer}`.toUpperCase(), merchant: { name: employer, category: '6012' },
      };
      return reply.code(202).send(await book(context, bankById(request.params.bank), readCustomerId(username), 'checking', [salary]));
    });

    scope.post('/control/banks/:bank/settle', {
      schema: {
        summary: 'Post authorized purchases, or reverse them; all of a customer, or those named',
        params: bankParams,
        body: z.object({ customer, to: z.enum(['posted', 'reversed']), ids: z.array(z.string()).max(1000).optional() }),
        response: { 202: z.object({ moved: z.int() }), '4xx': problemSchema },
      },
    }, async (request, reply) => {
      const { customer: username, to, ids } = request.body;
      return reply.code(202).send({ moved: await settle(context, bankById(request.params.bank), readCustomerId(username), to, ids) });
    });
  };
}

const consentSchema = z.object({
  id: z.string(),
  customer: z.string(),
  recipient: z.string(),
  chat: z.string().optional(),
  status: z.enum(['ACTIVE', 'EXPIRED', 'REVOKED']),
  dataClusters: z.array(z.string()),
  accounts: z.array(z.string()),
  subscribed: z.boolean(),
  loginBroken: z.boolean(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

function consentRoutes({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get('/control/banks/:bank/consents', {
      schema: {
        summary: 'Consents at a bank, newest first',
        params: bankParams,
        querystring: z.object({ customer: z.string().optional() }),
        response: { 200: z.object({ consents: z.array(consentSchema) }), '4xx': problemSchema },
      },
    }, async (request) => {
      const bank = bankById(request.params.bank);
      const { customer: username } = request.query;
      const rows = await listConsents(context.database, bank.id, username === undefined ? undefined : readCustomerId(username));
      return {
        consents: rows.map((row) => ({
          id: row.consent_id, customer: row.customer_id, recipient: row.client_id, ...(row.chat !== null && { chat: row.chat }),
          status: statusOf(row, now(context)), dataClusters: row.data_clusters, accounts: row.account_ids,
          subscribed: row.subscribed, loginBroken: row.login_broken,
          createdAt: row.created_at.toISOString(), expiresAt: row.expires_at.toISOString(),
        })),
      };
    });

    scope.post('/control/banks/:bank/consents/:grantId/revoke', {
      schema: {
        summary: 'Revoke a consent at the bank, as its customer; the recipient is told',
        params: bankParams.extend({ grantId: z.string() }),
        response: { 204: z.undefined(), '4xx': problemSchema },
      },
    }, async (request, reply) => {
      const { bank, grantId } = request.params;
      const revoked = await revokeConsent(context, bankById(bank).id, grantId, { reason: 'USER_ACTION', initiator: 'INDIVIDUAL', tell: true });
      if (!revoked) return reply.code(404).send({ code: 'consent_unknown', message: 'There is no such consent at this bank.' });
      return reply.code(204).send();
    });
  };
}

function troubleRoutes({ context, faults }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post('/control/banks/:bank/fault', {
      schema: {
        summary: 'Let a bank, or one customer of it, suffer a fault until it is set to none',
        description:
          'down: 503. slow: answers after `seconds` (20). html: 200 with a maintenance page. rate-limit: 429, Retry-After `seconds` (30). ' +
          'broken-login: tokens given out so far are refused with invalid_token; a new login works. none: all is well again.',
        params: bankParams,
        body: z.object({ customer: customer.optional(), kind: z.enum(FAULTS), seconds: z.int().min(0).max(3600).optional() }),
        response: { 204: z.undefined(), '4xx': problemSchema },
      },
    }, async (request, reply) => {
      const bank = bankById(request.params.bank);
      const { kind, seconds } = request.body;
      const customerId = request.body.customer === undefined ? undefined : readCustomerId(request.body.customer);
      if (kind === 'broken-login' || kind === 'none') await breakLogins(context, bank.id, customerId, kind === 'broken-login');
      faults.set(bank.id, customerId, kind, seconds);
      return reply.code(204).send();
    });

    scope.post('/control/banks/:bank/rotate-keys', {
      schema: {
        summary: 'Take a new key for signing events; the old one signs along for a day',
        params: bankParams,
        response: { 200: z.object({ kid: z.string() }), '4xx': problemSchema },
      },
    }, async (request) => ({ kid: await rotateEventKeys(context, bankById(request.params.bank).id) }));
  };
}

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

function viewRoutes({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get('/control/banks/:bank/customers/:customer', {
      schema: {
        summary: "A customer's accounts with balances, counts and sums",
        params: bankParams.extend({ customer }),
        response: { 200: customerViewSchema, '4xx': problemSchema },
      },
    }, async (request) => viewCustomer(context, bankById(request.params.bank).id, readCustomerId(request.params.customer)));

    scope.get('/control/banks/:bank/deliveries', {
      schema: {
        summary: 'Event batches of a bank: totals, and the latest ones',
        params: bankParams,
        response: {
          200: z.object({
            totals: z.object({ queued: z.int(), sent: z.int(), failed: z.int(), eventsSent: z.int(), eventsWaiting: z.int() }),
            deliveries: z.array(deliverySchema),
          }),
          '4xx': problemSchema,
        },
      },
    }, async (request) => viewDeliveries(context, bankById(request.params.bank).id));
  };
}

/** What a bank knows of a customer, as the control API and the trial page show it. */
export async function viewCustomer(context: SandboxContext, bankId: string, customerId: string): Promise<z.infer<typeof customerViewSchema>> {
  await ensureCustomer(context, bankById(bankId), customerId);
  const { database } = context;
  const [person] = await database.query<{ name: string }>(sql`
    select given_name || ' ' || family_name as name from sandbox.customers where bank_id = ${bankId} and customer_id = ${customerId}`);
  const accounts = await accountsOfCustomer(database, bankId, customerId);
  const sums = await database.query<{ account_id: string; count: bigint; debits: string; credits: string; authorized: bigint }>(sql`
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
        id: account.account_id, kind: account.kind, product: account.product, last4: account.last4,
        opening: money(account.opening_minor),
        balance: balanceOf(account, now(context)),
        transactions: {
          count: Number(sum?.count ?? 0n), debits: money(BigInt(sum?.debits ?? 0)), credits: money(BigInt(sum?.credits ?? 0)),
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
  const [totals] = await database.query<{ queued: bigint; sent: bigint; failed: bigint; events_sent: bigint; waiting: bigint }>(sql`
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
      queued: Number(totals?.queued ?? 0n), sent: Number(totals?.sent ?? 0n), failed: Number(totals?.failed ?? 0n),
      eventsSent: Number(totals?.events_sent ?? 0n), eventsWaiting: Number(totals?.waiting ?? 0n),
    },
    deliveries: rows.map((row) => ({
      id: row.delivery_id, callbackUrl: row.callback_url, state: row.state, events: row.event_count, attempts: row.attempts,
      ...(row.answer_status !== null && { answerStatus: row.answer_status }),
      ...(row.answer !== null && { answer: row.answer }),
      createdAt: row.created_at.toISOString(),
      ...(row.sent_at && { sentAt: row.sent_at.toISOString() }),
    })),
  };
}
