import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { problemSchema } from '#contract';
import { bankById } from './banks.ts';
import { breakLogins, listConsents, revokeConsent, statusOf } from './consents.ts';
import { now } from './context.ts';
import { bankParams, customer, type Controls } from './controls.ts';
import { readCustomerId } from './customers.ts';
import { rotateEventKeys } from './event-keys.ts';
import { FAULTS } from './faults.ts';

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

/** Calls about consents: which there are, and ending one at the bank. */
export function consentRoutes({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/control/banks/:bank/consents',
      {
        schema: {
          summary: 'Consents at a bank, newest first',
          params: bankParams,
          querystring: z.object({ customer: z.string().optional() }),
          response: { 200: z.object({ consents: z.array(consentSchema) }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const bank = bankById(request.params.bank);
        const { customer: username } = request.query;
        const rows = await listConsents(
          context.database,
          bank.id,
          username === undefined ? undefined : readCustomerId(username),
        );
        return {
          consents: rows.map((row) => ({
            id: row.consent_id,
            customer: row.customer_id,
            recipient: row.client_id,
            ...(row.chat !== null && { chat: row.chat }),
            status: statusOf(row, now(context)),
            dataClusters: row.data_clusters,
            accounts: row.account_ids,
            subscribed: row.subscribed,
            loginBroken: row.login_broken,
            createdAt: row.created_at.toISOString(),
            expiresAt: row.expires_at.toISOString(),
          })),
        };
      },
    );

    scope.post(
      '/control/banks/:bank/consents/:grantId/revoke',
      {
        schema: {
          summary: 'Revoke a consent at the bank, as its customer; the recipient is told',
          params: bankParams.extend({ grantId: z.string() }),
          response: { 204: z.undefined(), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { bank, grantId } = request.params;
        const revoked = await revokeConsent(context, bankById(bank).id, grantId, {
          reason: 'USER_ACTION',
          initiator: 'INDIVIDUAL',
          tell: true,
        });
        if (!revoked)
          return reply.code(404).send({ code: 'consent_unknown', message: 'There is no such consent at this bank.' });
        return reply.code(204).send();
      },
    );
  };
}

/** Calls that make trouble for the other side: faults, and a change of keys. */
export function troubleRoutes({ context, faults }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/fault',
      {
        schema: {
          summary: 'Let a bank, or one customer of it, suffer a fault until it is set to none',
          description:
            'down: 503. slow: answers after seconds (20). html: 200 with a maintenance page. rate-limit: 429, Retry-After seconds (30). ' +
            'broken-login: tokens given out so far are refused with invalid_token; a new login works. none: all is well again.',
          params: bankParams,
          body: z.object({
            customer: customer.optional(),
            kind: z.enum(FAULTS),
            seconds: z.int().min(0).max(3600).optional(),
          }),
          response: { 204: z.undefined(), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const bank = bankById(request.params.bank);
        const { kind, seconds } = request.body;
        const customerId = request.body.customer === undefined ? undefined : readCustomerId(request.body.customer);
        if (kind === 'broken-login' || kind === 'none')
          await breakLogins(context, bank.id, customerId, kind === 'broken-login');
        faults.set(bank.id, customerId, kind, seconds);
        return reply.code(204).send();
      },
    );

    scope.post(
      '/control/banks/:bank/rotate-keys',
      {
        schema: {
          summary: 'Take a new key for signing events; the old one signs along for a day',
          params: bankParams,
          response: { 200: z.object({ kid: z.string() }), '4xx': problemSchema },
        },
      },
      async (request) => ({ kid: await rotateEventKeys(context, bankById(request.params.bank).id) }),
    );
  };
}
