import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { invariant, limits, type IdentityId } from '#base';
import { channelChangeSchema, channelsSchema, TOLD_PURPOSES, type BankFace, type Channels } from '#contract';
import type { Customer, Session } from '#customers';
import type { LinkView } from '#linking';
import { examplePicture, previewsOf, type PreviewsFor } from './channel-previews.ts';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

const tags = ['privacy'];
const params = z.object({ channel: z.uuid() });
const exampleParams = z.object({ purpose: z.enum(TOLD_PURPOSES) });

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
    async (request) => channelsOf(parts, await sessionOf(parts, request)),
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
      return channelsOf(parts, session);
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
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      await parts.channelChoices.remove(thread, request.params.channel as IdentityId);
      return channelsOf(parts, session);
    },
  );
  const rateLimit = { max: limits.notificationCallsPerMinuteMax, timeWindow: '1 minute' };
  routes.get(
    '/api/channels/examples/:purpose',
    { config: { rateLimit }, schema: { hide: true, params: exampleParams } },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const { customer } = await threadOf(parts, session);
      const of = previewsFor(parts, customer, await parts.linking.links(session.customerId));
      const example = examplePicture(request.params.purpose, of);
      const given = new AbortController();
      reply.raw.once('close', () => given.abort());
      const { png } = await parts.pictures.drawExample(example, given.signal);
      return reply.type('image/png').header('cache-control', 'private, max-age=600').send(png);
    },
  );
}

async function channelsOf(parts: HttpParts, session: Session): Promise<Channels> {
  const { thread, customer } = await threadOf(parts, session);
  const told = await parts.channelChoices.list(thread);
  const links = await parts.linking.links(session.customerId);
  const shared = new Set(links.flatMap((link) => link.purposes));
  const of = previewsFor(parts, customer, links);
  const messengers = new Map(parts.channels.map((one) => [one.channel, one]));
  return {
    channels: told.map(({ identityId, channel, detail, details, otherwise, spare }) => ({
      id: identityId,
      channel,
      name: messengers.get(channel)?.name,
      hasWindow: messengers.get(channel)?.hasWindow ?? false,
      detail,
      details,
      otherwise,
      spare,
    })),
    purposes: TOLD_PURPOSES.filter((purpose) => shared.has(purpose)),
    previews: [...new Set(told.map(({ channel }) => channel))].flatMap((channel) =>
      previewsOf(channel, messengers.get(channel), of),
    ),
    reach: parts.channels.map(({ channel, name }) => ({ channel, name })),
  };
}

/** Examples are of the customer's first bank and shop, in their language and zone. */
function previewsFor(
  parts: HttpParts,
  { locale, timeZone }: Pick<Customer, 'locale' | 'timeZone'>,
  links: readonly Pick<LinkView, 'bank'>[],
): PreviewsFor {
  const [shops, banks] = [parts.faces().filter(isShop), parts.faces().filter((face) => !isShop(face))];
  const linked = ({ id }: BankFace): boolean => links.some((link) => link.bank === id);
  const bank = banks.find(linked) ?? banks[0];
  invariant(bank, 'the directory names a bank');
  // Without a shop there is nothing of one to choose, and no example of it is shown.
  const shop = (shops.find(linked) ?? shops[0] ?? bank).name;
  return { locale, timeZone, bank, shop, publicUrl: parts.publicUrl(), nowMs: parts.clock.nowMs() };
}

const isShop = ({ kind }: BankFace): boolean => kind === 'shop';
