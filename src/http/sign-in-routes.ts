import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, type PasskeyId, type SessionId } from '#base';
import {
  bankProofSchema,
  bankSessionSchema,
  looseningActSchema,
  meSchema,
  newPasskeySchema,
  passkeyAnswerSchema,
  passkeyOptionsSchema,
  passkeysSchema,
  proofSchema,
  sessionsEndedSchema,
  sessionsSchema,
  signAnswerSchema,
  type Passkeys,
} from '#contract';
import { browserKindOf, type Session } from '#customers';
import { joinCustomer } from './join.ts';
import { meOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionCookie, sessionOf } from './session-cookie.ts';

const tags = ['sign-in'];

/** Passkeys, sessions and proofs: `/api/passkeys`, `/api/sessions`, `/api/proofs`, by the session cookie. */
export function signInRoutes(server: FastifyInstance, parts: HttpParts): void {
  const keyGenerator = (request: FastifyRequest): string => request.cookies[sessionCookie(parts)] ?? request.ip;
  const config = { rateLimit: { max: limits.signInCallsPerMinuteMax, timeWindow: '1 minute', keyGenerator } };
  sessionRoutes(server, parts);
  passkeyRoutes(server, parts, config);
  proofRoutes(server, parts, config);
  newBrowserRoutes(server, parts, config);
}

function sessionRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/sessions',
    { schema: { tags, summary: 'Where the customer is signed in', response: { 200: sessionsSchema } } },
    async (request) => ({ sessions: await parts.signIn.sessions(await sessionOf(parts, request)) }),
  );
  routes.delete(
    '/api/sessions/:session',
    {
      schema: {
        tags,
        summary: 'End one session; safe to repeat',
        params: z.object({ session: z.uuid() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await parts.signIn.end(await sessionOf(parts, request), request.params.session as SessionId);
      return reply.status(204).send(null);
    },
  );
  routes.delete(
    '/api/sessions',
    { schema: { tags, summary: 'End all other sessions', response: { 200: sessionsEndedSchema } } },
    async (request) => ({ ended: await parts.signIn.end(await sessionOf(parts, request), 'others') }),
  );
}

type Config = { readonly rateLimit: object };

function passkeyRoutes(server: FastifyInstance, parts: HttpParts, config: Config): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/passkeys',
    { schema: { tags, summary: 'The customer’s passkeys', response: { 200: passkeysSchema } } },
    async (request) => passkeysOf(parts, await sessionOf(parts, request)),
  );
  routes.post(
    '/api/passkeys/options',
    { config, schema: { tags, summary: 'Begin to add a passkey', response: { 200: passkeyOptionsSchema } } },
    async (request) => parts.signIn.beginAdding(await sessionOf(parts, request)),
  );
  routes.post(
    '/api/passkeys',
    { config, schema: { tags, summary: 'Add it', body: newPasskeySchema, response: { 200: passkeysSchema } } },
    async (request) => {
      const session = await sessionOf(parts, request);
      const kind = browserKindOf(request.headers['user-agent']);
      await parts.signIn.add(session, request.body, kind);
      await parts.talk.sayPasskey(session.customerId, 'added', kind);
      return passkeysOf(parts, session);
    },
  );
  routes.delete(
    '/api/passkeys/:passkey',
    {
      config,
      schema: {
        tags,
        summary: 'Remove a passkey; takes a proof for it',
        params: z.object({ passkey: z.uuid() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      await parts.signIn.remove(session, request.params.passkey as PasskeyId);
      await parts.talk.sayPasskey(session.customerId, 'removed', browserKindOf(request.headers['user-agent']));
      return reply.status(204).send(null);
    },
  );
}

function proofRoutes(server: FastifyInstance, parts: HttpParts, config: Config): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/proofs/options',
    {
      config,
      schema: {
        tags,
        summary: 'Begin to prove an act by a passkey',
        body: looseningActSchema,
        response: { 200: passkeyOptionsSchema },
      },
    },
    async (request) => parts.signIn.beginProof(await sessionOf(parts, request), request.body),
  );
  routes.post(
    '/api/proofs',
    {
      config,
      schema: {
        tags,
        summary: 'Prove it: the act may then be done once, within five minutes',
        body: proofSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { answer, act, subject } = request.body;
      await parts.signIn.prove(await sessionOf(parts, request), { act, subject }, answer);
      return reply.status(204).send(null);
    },
  );
  routes.post(
    '/api/proofs/bank',
    {
      config,
      schema: {
        tags,
        summary: 'Prove it by the login at a linked bank: where that is',
        body: bankProofSchema,
        response: { 200: signAnswerSchema },
      },
    },
    async (request) => {
      const { bank, act, subject } = request.body;
      const session = await sessionOf(parts, request);
      const continueTo = await parts.linking.identify(session, bank, { intent: 'proof', act: { act, subject } });
      return { continueTo: continueTo.href };
    },
  );
}

function newBrowserRoutes(server: FastifyInstance, parts: HttpParts, config: Config): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/passkey-session/options',
    { config, schema: { tags, summary: 'Begin to sign in by a passkey', response: { 200: passkeyOptionsSchema } } },
    async (request) => parts.signIn.beginSignIn(await sessionOf(parts, request)),
  );
  routes.post(
    '/api/passkey-session',
    {
      config,
      schema: {
        tags,
        summary: 'Sign in: this browser joins the passkey’s customer',
        body: passkeyAnswerSchema,
        response: { 200: meSchema },
      },
    },
    async (request, reply) => {
      const before = await sessionOf(parts, request);
      const customerId = await parts.signIn.proveSignIn(before, request.body);
      return meOf(parts, await joinCustomer(parts, request, reply, before, customerId));
    },
  );
  routes.post(
    '/api/bank-session',
    {
      config,
      schema: {
        tags,
        summary: 'Sign in by the login at a linked bank: where that is',
        body: bankSessionSchema,
        response: { 200: signAnswerSchema },
      },
    },
    async (request) => {
      const session = await sessionOf(parts, request);
      const { bank, back } = request.body;
      return { continueTo: (await parts.linking.identify(session, bank, { intent: 'sign-in', back })).href };
    },
  );
}

async function passkeysOf(parts: HttpParts, session: Session): Promise<Passkeys> {
  return {
    passkeys: await parts.signIn.passkeys(session.customerId),
    adding: (await parts.signIn.mayAdd(session)) ? 'free' : 'proof',
    banks: await parts.linking.vouchingBanks(session.customerId),
  };
}
