import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { directionSchema, merchantSchema, problemSchema } from '#contract';
import { bankById } from './banks.ts';
import { book, paySalary } from './bookings.ts';
import { bankParams, customer, type Controls } from './controls.ts';
import { readCustomerId } from './customers.ts';
import { settle } from './settling.ts';

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
  status: z
    .enum(['authorized', 'posted'])
    .optional()
    .describe('authorized, if not said; posted by itself after two days'),
  blankId: z.boolean().optional().describe('Told with a blank id while it is authorized, as some banks do'),
});

const bookedSchema = z.object({ accepted: z.int(), events: z.int().describe('How many a subscriber will hear of') });

/** Calls that move money: purchases, salaries, and what becomes of purchases that are held. */
export function activityRoutes(controls: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    await scope.register(purchaseRoute(controls));
    await scope.register(salaryRoute(controls));
    await scope.register(settleRoute(controls));
  };
}

/** Uses a card. */
function purchaseRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/purchases',
      {
        // A thousand purchases with everything said weigh less than this.
        bodyLimit: 2 * 1024 * 1024,
        schema: {
          summary: 'Use a card: books purchases and tells subscribers',
          params: bankParams,
          body: z.object({
            customer,
            account: z.enum(['card', 'checking']).optional(),
            purchases: z.array(bookingSchema).min(1).max(1000),
          }),
          response: { 202: bookedSchema, '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { body } = request;
        const booked = await book(
          context,
          bankById(request.params.bank),
          readCustomerId(body.customer),
          body.account ?? 'card',
          body.purchases,
        );
        return reply.code(202).send(booked);
      },
    );
  };
}

/** Pays in. */
function salaryRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/salary',
      {
        schema: {
          summary: 'Pay a salary into checking',
          params: bankParams,
          body: z.object({ customer, amount: z.string(), employer: z.string().min(1).max(80).optional() }),
          response: { 202: bookedSchema, '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { customer: username, amount, employer } = request.body;
        const paid = await paySalary(
          context,
          bankById(request.params.bank),
          readCustomerId(username),
          amount,
          employer,
        );
        return reply.code(202).send(paid);
      },
    );
  };
}

/** Posts or reverses what is held. */
function settleRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/settle',
      {
        schema: {
          summary: 'Post authorized purchases, or reverse them; all of a customer, or those named',
          params: bankParams,
          body: z.object({
            customer,
            to: z.enum(['posted', 'reversed']),
            ids: z.array(z.string()).max(1000).optional(),
            tipPercent: z.int().min(0).max(100).optional().describe('Posted with a tip of so many hundredths'),
            partPercent: z
              .int()
              .min(1)
              .max(99)
              .optional()
              .describe('Only so many hundredths are reversed; the rest stays authorized'),
            newIds: z.boolean().optional().describe('Told under other ids than before, as some banks do'),
          }),
          response: { 202: z.object({ moved: z.int() }), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { customer: username, ...settling } = request.body;
        return reply
          .code(202)
          .send({ moved: await settle(context, bankById(request.params.bank), readCustomerId(username), settling) });
      },
    );
  };
}
