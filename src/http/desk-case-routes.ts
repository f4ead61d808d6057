import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits } from '#base';
import {
  askForSchema,
  caseBriefSchema,
  caseEntrySchema,
  caseViewSchema,
  claimedSchema,
  closeCaseSchema,
  colleaguesSchema,
  inboxSchema,
  lookedSchema,
  lookSchema,
  problemSchema,
  proposeSchema,
  staffWordsSchema,
  TEAMS,
  transferSchema,
} from '#contract';
import type { StaffDesk } from '#desk';
import type { DeskDoor } from './desk-routes.ts';

const tags = ['desk'];
const params = z.object({ caseId: z.uuid() });
const refusals = { '4xx': problemSchema };
const brief = { 200: caseBriefSchema, ...refusals };
const entry = { 200: caseEntrySchema, ...refusals };

/** The inbox, and one case: each call answers for the cases of the caller's own bank alone. */
export async function deskCaseRoutes(
  server: FastifyInstance,
  { desk, door }: { readonly desk: StaffDesk; readonly door: DeskDoor },
): Promise<void> {
  inboxRoutes(server, desk, door);
  caseRoutes(server, desk, door);
  stateRoutes(server, desk, door);
  wordRoutes(server, desk, door);
  lookRoutes(server, desk, door);
  await server.register(pictureRoutes, { desk, door });
}

function inboxRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const querystring = z.object({
    view: z.enum(['mine', 'waiting', 'all', 'closed']),
    team: z.enum(TEAMS).optional(),
    search: z.string().max(100).optional(),
    after: z.string().max(200).optional(),
  });
  routes.get(
    '/api/desk/cases',
    {
      schema: {
        tags,
        summary: 'A page of the inbox: metadata alone',
        querystring,
        response: { 200: inboxSchema, ...refusals },
      },
    },
    async (request) => {
      const { staff } = await door.answering(request);
      const { view, team, search, after } = request.query;
      return desk.inbox(staff, { view, ...(team && { team }), ...(search && { search }), ...(after && { after }) });
    },
  );
  const claimed = { 200: claimedSchema, ...refusals };
  routes.post(
    '/api/desk/claim',
    { schema: { tags, summary: 'Takes the case that is due first', response: claimed } },
    async (request) => {
      const { staff } = await door.answering(request);
      const taken = await desk.claim(staff);
      return taken ? { case: taken } : {};
    },
  );
  routes.post(
    '/api/desk/cases/:caseId/claim',
    { schema: { tags, summary: 'Takes this case', params, response: claimed } },
    async (request) => {
      const { staff } = await door.answering(request);
      const taken = await desk.claim(staff, request.params.caseId);
      return taken ? { case: taken } : {};
    },
  );
}

function caseRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/desk/cases/:caseId',
    {
      schema: {
        tags,
        summary: 'Opens a case: a look at its words, entered for its customer',
        params,
        response: { 200: caseViewSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { staff } = await door.answering(request);
      void reply.header('cache-control', 'no-store');
      return desk.open(staff, request.params.caseId);
    },
  );
  routes.get(
    '/api/desk/cases/:caseId/entries',
    {
      schema: {
        tags,
        summary: 'What came in an opened case after that number',
        params,
        querystring: z.object({ after: z.coerce.number().int().nonnegative() }),
        response: { 200: z.object({ entries: z.array(caseEntrySchema) }), ...refusals },
      },
    },
    async (request, reply) => {
      const { staff } = await door.answering(request);
      void reply.header('cache-control', 'no-store');
      return { entries: [...(await desk.entries(staff, request.params.caseId, request.query.after))] };
    },
  );
}

function stateRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const changes = {
    release: 'Gives a case back to its team',
    reopen: 'Opens a closed case again',
  } as const;
  for (const change of ['release', 'reopen'] as const)
    routes.post(
      `/api/desk/cases/:caseId/${change}`,
      { schema: { tags, summary: changes[change], params, response: brief } },
      async (request) => {
        const { staff } = await door.answering(request);
        return desk[change](staff, request.params.caseId);
      },
    );
  routes.post(
    '/api/desk/cases/:caseId/close',
    {
      schema: {
        tags,
        summary: 'Closes a case, unless its customer wrote what was not seen',
        params,
        body: closeCaseSchema,
        response: brief,
      },
    },
    async (request) => {
      const { staff } = await door.answering(request);
      return desk.close(staff, request.params.caseId, request.body.seenSeq);
    },
  );
  routes.get(
    '/api/desk/colleagues',
    {
      schema: {
        tags,
        summary: 'Who is at their desk now and may be handed a case',
        response: { 200: colleaguesSchema, ...refusals },
      },
    },
    async (request) => ({ colleagues: [...(await desk.colleagues((await door.answering(request)).staff))] }),
  );
  routes.post(
    '/api/desk/cases/:caseId/transfer',
    {
      schema: {
        tags,
        summary: 'Hands a case on, to a team or to a colleague of it who is here with room, with a note',
        params,
        body: transferSchema,
        response: brief,
      },
    },
    async (request) => {
      const { staff } = await door.answering(request);
      const { team, name, note } = request.body;
      return desk.transfer(staff, request.params.caseId, { team, note, ...(name !== undefined && { name }) });
    },
  );
}

function wordRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/desk/cases/:caseId/answers',
    {
      schema: {
        tags,
        summary: 'Answers the customer; the same client id is said once',
        params,
        body: staffWordsSchema,
        response: entry,
      },
    },
    async (request) => {
      const { staff } = await door.answering(request);
      const { keepsTurn, ...said } = request.body;
      return desk.answer(staff, request.params.caseId, { ...said, ...(keepsTurn !== undefined && { keepsTurn }) });
    },
  );
  routes.post(
    '/api/desk/cases/:caseId/notes',
    { schema: { tags, summary: 'Notes something for colleagues', params, body: staffWordsSchema, response: entry } },
    async (request) => {
      const { staff } = await door.answering(request);
      return desk.note(staff, request.params.caseId, request.body);
    },
  );
  routes.post(
    '/api/desk/cases/:caseId/proposals',
    {
      schema: {
        tags,
        summary: 'Proposes a card control, which the customer confirms or not',
        params,
        body: proposeSchema,
        response: entry,
      },
    },
    async (request) => {
      const { staff } = await door.answering(request);
      const { action, cardLast4, limit, clientId } = request.body;
      return desk.propose(staff, request.params.caseId, {
        action,
        ...(cardLast4 !== undefined && { cardLast4 }),
        ...(limit && { limit }),
        ...(clientId !== undefined && { clientId }),
      });
    },
  );
}

function lookRoutes(server: FastifyInstance, desk: StaffDesk, door: DeskDoor): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/desk/cases/:caseId/looks',
    {
      schema: {
        tags,
        summary: 'Looks at one field with a reason, which the customer sees',
        params,
        body: lookSchema,
        response: { 200: lookedSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { staff } = await door.answering(request);
      void reply.header('cache-control', 'no-store');
      return desk.look(staff, request.params.caseId, request.body);
    },
  );
  routes.post(
    '/api/desk/cases/:caseId/asks',
    {
      schema: {
        tags,
        summary: 'Asks the customer to share one more field for this talk',
        params,
        body: askForSchema,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staff } = await door.answering(request);
      await desk.askFor(staff, request.params.caseId, request.body.field);
      return reply.status(204).send(null);
    },
  );
}

/** What a browser may send as a picture; what it is, is decided by decoding it. */
const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'];

async function pictureRoutes(
  server: FastifyInstance,
  { desk, door }: { readonly desk: StaffDesk; readonly door: DeskDoor },
): Promise<void> {
  server.addContentTypeParser(
    pictureTypes,
    { parseAs: 'buffer', bodyLimit: limits.staffPictureBytesMax },
    (_request, body, done) => done(null, body),
  );
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/desk/cases/:caseId/pictures',
    {
      schema: {
        tags,
        summary: 'Sends the customer a picture: PNG, JPEG or WebP as the body',
        params,
        querystring: z.object({ clientId: z.uuid(), seenSeq: z.coerce.number().int().nonnegative().optional() }),
        body: z.instanceof(Buffer),
        response: entry,
      },
    },
    async (request) => {
      const { staff } = await door.answering(request);
      const { clientId, seenSeq } = request.query;
      const sent = { clientId, ...(seenSeq !== undefined && { seenSeq }) };
      return desk.sendPicture(staff, request.params.caseId, request.body, sent);
    },
  );
  routes.get(
    '/api/desk/cases/:caseId/pictures/:pictureId',
    { schema: { tags, summary: 'A picture of the case', params: params.extend({ pictureId: z.uuid() }) } },
    async (request, reply) => {
      const { staff } = await door.answering(request);
      const { bytes, type } = await desk.picture(staff, request.params.caseId, request.params.pictureId);
      return (
        reply
          .type(type)
          .header('cache-control', 'no-store')
          .header('content-disposition', 'inline')
          // Opened by itself it is a picture and nothing else.
          .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
          .header('cross-origin-resource-policy', 'same-origin')
          .send(bytes)
      );
    },
  );
}
