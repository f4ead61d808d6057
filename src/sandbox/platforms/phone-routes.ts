import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { isTellerlineError, TellerlineError } from '#base';
import { refuseForeign } from '../same-origin.ts';
import {
  actorOf,
  finishLinking,
  getStarted,
  otherKinds,
  press,
  pressProfile,
  react,
  readdress,
  say,
  sendLocation,
  sendOther,
  sendPicture,
  type Actor,
} from './doings.ts';
import { GraphError } from './graph-error.ts';
import type { Pressed } from './phone-api.ts';
import { phoneState, profilePresses } from './phone-state.ts';
import type { PlatformContext } from './platform-context.ts';
import { readThread } from './receipts.ts';

/** Pictures as base64. */
const BODY_BYTES_MAX = 12 * 1024 * 1024;

/** Tells who looks on that something was changed. */
export interface Changes {
  readonly version: number;
  /** @returns what ends the listening */
  listen(tell: () => void): () => void;
}

const who = z.object({ platform: z.enum(['messenger', 'whatsapp']), person: z.string().max(100).optional() });
const text = z.string().min(1).max(20_000);

/** What a POST does, beside who does it. */
const doings: Readonly<Record<string, (actor: Actor, body: unknown) => Promise<string | void> | string | void>> = {
  say: (actor, body) => {
    const { text: said, replyTo } = z.object({ text, replyTo: z.string().optional() }).parse(body);
    say(actor, said, replyTo);
  },
  press: (actor, body) => {
    const { message, n } = z.object({ message: z.string(), n: z.int().min(0) }).parse(body);
    return press(actor, message, n);
  },
  menu: (actor, body) => pressProfile(actor, pressesOf(actor).menu[numbered(body)]),
  'ice-breaker': (actor, body) => pressProfile(actor, pressesOf(actor).iceBreakers[numbered(body)]),
  'get-started': (actor, body) => getStarted(actor, z.object({ ref: z.string().max(250).optional() }).parse(body).ref),
  react: (actor, body) => {
    const { message, emoji } = z.object({ message: z.string(), emoji: z.string().max(20).optional() }).parse(body);
    react(actor, message, emoji);
  },
  picture: (actor, body) => {
    const sent = z.object({ base64: z.base64(), caption: z.string().max(1_024).optional() }).parse(body);
    return sendPicture(actor, Buffer.from(sent.base64, 'base64'), sent.caption);
  },
  location: (actor, body) => {
    const at = z
      .object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
      .parse(body);
    sendLocation(actor, at.latitude, at.longitude);
  },
  other: (actor, body) => sendOther(actor, z.object({ what: z.enum(otherKinds) }).parse(body).what),
  read: ({ context, account, person }) => readThread(context, account, person),
  'new-number': (actor, body) => readdress(actor, z.object({ how: z.enum(['changed', 'recycled']) }).parse(body).how),
  time: ({ context, person }, body) => {
    const { passedMs } = z.object({ passedMs: z.int().min(0) }).parse(body);
    context.people.change(person, { heardAtMs: context.sandbox.clock.nowMs() - passedMs });
  },
  reach: ({ context, person }, body) => {
    context.people.change(person, z.object({ reach: z.enum(['reachable', 'unreachable', 'blocked']) }).parse(body));
  },
};

/** The API of the page with the telephone: see `phone-api.ts`. */
export function phoneRoutes(context: PlatformContext, changes: Changes) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.addHook('onRequest', async (request) => refuseForeign(request, context.sandbox));
    scope.setErrorHandler((error, _request, reply) => refuse(context, error, reply));
    scope.get('/phone/api/state', async (request) => {
      const { platform, person } = who.parse(request.query);
      return phoneState(actorOf(context, platform, person), changes.version);
    });
    scope.get('/phone/api/events', async (request, reply) => stream(request, reply, changes));
    scope.post('/phone/api/people', async (request) => {
      const asked = z.object({
        platform: who.shape.platform,
        name: z.string().min(1).max(80),
        locale: z.string().max(10).optional(),
        hides: z.enum(['nothing', 'number', 'id']).optional(),
      });
      const { platform, ...wanted } = asked.parse(request.body);
      const person = context.people.arrive(platform, wanted);
      context.changed();
      return phoneState(actorOf(context, platform, person.key), changes.version);
    });
    for (const [name, doing] of Object.entries(doings)) {
      scope.post(`/phone/api/${name}`, { bodyLimit: BODY_BYTES_MAX }, async (request) => {
        const { platform, person } = who.parse(request.body);
        const open = await doing(actorOf(context, platform, person), request.body);
        context.changed();
        const state = phoneState(actorOf(context, platform, person), changes.version);
        const pressed: Pressed = { ...(open && { open }), state };
        return ['press', 'menu', 'ice-breaker'].includes(name) ? pressed : state;
      });
    }
  };
}

/** Where the browser comes back to from Meta's own account linking; it is the platform's page, not the bank's. */
export function linkedRoute(context: PlatformContext) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.get('/phone/linked', async (request, reply) => {
      const query = z
        .object({ account_linking_token: z.string(), authorization_code: z.string().min(1).optional() })
        .parse(request.query);
      const held = finishLinking(context, query.account_linking_token, query.authorization_code);
      return reply
        .code(held ? 200 : 400)
        .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
        .type('text/plain; charset=utf-8')
        .send(held ? 'Your accounts are joined. Go back to the chat.' : 'Your accounts were not joined.');
    });
  };
}

function pressesOf({ context, account, person }: Actor): ReturnType<typeof profilePresses> {
  return profilePresses(context.profiles.get(account.id), person.locale);
}

function numbered(body: unknown): number {
  return z.object({ n: z.int().min(0) }).parse(body).n;
}

function refuse(context: PlatformContext, error: unknown, reply: FastifyReply): FastifyReply {
  if (isTellerlineError(error)) return reply.code(error.status).send({ code: error.code, message: error.message });
  if (error instanceof GraphError) return reply.code(404).send({ code: 'unknown', message: error.message });
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const problem = new TellerlineError('body_invalid', 422, issue?.message ?? 'The request cannot be read.');
    return reply.code(422).send({ code: problem.code, message: problem.message, field: issue?.path.join('.') });
  }
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode < 500)
    return reply.code(statusCode).send({ code: 'request_invalid', message: 'The request cannot be read.' });
  context.sandbox.log.error({ err: error }, 'the telephone failed');
  return reply.code(500).send({ code: 'internal', message: 'Something went wrong here.' });
}

function stream(request: FastifyRequest, reply: FastifyReply, changes: Changes): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    // What changes together is told once.
    timer ??= setTimeout(() => {
      timer = undefined;
      reply.raw.write(`event: changed\ndata: ${JSON.stringify({ version: changes.version })}\n\n`);
    }, 20);
  };
  const end = changes.listen(tell);
  request.raw.once('close', () => {
    end();
    clearTimeout(timer);
  });
  tell();
  return reply;
}
