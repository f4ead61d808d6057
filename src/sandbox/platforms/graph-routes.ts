import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callGraph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { readGraphBody } from './graph-request.ts';
import type { GraphAnswer, PlatformContext } from './platform-context.ts';

/** Uploads of pictures are the largest bodies. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The Graph API under `/graph`: Messenger's and WhatsApp's, told apart by the token. */
export function graphRoutes(context: PlatformContext) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    scope.setErrorHandler((error, _request, reply) => {
      const refused = error instanceof GraphError ? error : new GraphError('parameter', 'The request cannot be read');
      return reply.code(refused.status).send(refused.body(undefined));
    });
    const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const body = Buffer.isBuffer(request.body) ? request.body : undefined;
      const [, bearer] = /^(?:Bearer|OAuth) +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
      const answer = await callGraph(context, {
        method: request.method,
        address: new URL(request.url.replace(/^\/graph/, '') || '/', 'http://graph'),
        body: await readGraphBody(body, request.headers['content-type']),
        ...(bearer !== undefined && { bearer }),
      });
      return send(request, reply, answer);
    };
    scope.get('/graph/whatsapp-media/:id', async (request, reply) => {
      const [, token] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (context.accounts.byToken(token ?? '')?.platform !== 'whatsapp') throw new GraphError('badToken');
      return sendMedia(context, reply, (request.params as { id: string }).id);
    });
    // Messenger's addresses of pictures open for everybody who has them.
    scope.get('/graph/cdn/:id', async (request, reply) =>
      sendMedia(context, reply, (request.params as { id: string }).id),
    );
    scope.route({ method: ['GET', 'POST', 'DELETE'], url: '/graph', handler: serve });
    scope.route({ method: ['GET', 'POST', 'DELETE'], url: '/graph/*', handler: serve });
  };
}

function send(request: FastifyRequest, reply: FastifyReply, answer: GraphAnswer): FastifyReply {
  if (answer.cut) {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  if (answer.usage) {
    const { accountId, percent } = answer.usage;
    const counts = { call_count: percent, total_cputime: 0, total_time: 0, estimated_time_to_regain_access: 0 };
    const usage = JSON.stringify({ [accountId]: [{ type: 'messenger', ...counts }] });
    void reply.header('x-business-use-case-usage', usage);
  }
  return reply
    .code(answer.status)
    .header('facebook-api-version', 'v26.0')
    .header('x-app-usage', JSON.stringify({ call_count: 1, total_time: 1, total_cputime: 1 }))
    .type('application/json; charset=UTF-8')
    .send(JSON.stringify(answer.body));
}

async function sendMedia(context: PlatformContext, reply: FastifyReply, id: string): Promise<FastifyReply> {
  const media = await context.media.read(id);
  if (!media) throw new GraphError('noSuchObject');
  return reply.type(media.mimeType).header('x-content-type-options', 'nosniff').send(media.bytes);
}
