import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { problemSchema } from '#contract';
import { SCANS } from './carrier.ts';
import type { SandboxShop } from './shop.ts';

const order = z.object({ order: z.coerce.number().int() });
const done = z.object({ done: z.literal(true) });
const parcels = z.array(z.object({ trackingNumber: z.string() }));

/** The control API of the stand-in shop and carrier. */
export function shopControl(shop: SandboxShop): FastifyPluginAsyncZod {
  return async (scope) => {
    await scope.register(orderCalls(shop));
    await scope.register(changeCalls(shop));
    await scope.register(scanCall(shop));
  };
}

/** Ordering and sending. */
function orderCalls(shop: SandboxShop): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/shop/orders',
      {
        schema: {
          summary: 'Order at Northwind Books, with the code of a chat',
          body: z.object({
            code: z.string().max(40).default(''),
            goods: z.array(z.int().min(0).max(2)).min(1).max(10).optional(),
          }),
          response: { 202: z.object({ order: z.int(), number: z.int() }), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { code, goods } = request.body;
        const { id, number } = await shop.order({ code, ...(goods && { goods }) });
        return reply.code(202).send({ order: id, number });
      },
    );
    scope.post(
      '/control/shop/orders/:order/ship',
      {
        schema: {
          summary: 'Send it, in one parcel or several',
          params: order,
          body: z.object({ parcels: z.int().min(1).max(5).default(1) }),
          response: { 202: z.object({ parcels }), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const sent = await shop.ship(request.params.order, request.body.parcels);
        return reply.code(202).send({ parcels: sent.map(({ trackingNumber }) => ({ trackingNumber })) });
      },
    );
  };
}

/** What becomes of an order. */
function changeCalls(shop: SandboxShop): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/shop/orders/:order/refund',
      {
        schema: {
          summary: 'Give money back: so many cents, or all that is left',
          params: order,
          body: z.object({ cents: z.int().positive().optional() }),
          response: { 202: done, '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        await shop.refund(request.params.order, request.body.cents);
        return reply.code(202).send({ done: true });
      },
    );
    for (const [act, summary] of [
      ['pay', 'It is paid'],
      ['cancel', 'It is called off'],
      ['again', 'The shop tells of it once more'],
    ] as const)
      scope.post(
        `/control/shop/orders/:order/${act}`,
        { schema: { summary, params: order, response: { 202: done, '4xx': problemSchema } } },
        async (request, reply) => {
          await shop[act](request.params.order);
          return reply.code(202).send({ done: true });
        },
      );
  };
}

function scanCall(shop: SandboxShop): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/parcels/:tracking/scan',
      {
        schema: {
          summary: 'The carrier scans a parcel',
          description: '`late-scan` happened before all others and is told now.',
          params: z.object({ tracking: z.string().max(60) }),
          body: z.object({ scan: z.enum(SCANS) }),
          response: { 202: done, '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        await shop.scan(request.params.tracking, request.body.scan);
        return reply.code(202).send({ done: true });
      },
    );
  };
}
