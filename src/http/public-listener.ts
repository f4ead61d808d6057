import type { FastifyInstance } from 'fastify';
import { apiPage, apiPagePolicy, describeApi } from './api-page.ts';
import { channelRoutes } from './channel-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { closeListener, createListener, listen } from './listener.ts';
import { logRoutes } from './log-routes.ts';
import { messengerRoutes } from './messenger-routes.ts';
import { notificationRoutes } from './notification-routes.ts';
import { pageRoutes } from './pages.ts';
import type { HttpParts } from './parts.ts';
import { orderRoutes } from './order-routes.ts';
import { pictureRoutes } from './picture-routes.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { attachSockets } from './socket-route.ts';

/** A listener that is up. */
export interface Listening {
  /** The address by which this machine reaches it. */
  readonly url: string;
  close(): Promise<void>;
}

/** The one that browsers reach. */
export interface PublicListening extends Listening {
  /** Bytes that browsers have not taken yet, over all web sockets. */
  socketBufferBytes(): number;
}

/** Everything that customers and banks reach: the messenger, the linking pages, the events, the log, the contract. */
export async function createPublicServer(parts: HttpParts): Promise<FastifyInstance> {
  const server = await createListener(parts);
  await describeApi(server);
  await server.register(healthRoutes, { parts });
  await server.register(messengerRoutes, { parts });
  await server.register(privacyRoutes, { parts });
  await server.register(notificationRoutes, { parts });
  await server.register(exportRoutes, { parts });
  await server.register(eventRoutes, { parts });
  await server.register(orderRoutes, { parts });
  await server.register(channelRoutes, { parts });
  await server.register(logRoutes, { parts });
  await server.register(pictureRoutes, { parts });
  await server.register(pageRoutes, { parts });
  await server.register(apiPage);
  server.get('/.well-known/jwks.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(parts.clientJwks()),
  );
  let policy: string | undefined;
  server.addHook('onSend', async (request, reply, payload) => {
    if (!request.url.startsWith('/docs') || typeof payload !== 'string' || !payload.startsWith('<!')) return payload;
    policy ??= apiPagePolicy(payload);
    void reply.header('content-security-policy', policy);
    // The library's page does not say its language; a screen reader has to know it.
    return payload.replace(/<html(?=[\s>])/, '<html lang="en"');
  });
  return server;
}

/** Opens the public listener. */
export async function openPublicListener(parts: HttpParts, host: string, port: number): Promise<PublicListening> {
  const server = await createPublicServer(parts);
  const sockets = attachSockets(server, parts);
  const url = await listen(server, host, port);
  return {
    url,
    socketBufferBytes: () => sockets.bufferedBytes(),
    close: async () => {
      await sockets.close();
      await closeListener(server);
    },
  };
}
