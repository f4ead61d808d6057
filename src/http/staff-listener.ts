import { readFile } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { describeApi } from './api-page.ts';
import { consoleRoutes } from './console-routes.ts';
import { deskRoutes } from './desk-routes.ts';
import { deskSignInRoutes } from './desk-sign-in-routes.ts';
import { attachDeskSockets } from './desk-socket.ts';
import { isOperator } from './operator-session.ts';
import type { HttpParts } from './parts.ts';
import { healthRoutes } from './health-routes.ts';
import { closeListener, createListener, listen } from './listener.ts';
import type { Listening } from './public-listener.ts';
import { overviewPage } from './overview-page.ts';
import { webDirectory } from './pages.ts';

const daysShown = 7;
/** Prometheus' text exposition format. */
const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Opens the staff's listener: its own port, so that it can stand on another network. The operator's pages show
 * counts alone, and a bank is pulled out there: they ask for the operator's secret. Health and metrics are for
 * machines and ask for nothing. The desk is for a bank's staff, each call by the session of whoever has signed in.
 */
export async function openStaffListener(parts: HttpParts, host: string, port: number): Promise<Listening> {
  const server = await createStaffServer(parts);
  const sockets = attachDeskSockets(server, parts);
  const url = await listen(server, host, port);
  return {
    url,
    close: async () => {
      await sockets.close();
      await closeListener(server);
    },
  };
}

/** Everything of that listener but its web sockets. */
export async function createStaffServer(parts: HttpParts): Promise<FastifyInstance> {
  const server = await createListener(parts);
  await describeApi(server);
  const css = await readFile(new URL('plain.css', import.meta.url), 'utf8');
  await server.register(fastifyStatic, { root: webDirectory, serve: false });
  server.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) =>
    reply.sendFile(`assets/${request.params['*']}`, { maxAge: '365d', immutable: true }),
  );
  for (const file of ['theme.js', 'icon.svg'])
    server.get(`/${file}`, async (_request, reply) => reply.header('cache-control', 'no-cache').sendFile(file));
  await server.register(healthRoutes, { parts });
  await server.register(consoleRoutes, { parts });
  await server.register(deskSignInRoutes, { parts });
  await server.register(deskRoutes, { parts });
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type(prometheusType)
      .header('cache-control', 'no-store')
      .send(await parts.metrics()),
  );
  server.get('/plain.css', async (_request, reply) => reply.type('text/css').send(css));
  server.get('/', async (request, reply) => {
    if (!(await isOperator(parts, request))) return reply.header('cache-control', 'no-store').redirect('/console', 303);
    const { database } = parts;
    const page = overviewPage(
      {
        links: await parts.linking.counts(database),
        intake: await parts.intake.counts(database, daysShown),
        revocations: await parts.linking.openRevocations(database),
        connected: parts.delivery.outlets.connected(),
        faces: parts.faces(),
      },
      request.headers['accept-language'],
    );
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
  });
  server.get('/desk/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    return server.swagger();
  });
  return server;
}
