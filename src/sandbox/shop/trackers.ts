import { timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { SandboxShop } from './shop.ts';

const asked = z.object({
  tracker: z.object({ tracking_code: z.string().trim().min(1).max(60), carrier: z.string().max(40).optional() }),
});

/** A number that the stand-in carrier says it does not know, for trying out what is said then. */
const isUnknown = (code: string): boolean => code.replaceAll(/\W/g, '').endsWith('0000');

/**
 * The stand-in carrier's API, in EasyPost's form: a tracker is made for any number that looks like one, and scans of it
 * follow by webhook.
 *
 * Source: EasyPost's API v2, "Create a Tracker", and its error object.
 */
export function trackerRoutes(shop: SandboxShop): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post('/easypost/v2/trackers', { bodyLimit: 4_096 }, async (request, reply) => {
      if (!isKey(request.headers.authorization, shop.settings.carriers[0]?.api.key ?? ''))
        return reply.code(401).send(problem('APIKEY.INVALID', 'This API key is not known.'));
      const { success, data } = asked.safeParse(request.body);
      if (!success || isUnknown(data.tracker.tracking_code))
        return reply.code(422).send(problem('TRACKER.CREATE.ERROR', 'No tracker can be made for this code.'));
      const tracker = shop.track(data.tracker.tracking_code, data.tracker.carrier);
      return reply.code(201).send(tracker);
    });
  };
}

const problem = (code: string, message: string): object => ({ error: { code, message, errors: [] } });

function isKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(header ?? '');
  const expected = Buffer.from(`Basic ${Buffer.from(`${key}:`).toString('base64')}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
