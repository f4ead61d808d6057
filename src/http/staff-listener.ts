import { readFile } from 'node:fs/promises';
import { consoleRoutes } from './console-routes.ts';
import type { HttpParts } from './parts.ts';
import { healthRoutes } from './health-routes.ts';
import { closeListener, createListener, listen } from './listener.ts';
import type { Listening } from './public-listener.ts';
import { overviewPage } from './overview-page.ts';

const daysShown = 7;
/** Prometheus' text exposition format. */
const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Opens the staff's listener: its own port, so that it can stand on another network. It shows counts
 * alone, and a bank is pulled out here: nobody signs in yet, so there is nothing of any person on it, and
 * only the operator's own network may reach it.
 */
export async function openStaffListener(parts: HttpParts, host: string, port: number): Promise<Listening> {
  const server = await createListener(parts);
  const css = await readFile(new URL('plain.css', import.meta.url), 'utf8');
  await server.register(healthRoutes, { parts });
  await server.register(consoleRoutes, { parts });
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type(prometheusType)
      .header('cache-control', 'no-store')
      .send(await parts.metrics()),
  );
  server.get('/plain.css', async (_request, reply) => reply.type('text/css').send(css));
  server.get('/', async (request, reply) => {
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
  const url = await listen(server, host, port);
  return { url, close: () => closeListener(server) };
}
