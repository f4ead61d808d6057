import type { ClientFrame, DeletionReceipt, Locale, Me, Page, ServerFrame } from '#contract';
import { callHub as call, connectHub, type HubSocket, type SocketHandlers } from '#web/hub';

/** The hub as this browser needs it; `createHub` speaks HTTP and WebSocket, tests play it in memory. */
export interface Hub {
  /** Opens a session, or takes up the one whose cookie came along. */
  open(request: { readonly locale: Locale; readonly timeZone: string }): Promise<Me>;
  /** @throws Refusal `no_session` when the session has ended */
  me(): Promise<Me>;
  settings(settings: { readonly locale?: Locale; readonly timeZone?: string }): Promise<void>;
  entries(query: { readonly after: number } | { readonly before: number }, limit: number): Promise<Page>;
  /** Safe to repeat: the same `clientId` is stored once. */
  say(clientId: string, text: string): Promise<{ readonly seq: number }>;
  act(token: string): Promise<{ readonly receipt?: DeletionReceipt | undefined }>;
  /** Answers the one-time address of the linking page for `bank`. */
  link(bank: string): Promise<{ readonly address: string }>;
  connect(handlers: SocketHandlers<ServerFrame>): HubSocket<ClientFrame>;
}

/** The hub that served this page. */
export function createHub(): Hub {
  return {
    open: (request) => call('POST', '/api/session', request),
    me: () => call('GET', '/api/me'),
    settings: (settings) => call('PUT', '/api/settings', settings),
    entries: (query, limit) => {
      const bound = 'after' in query ? `after=${query.after}` : `before=${query.before}`;
      return call('GET', `/api/entries?${bound}&limit=${limit}`);
    },
    say: (clientId, text) => call('POST', '/api/messages', { clientId, text }),
    act: (token) => call('POST', '/api/acts', { token }),
    link: (bank) => call('POST', '/api/links', { bank }),
    connect: (handlers) => connectHub('/ws', handlers),
  };
}
