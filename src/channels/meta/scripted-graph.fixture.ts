import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call as a test's Graph API received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What it does with the next call: answers, or cuts the connection, or says nothing. */
export type Play =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | 'reset'
  | 'silence';

/** A Graph API that does as it is told, over real HTTP. */
export interface ScriptedGraph {
  /** With a version, as in the settings. */
  readonly graph: string;
  readonly received: Received[];
  /** What is done with the calls that come, in order; when none is left, the message is taken. */
  readonly plays: Play[];
  close(): Promise<void>;
}

/** Starts one on a free port of this machine. */
export async function scriptedGraph(): Promise<ScriptedGraph> {
  const received: Received[] = [];
  const plays: Play[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const { method = '', headers } = request;
      const json = body === '' ? {} : (JSON.parse(body) as Readonly<Record<string, unknown>>);
      received.push({ method, path: pathname, query: searchParams, headers, body: json });
      play(response, plays.shift() ?? { status: 200, json: { message_id: `m${received.length}` } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    graph: `http://127.0.0.1:${port}/v26.0`,
    received,
    plays,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function play(response: ServerResponse, next: Play): void {
  if (next === 'silence') return;
  if (next === 'reset') {
    response.destroy();
    return;
  }
  response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers });
  response.end(next.text ?? JSON.stringify(next.json ?? {}));
}

/** An error as the Graph API says it. */
export const graphError = (status: number, code: number, subcode?: number): Play => ({
  status,
  json: { error: { message: 'made', type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'A' } },
});
