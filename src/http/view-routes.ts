import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { invariant, isTellerlineError, limits, TellerlineError } from '#base';
import { isInAppBrowser, viewAnswerSchema, viewRequestSchema, type Message, type ViewAnswer } from '#contract';
import type { Session } from '#customers';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionCookie, sessionOf } from './session-cookie.ts';

/**
 * The secure view's one call. Its page is the same for everybody; nothing of a bank leaves before this browser is
 * signed in as whoever the address was sent to.
 */
export function viewRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const keyGenerator = (request: FastifyRequest): string => request.cookies[sessionCookie(parts)] ?? request.ip;
  routes.post(
    '/api/view',
    {
      config: { rateLimit: { max: limits.viewsPerMinuteMax, timeWindow: '1 minute', keyGenerator } },
      schema: {
        tags: ['messenger'],
        summary: 'Open a one-time address, as its customer',
        body: viewRequestSchema,
        response: { 200: viewAnswerSchema },
      },
    },
    async (request) => view(parts, request, request.body.token),
  );
}

async function view(parts: HttpParts, request: FastifyRequest, token: string): Promise<ViewAnswer> {
  if (isInAppBrowser(request.headers['user-agent'])) throw inApp();
  const { views } = parts.delivery;
  // An address that is over is said to be over before anybody signs in for it: so it is asked for without a session too.
  const session = await sessionIfAny(parts, request);
  const taken = await views.take(token, session, parts.clock.nowMs());
  invariant(session, 'nothing is taken without a session');
  try {
    const { customer } = await threadOf(parts, session);
    const messages = await views.read(taken, session, customer);
    const { locale, timeZone } = customer;
    return { locale, timeZone, banks: [...parts.faces()], messages: messages.map(shownOf) };
  } catch (error) {
    // Nothing was shown: a bank's key service may be away, and back in a minute.
    await views.giveBack(token);
    throw error;
  }
}

/** Of what leads on only statements: any other address may be good once, for somebody else's tap. */
function shownOf({ waysOn = [], ...message }: Message): ViewAnswer['messages'][number] {
  const statements = waysOn.filter(({ way }) => way === 'statement');
  return { ...message, ...(statements.length > 0 && { waysOn: statements }) };
}

async function sessionIfAny(parts: HttpParts, request: FastifyRequest): Promise<Session | undefined> {
  try {
    return await sessionOf(parts, request);
  } catch (error) {
    if (isTellerlineError(error, 'no_session')) return undefined;
    throw error;
  }
}

function inApp(): TellerlineError {
  return new TellerlineError(
    'view_in_app',
    403,
    'This browser belongs to a messenger, which could read what it shows. Open the address in your own browser.',
  );
}
