/**
 * The control API of the stand-in platforms: JSON under /control/platforms/{messenger|whatsapp}, of the sandbox's
 * own origin alone. Each answer is what was changed, or what was asked for.
 *
 * | address                          | what it does                                                                 |
 * | -------------------------------- | ---------------------------------------------------------------------------- |
 * | GET    …/faults                  | the faults in force; see `faultSettings`                                     |
 * | PUT    …/faults                  | sets those that are named and leaves the others; `seed` begins the row anew  |
 * | DELETE …/faults                  | heals everything                                                             |
 * | GET    …/people                  | everybody there, with ids                                                    |
 * | POST   …/people                  | `{name, key?, locale?, hides?, accountId?}`: somebody new                    |
 * | PUT    …/people/{key}            | `{reach?, hides?, stoppedMarketing?, heardAtMs?}`                            |
 * | GET    …/taken                   | sends that were taken since the last DELETE: id, person, reference; each once for each time that it was taken |
 * | DELETE …/taken                   | forgets them                                                                 |
 * | GET    …/webhooks                | the last bodies: fields, attempts, the hub's answers; how many wait          |
 * | POST   …/webhooks                | `{body}`: sends this text, signed, as one body                               |
 * | GET    …/previews                | addresses in messages that the platform looked at                            |
 * | POST   …/templates/{id}/status   | `{status, reason?}`: PAUSED, REJECTED and so on; the app is told             |
 * | POST   …/standby                 | `{person, text}`: said while another app has the thread; Messenger alone     |
 * | POST   …/handover                | `{person, owner: 'another' or 'us', told?}`: another app takes the thread, or passes it back; `told: false`: the app is not told; Messenger alone |
 * | GET    …/answers                 | how many sends were answered with what: a code, or what became of the line   |
 */
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { TellerlineError } from '#base';
import { refuseForeign } from '../same-origin.ts';
import { actorOf } from './doings.ts';
import { newMid, tellMessenger } from './messenger-events.ts';
import type { PlatformContext } from './platform-context.ts';
import { templateStatuses } from './templates.ts';

const at = z.object({ platform: z.enum(['messenger', 'whatsapp']) });
/** Meta: the page's own inbox, as an app. */
const otherApp = '263902037430900';
const hides = z.enum(['nothing', 'number', 'id']);

/** What a person or a test may make happen at the platforms. */
export function platformControl(context: PlatformContext) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.addHook('onRequest', async (request) => refuseForeign(request, context.sandbox));
    scope.setErrorHandler((error, _request, reply) => {
      if (error instanceof z.ZodError)
        return reply.code(422).send({ code: 'body_invalid', message: z.prettifyError(error) });
      if (error instanceof TellerlineError)
        return reply.code(error.status).send({ code: error.code, message: error.message });
      const { statusCode } = error as { statusCode?: unknown };
      const status = typeof statusCode === 'number' ? statusCode : 500;
      if (status >= 500) context.sandbox.log.error({ err: error }, 'a control call of the platforms failed');
      return reply.code(status).send({ code: 'request_invalid', message: 'The request cannot be read.' });
    });
    const base = '/control/platforms/:platform';
    const of = (params: unknown) => context.at[at.parse(params).platform];

    scope.get(`${base}/faults`, async ({ params }) => of(params).faults.settings);
    scope.put(`${base}/faults`, async ({ params, body }) => {
      const parts = of(params);
      const settings = parts.faults.set(z.record(z.string(), z.unknown()).parse(body));
      parts.webhooks.wake();
      return settings;
    });
    scope.delete(`${base}/faults`, async ({ params }) => {
      const parts = of(params);
      parts.faults.heal();
      parts.webhooks.wake();
      return parts.faults.settings;
    });
    peopleRoutes(scope, context, base);
    scope.get(`${base}/taken`, async ({ params }) => ({ taken: of(params).threads.taken() }));
    scope.delete(`${base}/taken`, async ({ params }, reply) => {
      of(params).threads.forgetTaken();
      return reply.code(204).send();
    });
    scope.get(`${base}/webhooks`, async ({ params }) => {
      const { webhooks } = of(params);
      return { waiting: webhooks.waiting(), bodies: webhooks.recent() };
    });
    scope.post(`${base}/webhooks`, async ({ params, body }) => {
      const status = await of(params).webhooks.sendRaw(z.object({ body: z.string() }).parse(body).body);
      return { status: status ?? null };
    });
    scope.get(`${base}/previews`, async ({ params }) => {
      const { platform } = at.parse(params);
      return { previews: context.media.previews().filter((preview) => preview.platform === platform) };
    });
    scope.post(`${base}/templates/:id/status`, async ({ params, body }) => {
      const { platform } = at.parse(params);
      const { id } = z.object({ id: z.string() }).parse(params);
      const asked = z.object({ status: z.enum(templateStatuses), reason: z.string().optional() }).parse(body);
      const { templates } = context.at[platform];
      const template = templates.byId(id);
      const account = context.accounts
        .of(platform)
        .find((one) => (one.businessAccountId ?? one.id) === template?.ownerId);
      if (!template || !account) throw new TellerlineError('template_unknown', 404, 'There is no such template.');
      templates.decide(account, template, asked.status, asked.reason);
      return templates.byId(id);
    });
    scope.get(`${base}/answers`, async ({ params }) => ({ answers: of(params).threads.answers() }));
    threadRoutes(scope, context);
  };
}

function peopleRoutes(scope: FastifyInstance, context: PlatformContext, base: string): void {
  scope.get(`${base}/people`, async ({ params }) => ({ people: context.people.of(at.parse(params).platform) }));
  scope.post(`${base}/people`, async ({ params, body }) => {
    const wanted = z.object({
      name: z.string().min(1).max(80),
      key: z.string().min(1).max(80).optional(),
      locale: z.string().max(10).optional(),
      hides: hides.optional(),
      accountId: z.string().optional(),
    });
    const person = context.people.arrive(at.parse(params).platform, wanted.parse(body));
    context.changed();
    return person;
  });
  scope.put(`${base}/people/:key`, async ({ params, body }) => {
    const { key } = z.object({ key: z.string() }).parse(params);
    const wanted = z.object({
      reach: z.enum(['reachable', 'unreachable', 'blocked']).optional(),
      hides: hides.optional(),
      stoppedMarketing: z.boolean().optional(),
      heardAtMs: z.number().optional(),
    });
    const { person } = actorOf(context, at.parse(params).platform, key);
    const changed = context.people.change(person, wanted.parse(body));
    context.changed();
    return changed;
  });
}

/** Whose thread a person's is: Messenger alone. */
function threadRoutes(scope: FastifyInstance, context: PlatformContext): void {
  scope.post('/control/platforms/messenger/handover', async ({ body }) => {
    const asked = z.object({ person: z.string(), owner: z.enum(['another', 'us']), told: z.boolean().default(true) });
    const { person: key, owner, told } = asked.parse(body);
    const { account, person } = actorOf(context, 'messenger', key);
    const changed = context.people.change(person, { away: owner === 'another' });
    const { appId } = context.accounts.app('messenger');
    const control =
      owner === 'another'
        ? { take_thread_control: { previous_owner_app_id: appId, metadata: '' } }
        : { pass_thread_control: { new_owner_app_id: appId, previous_owner_app_id: otherApp, metadata: '' } };
    if (told) await tellMessenger(context, account, person, 'messaging_handovers', control);
    return changed;
  });
  scope.post('/control/platforms/messenger/standby', async ({ body }) => {
    const asked = z.object({ person: z.string(), text: z.string() }).parse(body);
    const { account, person } = actorOf(context, 'messenger', asked.person);
    const said = { message: { mid: newMid(), text: asked.text } };
    await tellMessenger(context, account, person, 'standby', said, { within: 'standby' });
    return { told: true };
  });
}
