import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import type { Clock, Log } from '#base';
import { openDatabase } from '#db';
import { sweepAuthorizationState } from './authorization-store.ts';
import { createAuthorizationServer } from './authorization-server.ts';
import { bankRoutes } from './bank-routes.ts';
import { sandboxBanks } from './banks.ts';
import { postDuePurchases } from './settling.ts';
import type { SandboxContext } from './context.ts';
import { controlApi } from './control-api.ts';
import { startPlatforms, type Platforms, type PlatformSettings } from './platforms/platforms.ts';
import { seedCustomers } from './customers.ts';
import { dpopNonces, proofMemory } from './dpop.ts';
import { phonePageRoutes } from './phone/phone-routes.ts';
import { startEventDelivery } from './event-delivery.ts';
import { ensureEventKey } from './event-keys.ts';
import { createFaults } from './faults.ts';
import { createControlFaults } from './cards/card-faults.ts';
import { carryOutDue } from './cards/control-actions.ts';
import type { Controls } from './controls.ts';
import { createQuota } from './quota.ts';
import { loadBankSecrets } from './secrets.ts';
import { openStaffLogin } from './staff/identity-provider.ts';
import { trialRoutes } from './trial-routes.ts';
import { witnessRoutes } from './witness-routes.ts';
import { shopRoutes } from './shop/routes.ts';
import { trackerRoutes } from './shop/trackers.ts';
import { openShop, type SandboxShop } from './shop/shop.ts';
import type { SenderSettings } from './shop/telling.ts';
import { openWitness, type SandboxWitness } from './witness.ts';

/** What the stand-in banks are given. `databaseUrl` holds a password: never log it. */
export interface SandboxOptions {
  /** Connects as a role that owns schema `sandbox` and sees nothing else. */
  readonly databaseUrl: string;
  /** 0: a free one. */
  readonly port: number;
  /** Default 127.0.0.1: the control API has no sign-in. */
  readonly host?: string;
  /** Public address; default `http://localhost:<port>`. */
  readonly url?: string;
  /** Where the hub is; a function when that is known only later. */
  readonly hubUrl: string | (() => string);
  /** Where the hub's staff listener is; without it nobody can sign in as staff. */
  readonly staffUrl?: () => string;
  readonly clock: Clock;
  readonly log: Log;
  /** How many customers are made beforehand at each bank; the others when they are first met. Default 3. */
  readonly seedCustomers?: number;
  /** Runs the stand-in witness: its folder, apart from the database, and the key of the one log that it knows. */
  readonly witness?: { readonly folder: string; readonly logKey: string };
}

/** The stand-in banks, running. */
export interface Sandbox {
  readonly url: string;
  /** The stand-in witness: its verifier key, and where it is asked. */
  readonly witness: { readonly key: string; readonly address: string } | undefined;
  /** The stand-ins of Messenger and WhatsApp, as a hub is set up for them. */
  readonly platforms: PlatformSettings;
  /** The stand-in shop and carrier, as a hub is set up for them. */
  readonly orderSenders: SenderSettings;
  /** Ends listening, deliveries and database use. Safe to call twice. */
  close(): Promise<void>;
}

/** Chores run this often: what merchants claim after two days, and what the authorization server may forget. */
const CHORES_MS = 60_000;

/**
 * Starts the four stand-in banks: authorization servers, FDX APIs, event push, control API and trial page,
 * all on one port. The migrations in `sandboxMigrations` must have been applied.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, log } = options;
  const database = openDatabase(options.databaseUrl, { log });
  const doors: { answer: (request: IncomingMessage, response: ServerResponse) => void } = {
    answer: (_request, response) => {
      response.writeHead(503).end();
    },
  };
  const server = createServer((request, response) => doors.answer(request, response));
  try {
    // The issuers' names hold the port, so it must be known before anything else is made.
    const port = await listen(server, options.port, options.host ?? '127.0.0.1');
    const { hubUrl } = options;
    const context: SandboxContext = {
      database,
      clock,
      log,
      url: (options.url ?? `http://localhost:${port}`).replace(/\/$/, ''),
      staffUrl: () => (options.staffUrl?.() ?? 'http://localhost:0').replace(/\/$/, ''),
      hubUrl: () => (typeof hubUrl === 'function' ? hubUrl() : hubUrl).replace(/\/$/, ''),
      eventsWaiting: (bankId, callbackUrl) => delivery.nudge(bankId, callbackUrl),
    };
    const delivery = startEventDelivery(context);
    const faults = createFaults();
    const controlFaults = createControlFaults();
    const witness = options.witness && openWitness(options.witness.folder, options.witness.logKey, clock);
    const platforms = await startPlatforms(context);
    const shop = openShop(context);
    const app = await buildApp(context, { context, faults, controlFaults }, witness, platforms, shop);
    await seedCustomers(context, options.seedCustomers ?? 3);
    doors.answer = (request, response) => app.routing(request, response);
    await delivery.recover();
    const chores = setInterval(() => {
      void doChores(context);
    }, CHORES_MS);
    const close = async (): Promise<void> => {
      clearInterval(chores);
      faults.close();
      await stopListening(server);
      await delivery.close();
      await shop.close();
      await platforms.close();
      await app.close();
      await database.close();
    };
    let closing: Promise<void> | undefined;
    const asked = witness && { key: witness.key, address: `${context.url}/witness` };
    const { settings } = platforms;
    const { settings: orderSenders } = shop;
    return {
      url: context.url,
      witness: asked,
      platforms: settings,
      orderSenders,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await stopListening(server);
    await database.close();
    throw error;
  }
}

async function buildApp(
  context: SandboxContext,
  controls: Controls,
  witness: SandboxWitness | undefined,
  platforms: Platforms,
  shop: SandboxShop,
): Promise<FastifyInstance> {
  const app = fastify({ logger: false, routerOptions: { ignoreTrailingSlash: false } });
  const quota = createQuota(() => context.clock.monotonicMs());
  for (const bank of sandboxBanks) {
    const secrets = await loadBankSecrets(context.database, bank.id, new Date(context.clock.nowMs()));
    await ensureEventKey(context, bank.id);
    const provider = createAuthorizationServer(context, bank, secrets);
    const nonces = dpopNonces(secrets.dpopNonceSecret);
    const staff = await openStaffLogin(context, bank);
    await app.register(bankRoutes({ ...controls, bank, provider, quota, nonces, memory: proofMemory() }, staff));
  }
  await app.register(async (scope) => controlApi(scope, controls, shop));
  await app.register(shopRoutes(context, shop));
  await app.register(trackerRoutes(shop));
  await app.register(trialRoutes(controls));
  await app.register(phonePageRoutes);
  await app.register((scope) => platforms.routes(scope));
  if (witness) await app.register(witnessRoutes(witness));
  await app.ready();
  return app;
}

async function doChores(context: SandboxContext): Promise<void> {
  try {
    await postDuePurchases(context);
    await carryOutDue(context);
    await sweepAuthorizationState(context);
  } catch (error) {
    context.log.error({ err: error }, "the sandbox's chores failed and will be tried again");
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
