import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { fdxBase, type SandboxBank } from './banks.ts';
import { statusOf, type ConsentRow, findConsent } from './consents.ts';
import { now, type SandboxContext } from './context.ts';
import { checkProof, DPOP_ALGORITHMS, DpopRefusal, dpopNonces, proofMemory } from './dpop.ts';
import type { ControlFaults } from './cards/card-faults.ts';
import type { DataCluster } from './consent-request.ts';
import type { Faults } from './faults.ts';
import { FdxError } from './fdx-errors.ts';
import type { Quota } from './quota.ts';

/** One bank's FDX API: who is asking, and what it was allowed. */
export interface ResourceServer {
  readonly context: SandboxContext;
  readonly bank: SandboxBank;
  readonly provider: Provider;
  readonly faults: Faults;
  readonly controlFaults: ControlFaults;
  readonly quota: Quota;
  readonly nonces: ReturnType<typeof dpopNonces>;
  readonly memory: ReturnType<typeof proofMemory>;
}

/** A request that got through: the consent it stands on. */
export interface Access {
  readonly consent: ConsentRow;
  /** @throws FdxError 602 unless the customer allowed one of these */
  need(...clusters: readonly DataCluster[]): void;
}

type Answer = (access: Access, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Wraps a route of the FDX API: interaction id, token and proof, consent, quota, then the answer itself.
 * `ofEndedConsent`: also answers for a consent that is over, whose token still tells its own state.
 */
export function guarded(server: ResourceServer, answer: Answer, options: { ofEndedConsent?: boolean } = {}) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const actor = readActor(request);
    const consent = await authenticate(server, request, reply);
    if (!options.ofEndedConsent) refuseEnded(consent, now(server.context));

    const { bank, faults } = server;
    const fault = await faults.suffer(faults.of(bank.id, consent.customer_id));
    if (fault) return reply.code(fault.status).headers(fault.headers).send(fault.body);

    const retryAfter = server.quota.take(`${consent.consent_id} ${actor}`, bank.quota[actor]);
    if (retryAfter !== undefined) {
      throw new FdxError('tooManyRequests', `${bank.quota[actor]} calls a minute as ${actor}`, {
        'retry-after': String(retryAfter),
      });
    }
    const need = (...clusters: readonly DataCluster[]): void => {
      if (!clusters.some((cluster) => consent.data_clusters.includes(cluster))) {
        throw new FdxError('notAuthorized', `the consent does not hold ${clusters.join(' or ')}`);
      }
    };
    return answer({ consent, need }, request, reply);
  };
}

/** Checks, echoes and logs the interaction id of every call, and words errors as FDX does. */
export function prepareFdxScope(scope: FastifyInstance, { context, bank }: ResourceServer): void {
  scope.addHook('onRequest', async (request, reply) => {
    const id = interactionOf(request);
    if (id === undefined) throw new FdxError('headerMissing', 'x-fapi-interaction-id is required');
    reply.header('x-fapi-interaction-id', id);
    reply.header('cache-control', 'no-store');
  });
  scope.addHook('onResponse', async (request, reply) => {
    // The template of the path, never the path: that one names accounts and consents.
    const path = request.routeOptions.url ?? 'no such path';
    const { method } = request;
    const actor = request.headers['fdx-api-actor-type'] === 'USER' ? 'USER' : 'BATCH';
    context.log.info(
      { bank: bank.id, interaction: interactionOf(request), actor, method, path, status: reply.statusCode },
      'FDX call',
    );
  });
  scope.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: '404', message: 'Not found', debugMessage: 'there is no such resource' }),
  );
  scope.setErrorHandler((error, request, reply) => {
    if (error instanceof FdxError) return reply.code(error.status).headers(error.headers).send(error.body);
    const status = (error as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status < 500) {
      const refusal = new FdxError('headerMissing', 'the request cannot be read');
      return reply.code(status).send(refusal.body);
    }
    context.log.error({ err: error, path: request.routeOptions.url }, 'an FDX call failed');
    const failure = new FdxError('internal', 'something went wrong here');
    return reply.code(failure.status).send(failure.body);
  });
}

/** The call's own id, by which both sides find it in their logs (FAPI 2.0, FDX); undefined when it is none. */
function interactionOf(request: FastifyRequest): string | undefined {
  const id = request.headers['x-fapi-interaction-id'];
  return typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
}

function readActor(request: FastifyRequest): 'USER' | 'BATCH' {
  const actor = request.headers['fdx-api-actor-type'] ?? 'BATCH';
  if (actor === 'USER' || actor === 'BATCH') return actor;
  throw new FdxError('headerMissing', 'FDX-API-Actor-Type is USER or BATCH');
}

async function authenticate(server: ResourceServer, request: FastifyRequest, reply: FastifyReply): Promise<ConsentRow> {
  reply.header('dpop-nonce', server.nonces.next());
  if (new URL(request.url, server.context.url).searchParams.has('access_token')) {
    throw new FdxError('headerMissing', 'an access token is taken from the Authorization header only');
  }
  const [, accessToken] = /^DPoP ([\w~+/.-]+=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!accessToken) throw unauthorized('invalid_token', 'an access token of type DPoP is required');

  const token = await server.provider.AccessToken.find(accessToken);
  if (!token?.grantId || typeof token['jkt'] !== 'string')
    throw unauthorized('invalid_token', 'the access token is not known or has expired');
  await requireProof(server, request, accessToken, token['jkt']);

  const consent = await findConsent(server.context.database, server.bank.id, token.grantId);
  if (!consent || consent.login_broken) throw unauthorized('invalid_token', 'the access token is no longer good');
  return consent;
}

async function requireProof(
  server: ResourceServer,
  request: FastifyRequest,
  accessToken: string,
  thumbprint: string,
): Promise<void> {
  const { origin } = new URL(server.context.url);
  const proof = request.headers['dpop'];
  try {
    await checkProof(typeof proof === 'string' ? proof : undefined, {
      method: request.method,
      url: new URL(request.url, origin).href,
      accessToken,
      thumbprint,
      nonces: server.nonces,
      memory: server.memory,
    });
  } catch (error) {
    if (error instanceof DpopRefusal) throw unauthorized(error.error, error.message);
    throw error;
  }
}

function unauthorized(error: string, description: string): FdxError {
  const challenge = `DPoP error="${error}", error_description="${description.replaceAll(/["\\]/g, '')}", algs="${DPOP_ALGORITHMS.join(' ')}"`;
  return new FdxError('authenticationFailed', description, { 'www-authenticate': challenge });
}

function refuseEnded(consent: ConsentRow, at: Date): void {
  const status = statusOf(consent, at);
  if (status === 'ACTIVE') return;
  throw new FdxError('consentEnded', `the consent is ${status}`, {
    'www-authenticate': `DPoP error="invalid_token", error_description="the consent is ${status}", algs="${DPOP_ALGORITHMS.join(' ')}"`,
  });
}

/** Address of a route of this bank's API, for links in answers. */
export function fdxAddress(server: ResourceServer, path: string): string {
  return `${fdxBase(server.context.url, server.bank)}${path}`;
}
