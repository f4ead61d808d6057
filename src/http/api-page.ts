import { createHash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits } from '#base';
import {
  bankEventSchema,
  cardSchema,
  carrierEventSchema,
  clientFrameSchema,
  serverFrameSchema,
  shopEventSchema,
} from '#contract';

const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries({
  BankEvent: bankEventSchema,
  ShopEvent: shopEventSchema,
  CarrierEvent: carrierEventSchema,
  Card: cardSchema,
  ServerFrame: serverFrameSchema,
  ClientFrame: clientFrameSchema,
})) {
  registry.add(schema, { id });
}

/** The events' address takes raw bytes, for the signature; this is what they hold. */
const eventsUrl = '/v1/banks/:bank/events';
const signedBatch = z.object({ events: z.array(bankEventSchema).min(1).max(limits.eventsPerBatchMax) });
const transform = createJsonSchemaTransform({ schemaRegistry: registry });

/** Collects the routes' contract; must be registered before them. */
export async function describeApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tellerline',
        version: '1',
        description: 'Events from banks come in signed; the web messenger talks by its session cookie.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'events', description: 'What banks send' },
        { name: 'messenger', description: 'The web messenger’s own calls' },
        { name: 'linking', description: 'From the disclosure to the bank' },
        { name: 'desk', description: 'What a bank’s staff do, on the staff listener (/desk/openapi.json)' },
        { name: 'sign-in', description: 'Passkeys, sessions, and proofs for acts that loosen something' },
      ],
    },
    transform: (route) =>
      transform(route.url === eventsUrl ? { ...route, schema: { ...route.schema, body: signedBatch } } : route),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: registry }),
  });
}

/** The contract as a page at `/docs`, and as JSON at `/docs/openapi.json`. */
export async function apiPage(server: FastifyInstance): Promise<void> {
  await server.register(scalar, {
    routePrefix: '/docs',
    configuration: { withDefaultFonts: false, telemetry: false, agent: { disabled: true }, hideClientButton: true },
    hooks: {
      onRequest: (_request, _reply, done) => done(),
      preHandler: (_request, _reply, done) => done(),
    },
  });
}

/**
 * The policy of that one page. Its own scripts stand in the page, so each is allowed by its hash; its
 * styles are made by script and need 'unsafe-inline'.
 */
export function apiPagePolicy(html: string): string {
  const scripts = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => {
    const hash = createHash('sha256')
      .update(code ?? '')
      .digest('base64');
    return `'sha256-${hash}'`;
  });
  return [
    "default-src 'none'",
    `script-src 'self' ${scripts.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
