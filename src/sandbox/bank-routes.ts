import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cardControlRoutes } from './cards/card-control-routes.ts';
import type { Provider } from 'oidc-provider';
import type { SandboxContext } from './context.ts';
import { publicEventKeys } from './event-keys.ts';
import { fdxRoutes } from './fdx-routes.ts';
import type { LoginSite } from './interaction-steps.ts';
import { interactionRoutes } from './interactions.ts';
import type { ResourceServer } from './resource-server.ts';
import { staffLoginRoutes } from './staff/login.ts';

/** Everything of one bank below `/{bank}`: FDX API, its own pages, event keys, and the authorization server. */
export function bankRoutes(server: ResourceServer, staff: LoginSite) {
  const { context, bank, provider, faults } = server;
  return async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    });
    app.get(`/${bank.id}/event-keys`, async (_request, reply) => {
      reply.header('cache-control', 'max-age=60');
      return publicEventKeys(context, bank.id);
    });

    await app.register(async (scope) => {
      // A bank that is down is down for everything but its published keys.
      scope.addHook('onRequest', async (_request, reply) => {
        const answer = await faults.suffer(faults.of(bank.id));
        if (answer) return reply.code(answer.status).headers(answer.headers).send(answer.body);
        return undefined;
      });
      await scope.register(fdxRoutes(server), { prefix: `/${bank.id}/fdx/${bank.fdxPath}` });
      await scope.register(cardControlRoutes(server), { prefix: `/${bank.id}/card-control/v1` });
      await scope.register(interactionRoutes({ context, bank, provider, path: bank.id }), { prefix: `/${bank.id}` });
      await scope.register(authorizationRoutes(context, provider, bank.id));
      await scope.register(staffRoutes(staff));
    });
  };
}

/** The identity provider of the bank's staff, below `/{bank}/staff`. */
function staffRoutes(staff: LoginSite) {
  return async (scope: FastifyInstance): Promise<void> => {
    await scope.register(staffLoginRoutes(staff), { prefix: `/${staff.path}` });
    await scope.register(authorizationRoutes(staff.context, staff.provider, staff.path));
  };
}

/** Hands requests to the authorization server with its part of the path, body unread. */
function authorizationRoutes(context: SandboxContext, provider: Provider, path: string) {
  const answer = provider.callback();
  const below = `/${path}`;
  const handOver = (pathOf: (url: string) => string) => async (request: FastifyRequest, reply: FastifyReply) => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    const raw: IncomingMessage & { originalUrl?: string } = request.raw;
    // The library makes addresses of these three: they must come out below the issuer whatever was called.
    raw.url = pathOf(raw.url ?? '/');
    raw.originalUrl = `${below}${raw.url}`;
    raw.headers.host = new URL(context.url).host;
    await answer(raw, reply.raw);
  };

  return async (scope: FastifyInstance): Promise<void> => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all(
      `${below}/*`,
      handOver((url) => url.slice(below.length)),
    );
    // RFC 8414 puts the well-known part before the issuer's path.
    scope.get(
      `/.well-known/oauth-authorization-server${below}`,
      handOver(() => '/.well-known/oauth-authorization-server'),
    );
  };
}
