import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { sql } from '#db';
import { accountsOfConsent, type AccountRow } from './accounts.ts';
import { statementRoutes } from './cards/statements.ts';
import { revokeConsent, statusOf } from './consents.ts';
import { now } from './context.ts';
import { FdxError } from './fdx-errors.ts';
import { fdxAccount, fdxConsent } from './fdx-shapes.ts';
import { pageOfTransactions } from './fdx-transactions.ts';
import { eventsOriginOf } from './recipients.ts';
import { guarded, prepareFdxScope, type Access, type ResourceServer } from './resource-server.ts';

/** The FDX API of one bank, below its base address. */
export function fdxRoutes(server: ResourceServer) {
  return async (scope: FastifyInstance): Promise<void> => {
    prepareFdxScope(scope, server);
    accountRoutes(scope, server);
    customerRoutes(scope, server);
    consentRoutes(scope, server);
    subscriptionRoutes(scope, server);
    statementRoutes(scope, server);
    serviceRoutes(scope, server);
  };
}

function accountRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const { bank, context } = server;

  scope.get(
    '/accounts',
    guarded(server, async (access) => {
      access.need('ACCOUNT_BASIC', 'ACCOUNT_DETAILED');
      const accounts = await accountsOfConsent(context.database, access.consent.consent_id);
      const withBalances = access.consent.data_clusters.includes('ACCOUNT_DETAILED');
      return {
        page: { totalElements: accounts.length },
        links: {},
        accounts: accounts.map((account) => fdxAccount(bank, account, withBalances, now(context))),
      };
    }),
  );

  scope.get(
    '/accounts/:accountId',
    guarded(server, async (access, request) => {
      access.need('ACCOUNT_BASIC', 'ACCOUNT_DETAILED');
      const account = await findAccount(server, access, request);
      return fdxAccount(bank, account, access.consent.data_clusters.includes('ACCOUNT_DETAILED'), now(context));
    }),
  );

  scope.get(
    '/accounts/:accountId/transactions',
    guarded(server, async (access, request) => {
      access.need('TRANSACTIONS');
      return pageOfTransactions(server, access.consent, await findAccount(server, access, request), request);
    }),
  );
}

function customerRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const { bank, context } = server;

  scope.get(
    '/accounts/:accountId/payment-networks',
    guarded(server, async (access, request) => {
      access.need('ACCOUNT_PAYMENTS');
      const account = await findAccount(server, access, request);
      if (account.kind === 'card')
        throw new FdxError('invalidAccountType', 'a card belongs to no payment network for transfers');
      return {
        paymentNetworks: [
          {
            bankId: '000000000',
            identifierType: 'TOKENIZED_ACCOUNT_NUMBER',
            type: 'US_ACH',
            transferIn: true,
            transferOut: account.kind === 'checking',
          },
        ],
      };
    }),
  );

  scope.get(
    '/customers/current',
    guarded(server, async (access) => {
      access.need('CUSTOMER_CONTACT', 'CUSTOMER_PERSONAL');
      const [customer] = await context.database.query<{
        customer_id: string;
        given_name: string;
        family_name: string;
        city: string;
        region: string;
      }>(sql`
      select customer_id, given_name, family_name, city, region from sandbox.customers
      where bank_id = ${bank.id} and customer_id = ${access.consent.customer_id}`);
      if (!customer) throw new FdxError('customerNotFound', 'the customer is gone');
      const accounts = await accountsOfConsent(context.database, access.consent.consent_id);
      return {
        customerId: customer.customer_id,
        type: 'CONSUMER',
        name: { first: customer.given_name, last: customer.family_name },
        addresses: [{ type: 'HOME', city: customer.city, region: customer.region, country: 'US' }],
        accounts: accounts.map((account) => ({ accountId: account.account_id, relationship: 'PRIMARY' })),
      };
    }),
  );
}

async function findAccount(server: ResourceServer, access: Access, request: FastifyRequest): Promise<AccountRow> {
  const { accountId } = request.params as { accountId: string };
  const accounts = await accountsOfConsent(server.context.database, access.consent.consent_id);
  const account = accounts.find((candidate) => candidate.account_id === accountId);
  if (!account) throw new FdxError('accountNotFound', 'the consent opens no such account');
  return account;
}

const revocationSchema = z.object({
  reason: z.enum(['USER_ACTION', 'BUSINESS_RULE']),
  initiator: z.enum(['DATA_ACCESS_PLATFORM', 'DATA_PROVIDER', 'DATA_RECIPIENT', 'INDIVIDUAL', 'MERCHANT', 'VENDOR']),
});

function consentRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const { bank, context } = server;

  scope.get(
    '/consents/:consentId',
    guarded(
      server,
      async (access, request) => {
        ownConsent(access, request);
        const accounts = await accountsOfConsent(context.database, access.consent.consent_id);
        return fdxConsent(
          access.consent,
          accounts.map((account) => account.account_id),
          now(context),
        );
      },
      { ofEndedConsent: true },
    ),
  );

  scope.put(
    '/consents/:consentId/revocation',
    guarded(
      server,
      async (access, request, reply) => {
        ownConsent(access, request);
        const read = revocationSchema.safeParse(request.body);
        if (!read.success) throw new FdxError('headerMissing', 'the body takes a reason and an initiator');
        await revokeConsent(context, bank.id, access.consent.consent_id, { ...read.data, tell: false });
        return reply.code(204).send();
      },
      { ofEndedConsent: true },
    ),
  );

  scope.get(
    '/consents/:consentId/revocation',
    guarded(
      server,
      async (access, request) => {
        ownConsent(access, request);
        const { consent } = access;
        if (consent.status !== 'REVOKED') throw new FdxError('noData', 'the consent was not revoked');
        return {
          status: statusOf(consent, now(context)),
          reason: consent.revocation_reason,
          initiator: consent.revocation_initiator,
          updatedTime: consent.updated_at.toISOString(),
        };
      },
      { ofEndedConsent: true },
    ),
  );
}

function ownConsent(access: Access, request: FastifyRequest): void {
  const { consentId } = request.params as { consentId: string };
  if (consentId !== access.consent.consent_id) throw new FdxError('noData', 'the token stands for another consent');
}

const subscriptionSchema = z.object({
  type: z.enum(['CONSENT_REVOKED', 'CONSENT_UPDATED', 'RISK', 'BALANCE', 'PLANNED_OUTAGE', 'SERVICE', 'CUSTOM']),
  category: z.enum(['SECURITY', 'MAINTENANCE', 'FRAUD', 'CONSENT', 'NEW_DATA']),
  callbackUrl: z.url({ protocol: /^https?$/ }).max(500),
  subscriber: z.object({ name: z.string().min(1).max(100), type: z.string().min(1).max(40) }),
});

interface SubscriptionRow {
  subscription_id: string;
  type: string;
  category: string;
  callback_url: string;
  subscriber: Record<string, unknown>;
  created_at: Date;
}

function subscriptionRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const { database } = server.context;

  scope.post(
    '/notification-subscriptions',
    guarded(server, async (access, request, reply) => {
      const read = subscriptionSchema.safeParse(request.body);
      if (!read.success)
        throw new FdxError('headerMissing', `${read.error.issues[0]?.path.join('.') ?? 'the body'} is not readable`);
      const allowed = await eventsOriginOf(server.context, access.consent.client_id);
      if (new URL(read.data.callbackUrl).origin !== allowed) {
        throw new FdxError('notAuthorized', 'events go to the address that the recipient is registered with');
      }
      return reply.code(201).send(told(await subscribe(server, access.consent.consent_id, read.data)));
    }),
  );

  scope.get(
    '/notification-subscriptions',
    guarded(server, async (access) => {
      const rows = await database.query<SubscriptionRow>(sql`
      select * from sandbox.subscriptions where consent_id = ${access.consent.consent_id} and ended_at is null order by created_at`);
      return { page: { totalElements: rows.length }, links: {}, subscriptions: rows.map(told) };
    }),
  );

  scope.get(
    '/notification-subscriptions/:subscriptionId',
    guarded(server, async (access, request) => {
      const { subscriptionId } = request.params as { subscriptionId: string };
      const [row] = await database.query<SubscriptionRow>(sql`
      select * from sandbox.subscriptions
      where subscription_id = ${subscriptionId} and consent_id = ${access.consent.consent_id} and ended_at is null`);
      if (!row) throw new FdxError('noData', 'there is no such subscription');
      return told(row);
    }),
  );

  scope.delete(
    '/notification-subscriptions/:subscriptionId',
    guarded(server, async (access, request, reply) => {
      const { subscriptionId } = request.params as { subscriptionId: string };
      const ended = await database.execute(sql`
      update sandbox.subscriptions set ended_at = ${now(server.context)}
      where subscription_id = ${subscriptionId} and consent_id = ${access.consent.consent_id} and ended_at is null`);
      if (ended === 0) throw new FdxError('noData', 'there is no such subscription');
      return reply.code(204).send();
    }),
  );
}

/** Subscribes once: a second request for the same callback answers the subscription that is there. */
async function subscribe(
  server: ResourceServer,
  consentId: string,
  asked: z.infer<typeof subscriptionSchema>,
): Promise<SubscriptionRow> {
  return server.context.database.transaction(async (tx) => {
    await tx.execute(sql`select from sandbox.consents where consent_id = ${consentId} for update`);
    const [existing] = await tx.query<SubscriptionRow>(sql`
      select * from sandbox.subscriptions
      where consent_id = ${consentId} and callback_url = ${asked.callbackUrl} and type = ${asked.type}
        and category = ${asked.category} and ended_at is null`);
    if (existing) return existing;
    const [made] = await tx.query<SubscriptionRow>(sql`
      insert into sandbox.subscriptions (subscription_id, consent_id, callback_url, type, category, subscriber, created_at)
      values (${`sub_${randomBytes(12).toString('base64url')}`}, ${consentId}, ${asked.callbackUrl}, ${asked.type},
        ${asked.category}, ${JSON.stringify(asked.subscriber)}, ${now(server.context)})
      returning *`);
    if (!made) throw new Error('a subscription that was just stored is not there');
    return made;
  });
}

function told(row: SubscriptionRow): Record<string, unknown> {
  return {
    subscriptionId: row.subscription_id,
    type: row.type,
    category: row.category,
    callbackUrl: row.callback_url,
    subscriber: row.subscriber,
    effectiveDate: row.created_at.toISOString().slice(0, 10),
  };
}

/** What anybody may ask: whether the API is up, and what it can do. */
function serviceRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const { bank, context } = server;
  scope.get('/availability', async () => ({
    availability: [
      {
        operationId: 'all',
        status: 'ALIVE',
        description: `${bank.name} sandbox`,
        reportedTime: now(context).toISOString(),
      },
    ],
  }));
  scope.get('/capability', async () => ({
    fdxVersions: [bank.fdxVersion],
    operationIds: [
      'searchForAccounts',
      'getAccount',
      'searchForAccountTransactions',
      'getCustomerInfo',
      'getConsentGrant',
      'revokeConsent',
      'createNotificationSubscription',
    ],
    paging: bank.paging,
    pageSizeMax: bank.pageSizeMax,
    messageFormat: 'JSON',
  }));
}
