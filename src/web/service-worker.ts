/**
 * Keeps the messenger's shell (page, script, style, maps), so that it opens without a network. It never
 * touches `/api`, `/ws`, `/link` or anything else that carries a person's data: those requests pass it by.
 */

/** The few events and members of a service worker used here; the `webworker` library clashes with `dom`. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface PushEvent extends WorkerEvent {
  readonly data: { json(): unknown } | null;
}

interface NotificationEvent extends WorkerEvent {
  readonly notification: { close(): void };
}

interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
}

interface ShellWorker {
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'push', listener: (event: PushEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: NotificationEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(of: { type: 'window'; includeUncontrolled: true }): Promise<readonly WindowClient[]>;
    openWindow(address: string): Promise<unknown>;
  };
  readonly registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
  readonly location: Location;
}

// Both are filled in by the build.
const cacheName = 'tellerline-__VERSION__';
const shell = JSON.parse('__SHELL__') as string[];
const pageMsMax = 3000;

function serve(worker: ShellWorker): void {
  worker.addEventListener('install', (event) => {
    event.waitUntil(
      caches
        .open(cacheName)
        .then((cache) => cache.addAll(['/', '/theme.js', '/icon.svg', ...shell]))
        .then(() => worker.skipWaiting()),
    );
  });

  worker.addEventListener('activate', (event) => {
    event.waitUntil(
      caches
        .keys()
        .then((names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))))
        .then(() => worker.clients.claim()),
    );
  });

  worker.addEventListener('push', (event) => event.waitUntil(tell(worker, event)));
  worker.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(openChat(worker));
  });

  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== 'GET' || address.origin !== worker.location.origin) return;
    if (request.mode === 'navigate' && address.pathname === '/') event.respondWith(page(request));
    else if (address.pathname.startsWith('/assets/')) event.respondWith(asset(request));
    else if (address.pathname === '/theme.js' || address.pathname === '/icon.svg') event.respondWith(asset(request));
  });
}

function isWorker(scope: object): scope is ShellWorker {
  return 'skipWaiting' in scope;
}

const scope: object = globalThis;
if (isWorker(scope)) serve(scope);

/** Says that there is something new, in the words that came: what it is, never comes this way. */
async function tell({ registration }: ShellWorker, { data }: PushEvent): Promise<void> {
  const notice: unknown = data?.json();
  if (typeof notice !== 'object' || notice === null || !('text' in notice) || typeof notice.text !== 'string') return;
  const lang = 'locale' in notice && typeof notice.locale === 'string' ? notice.locale : 'en';
  // One notification however many came: they all say the same.
  await registration.showNotification(notice.text, { tag: 'new', lang, icon: '/icon.svg' });
}

/** The chat that is open already, or a new one. */
async function openChat({ clients, location }: ShellWorker): Promise<void> {
  const open = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const chat = open.find(({ url }) => new URL(url).origin === location.origin && new URL(url).pathname === '/');
  await (chat ? chat.focus() : clients.openWindow('/'));
}

/** The page as the hub has it; the kept one when the hub does not answer in time. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(pageMsMax) });
  } catch (error) {
    const kept = await caches.match('/');
    if (kept) return kept;
    throw error;
  }
}

/** Files named by their content never change: the kept one is right. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(cacheName);
    await cache.put(request, response.clone());
  }
  return response;
}
