import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { isTellerlineError } from '#base';
import type { Problem } from '#contract';
import type { SandboxContext } from './context.ts';
import { activityRoutes } from './control-activity.ts';
import { cardRoutes } from './cards/control-cards.ts';
import { consentRoutes, troubleRoutes } from './control-consents.ts';
import { drawControlPage } from './control-page.ts';
import { playRoute } from './control-play.ts';
import { viewRoutes } from './control-views.ts';
import type { Controls } from './controls.ts';
import { shopControl } from './shop/control.ts';
import type { SandboxShop } from './shop/shop.ts';
import { refuseForeign } from './same-origin.ts';

/**
 * The control API: what a person (or a test) may make happen at the banks. It has no sign-in, as everybody
 * who reaches the sandbox is trying it out; it listens on loopback.
 */
export async function controlApi(scope: FastifyInstance, controls: Controls, shop: SandboxShop): Promise<void> {
  scope.setValidatorCompiler(validatorCompiler);
  scope.setSerializerCompiler(serializerCompiler);
  scope.addHook('onRequest', async (request, reply) => {
    reply
      .header('x-content-type-options', 'nosniff')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
    refuseForeign(request, controls.context);
  });
  scope.setErrorHandler((error, _request, reply) => {
    const { status, problem } = problemOf(error, controls.context);
    return reply.code(status).send(problem);
  });
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sandbox bank: control',
        version: '1.0.0',
        description: 'Makes things happen at the four stand-in banks.',
      },
      servers: [{ url: controls.context.url }],
    },
    transform: jsonSchemaTransform,
  });
  await scope.register(activityRoutes(controls));
  await scope.register(playRoute(controls));
  await scope.register(consentRoutes(controls));
  await scope.register(troubleRoutes(controls));
  await scope.register(cardRoutes(controls));
  await scope.register(viewRoutes(controls));
  await scope.register(shopControl(shop));

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
    return {
      status: 422,
      problem: {
        code: 'body_invalid',
        message: issue?.message ?? 'The request cannot be read.',
        ...(field && { field }),
      },
    };
  }
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode < 500) {
    return { status: statusCode, problem: { code: 'request_invalid', message: 'The request cannot be read.' } };
  }
  context.log.error({ err: error }, 'a control call failed');
  return { status: 500, problem: { code: 'internal', message: 'Something went wrong here.' } };
}
