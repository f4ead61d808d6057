import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sender } from '#delivery';

/** What the messenger's server does with a call. */
export type Manner =
  | 'takes'
  | 'answers 429'
  | 'answers 500'
  /** Shows it, and cuts the connection before it answers. */
  | 'takes and resets'
  /** Cuts the connection without showing it. */
  | 'resets'
  /** Shows it, and answers after so many milliseconds. */
  | { readonly slowMs: number };

/** One thing that stands in a person's chat there. */
export interface Shown {
  readonly to: string;
  readonly reference: string;
  readonly text: string;
  readonly atMs: number;
}

/** A messenger's server that fails on demand, over real HTTP, and what has come to stand in its chats. */
export interface FakeMessenger {
  readonly shown: Shown[];
  /** Every call, shown or not; `by` is what the caller has put behind the address. */
  readonly calls: { readonly by: string; readonly to: string; readonly reference: string; readonly atMs: number }[];
  /** Asked for each call: the how-manieth it is of all, and of those with the same reference, from 0. */
  behave(manner: (call: number, ofReference: number) => Manner): void;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a messenger's server on a free port of loopback. */
export async function startFakeMessenger(): Promise<FakeMessenger> {
  const shown: Shown[] = [];
  const calls: FakeMessenger['calls'] = [];
  const called = new Map<string, number>();
  let manner: (call: number, ofReference: number) => Manner = () => 'takes';
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { to, reference, text } = JSON.parse(Buffer.concat(parts).toString()) as Omit<Shown, 'atMs'>;
    const earlier = called.get(reference) ?? 0;
    called.set(reference, earlier + 1);
    const does = manner(calls.length, earlier);
    calls.push({ by: (request.url ?? '').slice(1), to, reference, atMs: performance.now() });
    const show = (): void => void shown.push({ to, reference, text, atMs: performance.now() });
    if (does === 'resets') return void request.socket.resetAndDestroy();
    if (does === 'answers 429') return void response.writeHead(429, { 'retry-after': '1' }).end();
    if (does === 'answers 500') return void response.writeHead(500).end();
    show();
    if (does === 'takes and resets') return void request.socket.resetAndDestroy();
    if (does !== 'takes') await sleep(does.slowMs);
    return void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: `m${shown.length}` }));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    shown,
    calls,
    behave: (how) => (manner = how),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A sender to a messenger's server, as a channel's folder would have it. */
export function senderTo(
  channel: string,
  url: string,
  waits: { readonly timeoutMs?: number; readonly settleMs?: number; readonly concurrencyMax?: number } = {},
): Sender {
  return {
    channel,
    removes: false,
    concurrencyMax: 16,
    timeoutMs: 2_000,
    settleMs: 1_000,
    ...waits,
    send: async ({ identityId, reference, message, entry }, signal) => {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify({ to: identityId, reference, text: message?.content.text ?? entry }),
        signal,
      });
      const { status } = response;
      if (status === 429) {
        const afterMs = Number(response.headers.get('retry-after')) * 1_000;
        return { outcome: 'later', code: 'http-429', afterMs, whole: true };
      }
      if (status >= 500) return { outcome: 'later', code: `http-${status}` };
      if (status !== 200) return { outcome: 'refused', code: `http-${status}` };
      const { id } = (await response.json()) as { id: string };
      return { outcome: 'sent', platformId: id };
    },
  };
}
