import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, TellerlineError, type ActionId } from '#base';
import { problemSchema } from '#contract';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/octet-stream'];

/** Pictures that a browser brings to a case: the bytes alone are looked at, not what the file is called. */
export async function caseRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  server.addContentTypeParser(
    mediaTypes,
    { parseAs: 'buffer', bodyLimit: limits.casePictureBytesMax },
    (_request, body, done) => done(null, body),
  );
  server.withTypeProvider<ZodTypeProvider>().get(
    '/api/case-pictures/:picture',
    {
      schema: {
        tags: ['messenger'],
        summary: 'A picture of a case of one’s own: what staff sent, or one sent to them',
        params: z.object({ picture: z.uuid() }),
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      const { bytes, type } = await parts.talk.casePicture(thread, session.identityId, request.params.picture);
      return reply
        .type(type)
        .header('cache-control', 'no-store')
        .header('content-disposition', 'inline')
        .header('x-robots-tag', 'noindex')
        .send(bytes);
    },
  );
  server.withTypeProvider<ZodTypeProvider>().post(
    '/api/cases/:case/pictures',
    {
      bodyLimit: limits.casePictureBytesMax,
      config: { rateLimit: { max: 20, timeWindow: '1 minute' } },
      schema: {
        tags: ['messenger'],
        summary: 'Bring a picture to a case of one’s own; the chat asks before the bank gets it',
        description:
          'The body is the picture: JPEG, PNG, WebP or GIF, at most 5 MB. It is encoded anew, without where and when it was taken.',
        params: z.object({ case: z.string().max(64) }),
        response: { 202: z.object({}), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      const { body } = request;
      if (!Buffer.isBuffer(body))
        throw new TellerlineError(
          'picture_unreadable',
          422,
          'That is no picture that I can open. A JPEG or PNG works.',
        );
      await parts.talk.addPicture(thread, request.params.case as ActionId, body);
      return reply.status(202).send({});
    },
  );
}
