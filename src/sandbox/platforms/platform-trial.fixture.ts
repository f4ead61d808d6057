import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLog, systemClock } from '#base';
import { testDatabase } from '#test/database';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import type { NewNumber, PhoneState, PlatformName } from './phone-api.ts';
import type { PlatformSettings } from './platforms.ts';

/** For tests alone: the stand-in platforms with a hub that notes what it is told. */

/** One webhook body as it came in. */
export interface ToldBody {
  readonly platform: string;
  readonly headers: IncomingMessage['headers'];
  readonly raw: Buffer;
  /** What it was answered with. */
  readonly status: number;
  /** Its events: of `messaging`, of `standby`, or the changes. */
  readonly items: readonly Item[];
}

type Item = Readonly<Record<string, unknown>>;

/** A hub that answers the handshake and takes webhooks. */
export interface ListeningHub {
  readonly url: string;
  readonly told: ToldBody[];
  /** What the next bodies are answered with; 200 otherwise. */
  readonly answers: number[];
  /** Whether the handshake is answered. */
  handshakes: boolean;
  /** How many asked for each path by GET, with what name. */
  readonly looked: { readonly path: string; readonly agent: string | undefined }[];
  /** Every event so far, in order. */
  items(platform?: PlatformName): readonly Item[];
  /** Waits until an event came that the test looks for. */
  until(holds: (item: Item) => boolean): Promise<Item>;
  /** The picture that `/picture` answers. */
  picture: Buffer;
  close(): Promise<void>;
}

/** An answer of the Graph API. */
export interface GraphReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly error: { readonly code: number; readonly error_subcode?: number; readonly message: string } | undefined;
}

export interface PlatformTrial {
  readonly hub: ListeningHub;
  readonly sandbox: Sandbox;
  readonly settings: PlatformSettings;
  /** A call with the first page's or number's token, or as the app. */
  graph(
    platform: PlatformName,
    method: string,
    path: string,
    body?: object,
    options?: { token?: string; asApp?: true },
  ): Promise<GraphReply>;
  proof(platform: PlatformName): string;
  phone(doing: string, platform: PlatformName, body?: object): Promise<Readonly<Record<string, unknown>>>;
  state(platform: PlatformName, person?: string): Promise<PhoneState>;
  faults(platform: PlatformName, settings: object): Promise<void>;
  control(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  /** Ends all faults of both platforms. */
  heal(): Promise<void>;
  renumber(platform: PlatformName, how: NewNumber): Promise<PhoneState>;
  /** Stops the sandbox and starts it again on the same port and database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startPlatformTrial(): Promise<PlatformTrial> {
  const log = createLog(process.env['TEST_LOG'] ?? 'silent');
  const base = await testDatabase();
  const state: { sandbox?: Sandbox } = {};
  const hub = await startListeningHub(() => state.sandbox?.platforms);
  const start = async (port: number): Promise<Sandbox> =>
    (state.sandbox = await createSandbox({
      databaseUrl: base.sandboxUrl,
      port,
      hubUrl: hub.url,
      clock: systemClock,
      log,
      seedCustomers: 1,
    }));
  let sandbox = await start(0);
  const tokenOf = (platform: PlatformName): string =>
    (platform === 'messenger'
      ? sandbox.platforms.messenger.pages[0]?.accessToken
      : sandbox.platforms.whatsapp.numbers[0]?.accessToken) ?? '';
  const trial: PlatformTrial = {
    hub,
    get sandbox() {
      return sandbox;
    },
    get settings() {
      return sandbox.platforms;
    },
    graph: (platform, method, path, body, options = {}) => {
      const { graph, appId, appSecret } = sandbox.platforms[platform];
      const token = options.asApp ? `${appId}|${appSecret}` : (options.token ?? tokenOf(platform));
      return graphCall(`${graph}${path}`, token, method, body);
    },
    proof: (platform) =>
      createHmac('sha256', sandbox.platforms[platform].appSecret).update(tokenOf(platform)).digest('hex'),
    phone: (doing, platform, body = {}) => json('POST', `${sandbox.url}/phone/api/${doing}`, { platform, ...body }),
    state: async (platform, person) => {
      const query = new URLSearchParams({ platform, ...(person && { person }) });
      return (await fetch(`${sandbox.url}/phone/api/state?${query.toString()}`)).json() as Promise<PhoneState>;
    },
    faults: async (platform, settings) => {
      await json('PUT', `${sandbox.url}/control/platforms/${platform}/faults`, settings);
    },
    control: (method, path, body) => json(method, `${sandbox.url}/control/platforms${path}`, body),
    heal: async () => {
      for (const platform of ['messenger', 'whatsapp'])
        await json('DELETE', `${sandbox.url}/control/platforms/${platform}/faults`);
    },
    renumber: async (platform, how) => {
      await trial.phone('new-number', platform, { how });
      return trial.state(platform);
    },
    restart: async () => {
      await sandbox.close();
      sandbox = await start(Number(new URL(sandbox.url).port));
    },
    close: async () => {
      await sandbox.close();
      await hub.close();
      await base.close();
    },
  };
  return trial;
}

async function json(method: string, url: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const words = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${words}`);
  return words === '' ? {} : JSON.parse(words);
}

async function graphCall(url: string, token: string, method: string, body: object | undefined): Promise<GraphReply> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const read = (await answer.json()) as GraphReply['body'] & { error?: GraphReply['error'] };
  return { status: answer.status, body: read, error: read.error };
}

async function startListeningHub(settings: () => PlatformSettings | undefined): Promise<ListeningHub> {
  const told: ToldBody[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => void serve(request, response));
  const hub: Omit<ListeningHub, 'url'> = {
    told,
    answers: [],
    handshakes: true,
    looked: [],
    picture: Buffer.from('not a picture'),
    items: (platform) =>
      told.filter((body) => platform === undefined || body.platform === platform).flatMap(({ items }) => items),
    until: async (holds) => {
      for (;;) {
        const found = hub.items().find(holds);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://hub');
    const [, platform] = /^\/channels\/(messenger|whatsapp)\/webhook$/.exec(url.pathname) ?? [];
    if (request.method === 'GET' && platform) {
      const token = settings()?.[platform as PlatformName].verifyToken;
      const holds = hub.handshakes && token === url.searchParams.get('hub.verify_token');
      response.writeHead(holds ? 200 : 403).end(holds ? url.searchParams.get('hub.challenge') : '');
    } else if (request.method === 'GET') {
      hub.looked.push({ path: request.url ?? '', agent: request.headers['user-agent'] });
      response.writeHead(200).end(url.pathname === '/picture' ? hub.picture : 'a page');
    } else {
      const raw = Buffer.from(await text(request), 'utf8');
      const status = hub.answers.shift() ?? 200;
      told.push({ platform: platform ?? '', headers: request.headers, raw, status, items: itemsOf(raw) });
      response.writeHead(status).end();
      for (const tell of waiting) tell();
      waiting.clear();
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(hub, { url: `http://localhost:${(server.address() as AddressInfo).port}` });
}

function itemsOf(raw: Buffer): Item[] {
  const { entry } = JSON.parse(raw.toString('utf8')) as { entry: Record<string, Item[] | undefined>[] };
  return entry.flatMap((one) => [...(one['messaging'] ?? []), ...(one['standby'] ?? []), ...(one['changes'] ?? [])]);
}
