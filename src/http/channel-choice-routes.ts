import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { invariant, type IdentityId } from '#base';
import { channelChangeSchema, channelsSchema, TOLD_PURPOSES, type Channels } from '#contract';
import { previewsOf } from './channel-previews.ts';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

const tags = ['privacy'];
const params = z.object({ channel: z.uuid() });

/** "Where you are told": the channels besides the browser, how much stands in each, and taking one away. */
export function channelChoiceRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/channels',
    {
      schema: {
        tags,
        summary: 'Where the customer is told, how much by purpose, and what that looks like there',
        response: { 200: channelsSchema },
      },
    },
    async (request) => channelsOf(parts, request),
  );
  routes.put(
    '/api/channels/:channel',
    {
      schema: {
        tags,
        summary: 'Choose how much is told in a channel; more than before takes a proof for it',
        params,
        body: channelChangeSchema,
        response: { 200: channelsSchema },
      },
    },
    async (request) => {
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      await parts.channelChoices.change(session, thread, request.params.channel as IdentityId, request.body);
      return channelsOf(parts, request);
    },
  );
  routes.delete(
    '/api/channels/:channel',
    {
      schema: {
        tags,
        summary: 'Take a channel away: nothing more is told there',
        params,
        response: { 200: channelsSchema },
      },
    },
    async (request) => {
      const { thread } = await threadOf(parts, await sessionOf(parts, request));
      await parts.channelChoices.remove(thread, request.params.channel as IdentityId);
      return channelsOf(parts, request);
    },
  );
}

async function channelsOf(parts: HttpParts, request: FastifyRequest): Promise<Channels> {
  const session = await sessionOf(parts, request);
  const { customer, thread } = await threadOf(parts, session);
  const told = await parts.channelChoices.list(thread);
  const links = await parts.linking.links(session.customerId);
  const shared = new Set(links.flatMap((link) => link.purposes));
  const faces = parts.faces().filter(({ kind }) => kind !== 'shop');
  const bank = faces.find(({ id }) => links.some((link) => link.bank === id)) ?? faces[0];
  invariant(bank, 'the directory names a bank');
  const { locale, timeZone } = customer;
  const of = { locale, timeZone, bank, publicUrl: parts.publicUrl(), nowMs: parts.clock.nowMs() };
  return {
    channels: told.map(({ identityId, channel, detail, details, otherwise, spare }) => ({
      id: identityId,
      channel,
      detail,
      details,
      otherwise,
      spare,
    })),
    purposes: TOLD_PURPOSES.filter((purpose) => shared.has(purpose)),
    previews: [...new Set(told.map(({ channel }) => channel))].flatMap((channel) => previewsOf(channel, of)),
    reach: parts.reach.filter((channel) => channel === 'messenger' || channel === 'whatsapp'),
  };
}
