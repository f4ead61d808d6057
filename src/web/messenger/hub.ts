import type { DeletionReceipt, Locale, Me, Page, Problem, ServerFrame, ClientFrame } from '#contract';

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
  connect(handlers: SocketHandlers): Socket;
}

/** What is called when the socket opens, brings a frame, or has closed for whatever reason, with RFC 6455's code. */
export interface SocketHandlers {
  readonly opened: () => void;
  readonly frame: (frame: ServerFrame) => void;
  readonly closed: (code: number) => void;
}

/** An open or opening web socket; what is sent before it opened is lost. */
export interface Socket {
  send(frame: ClientFrame): void;
  close(): void;
}

/** The hub answered, and said no: `problem.message` is the plain sentence for the person. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
    this.status = status;
    this.problem = problem;
  }
}

/** The hub did not answer, or not in a way we can read; whether it acted is not known. */
export class NoAnswer extends Error {
  constructor(options?: ErrorOptions) {
    super('the hub did not answer', options);
    this.name = 'NoAnswer';
  }
}

/** One call of the hub's own API, as JSON by the session cookie. @throws Refusal, NoAnswer */
export async function call<Answer>(method: 'GET' | 'POST' | 'PUT', address: string, body?: unknown): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    text = await response.text();
  } catch (cause) {
    throw new NoAnswer({ cause });
  }
  const json = parse(text);
  if (response.ok) return json as Answer;
  if (isProblem(json)) throw new Refusal(response.status, json);
  throw new NoAnswer();
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new NoAnswer({ cause });
  }
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'code' in json && 'message' in json;
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
    connect,
  };
}

function connect(handlers: SocketHandlers): Socket {
  const address = new URL('/ws', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const socket = new WebSocket(address);
  socket.addEventListener('open', handlers.opened);
  socket.addEventListener('close', ({ code }) => handlers.closed(code));
  socket.addEventListener('message', (event: MessageEvent<string>) => {
    handlers.frame(JSON.parse(event.data) as ServerFrame);
  });
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close: () => socket.close(),
  };
}
