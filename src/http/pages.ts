import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { isTellerlineError } from '#base';
import type { LooseningActName } from '#contract';
import { findCustomer } from '#customers';
import { consentPage } from './consent-page.ts';
import { joinCustomer } from './join.ts';
import type { HttpParts } from './parts.ts';
import { refusalPage } from './refusal-page.ts';
import { sessionOf, walkerOf } from './session-cookie.ts';

/** The messenger's built pages. */
export const webDirectory = fileURLToPath(new URL('../../dist/web/', import.meta.url));
const consentId = z.uuid();
/** What is asked for in place of something that is no id: there is none. */
const noConsent = '00000000-0000-0000-0000-000000000000';
const stylesheet = new URL('plain.css', import.meta.url);

/** The messenger, the linking page, and the browser's return from the bank. */
export async function pageRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const css = await readFile(stylesheet, 'utf8');
  await server.register(fastifyStatic, {
    root: webDirectory,
    wildcard: false,
    index: ['index.html'],
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Built files carry their content's hash in their names; pages and the service worker do not.
      const hashed = path.includes('/assets/');
      const page = /\/(?:view|m)\.html(?:\.\w+)?$/.test(path) ? 'no-store' : 'no-cache';
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : page);
    },
  });
  server.get('/plain.css', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/css').header('cache-control', 'public, max-age=3600').send(css),
  );
  server.get<{ Params: { attempt: string } }>('/link/:attempt', { schema: { hide: true } }, async (request, reply) => {
    try {
      const { attempt } = request.params;
      await parts.linking.check(await walkerOf(parts, request, { attempt }), attempt);
    } catch (error) {
      return refuse(request, reply, error);
    }
    return await reply.header('cache-control', 'no-store').sendFile('link.html', { cacheControl: false });
  });
  chatPages(server);
  server.get('/privacy', { schema: { hide: true } }, async (_request, reply) =>
    reply.sendFile('privacy.html', { cacheControl: false }),
  );
  // The address that a one-time token's fragment stands behind: asked for with GET or HEAD it is a page like any other.
  server.get('/v', { schema: { hide: true } }, async (_request, reply) =>
    reply.sendFile('view.html', { cacheControl: false }),
  );
  server.get<{ Params: { consent: string } }>(
    '/consents/:consent',
    { schema: { hide: true } },
    async (request, reply) => {
      try {
        const { customerId } = await sessionOf(parts, request);
        const customer = await findCustomer(parts.database, customerId);
        const asked = consentId.safeParse(request.params.consent);
        const copy = await parts.linking.signedCopy(customerId, asked.success ? asked.data : noConsent);
        const page = consentPage(copy, customer?.timeZone ?? 'UTC');
        return await reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
      } catch (error) {
        return refuse(request, reply, error);
      }
    },
  );
  server.get('/link/return', { schema: { hide: true } }, async (request, reply) => {
    let back = '/';
    try {
      const returned = new URL(request.url, parts.publicUrl());
      const session = await walkerOf(parts, request, { state: returned.searchParams.get('state') ?? '' });
      const came = await parts.linking.finish(session, returned);
      if (came.intent === 'link-from-chat') return await reply.redirect(`/m/${came.attemptId}`, 303);
      if (came.intent === 'link' && came.linkId) await parts.talk.offerPasskey(session.customerId);
      if (came.intent === 'proof') return await reply.redirect(ofChat.includes(came.act) ? '/' : '/privacy', 303);
      if (came.intent === 'sign-in') {
        await joinCustomer(parts, request, reply, session, came.customerId);
        if (came.back === 'view') back = '/v';
      }
    } catch (error) {
      return refuse(request, reply, error);
    }
    return reply.redirect(back, 303);
  });
}

/** Acts whose buttons stand in the chat: there the browser goes on. */
const ofChat: readonly LooseningActName[] = [
  'release-hold',
  'unfreeze-card',
  'raise-limit',
  'replace-card',
  'widen-card-use',
];

/** The pages that link a bank for a chat at another messenger. */
function chatPages(server: FastifyInstance): void {
  // The address says nothing to us: its secret stands in the fragment, and only a tap sends it.
  for (const path of ['/m', '/m/:attempt']) {
    server.get(path, { schema: { hide: true } }, async (_request, reply) =>
      reply.header('cache-control', 'no-store').sendFile('m.html', { cacheControl: false }),
    );
  }
}

/** A plain page for a person: what happened, that nothing was lost, and the way back. */
function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = isTellerlineError(error) ? error : undefined;
  if (!known || known.status >= 500) request.log.error({ err: error }, 'a page was refused');
  const page = refusalPage(known?.code ?? 'unexpected', request.headers['accept-language']);
  return reply
    .status(known?.status ?? 500)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}
