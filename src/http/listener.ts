import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { TellerlineError } from '#base';
import { stopping } from './admission.ts';
import { isOwnHost } from './origin.ts';
import type { HttpParts } from './parts.ts';
import { answerError, notFound } from './problem.ts';

/** Ordinary bodies are a few hundred bytes; events have a limit of their own. */
const bodyBytesMax = 32 * 1024;

/** Answered to the end. */
const forOperators = new Set(['/livez', '/readyz', '/metrics']);

/** A listener with what every listener has: one form of errors, strict headers, limits, no personal data in its log. */
export async function createListener(parts: HttpParts): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = parts.log;
  const server = fastify({
    loggerInstance,
    // A line for each request would carry addresses; what matters is logged where it happens.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: parts.trustProxy,
    bodyLimit: bodyBytesMax,
    requestTimeout: 30_000,
    return503OnClosing: true,
    // What is under way is finished: a batch that is committed and not answered would be sent again.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 128 },
  });
  // A form of another site can send text/plain without asking first; nothing here takes it.
  server.removeContentTypeParser('text/plain');
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((_request, reply) => reply.status(404).send(notFound));
  server.addHook('onRequest', async (request) => {
    if (isOwnHost(parts, request.host)) return;
    throw new TellerlineError('host_unknown', 421, 'This address is not one of ours.');
  });
  server.addHook('onRequest', async (request, reply) => {
    if (!parts.admission.closed || forOperators.has(request.url)) return;
    void reply.header('connection', 'close');
    throw stopping();
  });
  await server.register(cookie);
  await server.register(rateLimit, { global: false });
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'", ...parts.embedOrigins],
      },
    },
    hsts: parts.publicUrl().startsWith('https:'),
    referrerPolicy: { policy: 'no-referrer' },
    // frame-ancestors says it, and this older header knows no list.
    frameguard: parts.embedOrigins.length > 0 ? false : { action: 'sameorigin' },
    // The widget's script is loaded by pages of the same site.
    crossOriginResourcePolicy: { policy: 'same-site' },
  });
  return server;
}

/** Listens; answers the address by which this machine reaches it. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  await server.listen({ host, port });
  const address = server.server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return `http://localhost:${bound}`;
}

/** What is under way gets so long to end once nothing new is taken. */
const finishMsMax = 3000;

/** Ends a listener: what is under way is finished, what takes too long is cut off. */
export async function closeListener(server: FastifyInstance): Promise<void> {
  const late = setTimeout(() => server.server.closeAllConnections(), finishMsMax);
  await server.close();
  clearTimeout(late);
}
