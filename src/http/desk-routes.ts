import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, rateLimit, TellerlineError } from '#base';
import {
  confirmationSchema,
  deskLiveSchema,
  deskSettingsSchema,
  deskSettingsViewSchema,
  editAnswerSchema,
  preparedAnswersSchema,
  problemSchema,
  preparedAnswerSchema,
  staffLooksSchema,
  staffMeSchema,
  withdrawalCountsSchema,
  withdrawalViewSchema,
} from '#contract';
import { requireRole, type StaffDesk, type StaffSession } from '#desk';
import { faceOf, requireName } from './console-routes.ts';
import { deskCaseRoutes } from './desk-case-routes.ts';
import { answeringSessionOf, staffSessionOf } from './desk-session.ts';
import { requireOwnPage } from './origin.ts';
import type { HttpParts } from './parts.ts';

const tags = ['desk'];

/** Lets a call of the desk pass, and says who calls. */
export interface DeskDoor {
  /** Anybody who is signed in. @throws TellerlineError `staff_no_session`, `too_many_requests`, `origin_foreign` */
  signedIn(request: FastifyRequest): Promise<StaffSession>;
  /** Those who answer customers. @throws as `signedIn`, and `agents_only` */
  answering(request: FastifyRequest): Promise<StaffSession>;
}

/** All that a bank's staff do: limit, who it is, the same origin for what changes something; the desk does the rest. */
export async function deskRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const calls = rateLimit(limits.staffCallsPerMinuteMax, parts.clock);
  const passing = (of: typeof staffSessionOf) => async (request: FastifyRequest) => {
    if (request.method !== 'GET') requireOwnPage(request);
    const session = await of(parts, request);
    if (calls.take(session.sessionId)) {
      // What a page asks for by itself only reads.
      if (request.method !== 'GET') await parts.staffSignIn.touch(session);
      return session;
    }
    throw new TellerlineError('too_many_requests', 429, 'Too many requests. Try again in a minute.', {
      retryAfterSeconds: 60,
    });
  };
  const door: DeskDoor = { signedIn: passing(staffSessionOf), answering: passing(answeringSessionOf) };
  const { staff: desk } = parts.desk;
  ownRoutes(server, desk, door);
  settingsRoutes(server, desk, door);
  await server.register(deskCaseRoutes, { desk, door });
  withdrawalRoutes(server, parts, door);
}

/** When a bank's staff are there and what they promise, as their supervisor sets it. */
function settingsRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const response = { 200: deskSettingsViewSchema, '4xx': problemSchema };
  routes.get(
    '/api/desk/settings',
    { schema: { tags, summary: 'Hours, promises and capacities, with who changed what, for supervisors', response } },
    async (request) => desk.settings((await door.answering(request)).staff),
  );
  routes.put(
    '/api/desk/settings',
    { schema: { tags, summary: 'Sets them, for supervisors', body: deskSettingsSchema, response } },
    async (request) => desk.setSettings((await door.answering(request)).staff, request.body),
  );
}

/** What is not about one case. */
function ownRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/desk/me',
    { schema: { tags, summary: 'Whoever is signed in', response: { 200: staffMeSchema, '4xx': problemSchema } } },
    async (request) => {
      const { staff, until } = await door.signedIn(request);
      return desk.me(staff, until);
    },
  );
  routes.get(
    '/api/desk/live',
    {
      schema: {
        tags,
        summary: 'What a supervisor watches',
        response: { 200: deskLiveSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const session = await door.signedIn(request);
      requireRole(session, 'supervisor');
      return desk.live(session.staff);
    },
  );
  routes.get(
    '/api/desk/looks',
    {
      schema: {
        tags,
        summary: 'Who has looked at customers, in counts, for supervisors and privacy officers',
        response: { 200: staffLooksSchema, '4xx': problemSchema },
      },
    },
    async (request) => desk.looks((await door.signedIn(request)).staff),
  );
  routes.get(
    '/api/desk/answers',
    { schema: { tags, summary: 'Prepared answers', response: { 200: preparedAnswersSchema, '4xx': problemSchema } } },
    async (request) => {
      const { staff } = await door.answering(request);
      return { answers: [...(await desk.answers(staff))] };
    },
  );
  routes.put(
    '/api/desk/answers/:key',
    {
      schema: {
        tags,
        summary: 'Changes a prepared answer, for supervisors',
        params: z.object({ key: z.string().min(1).max(64) }),
        body: editAnswerSchema,
        response: { 200: preparedAnswerSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const session = await door.signedIn(request);
      requireRole(session, 'supervisor');
      return desk.editAnswer(session.staff, { ...request.body, key: request.params.key });
    },
  );
}

/** A bank pulls itself out by its own privacy officer: the same as by its signed order, confirmed by its name. */
function withdrawalRoutes(server: FastifyInstance, parts: HttpParts, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const { withdrawals } = parts.linking;
  const officer = async (request: FastifyRequest): Promise<string> => {
    const session = await door.signedIn(request);
    requireRole(session, 'privacy-officer');
    return session.staff.bankId;
  };
  routes.get(
    '/api/desk/withdrawal',
    {
      schema: {
        tags,
        summary: 'What pulling one’s bank out would end, and how far it is, for privacy officers',
        response: {
          200: z.object({ counts: withdrawalCountsSchema, withdrawal: withdrawalViewSchema.nullable() }),
          '4xx': problemSchema,
        },
      },
    },
    async (request) => {
      const bank = await officer(request);
      return { counts: await withdrawals.count(bank), withdrawal: await withdrawals.standing(bank) };
    },
  );
  const schema = {
    tags,
    body: confirmationSchema,
    response: { 200: withdrawalViewSchema, '4xx': problemSchema },
  };
  routes.post('/api/desk/withdrawal', { schema: { ...schema, summary: 'Pulls one’s bank out' } }, async (request) => {
    const bank = await officer(request);
    requireName(faceOf(parts, bank), request.body.name);
    return withdrawals.withdraw(bank, 'bank');
  });
  routes.post(
    '/api/desk/withdrawal/return',
    { schema: { ...schema, summary: 'Lets one’s bank be linked again' } },
    async (request) => {
      const bank = await officer(request);
      requireName(faceOf(parts, bank), request.body.name);
      return withdrawals.giveBack(bank, 'bank');
    },
  );
}
