import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { ChimeBody } from './render.ts';
import { chimeSignature } from './signature.ts';

/** What Chime was sent. */
export interface Sent extends ChimeBody {
  readonly to: string;
  readonly reference: string;
}

/** What it answers: a status, or nothing; 200 where nothing is said. */
export type ChimePlay = number | 'silence' | 'reset' | 'page';

/** Chime itself, over real HTTP: it keeps what it is sent, and tells what people do there. */
export interface ChimePlatform {
  readonly api: string;
  readonly sent: Sent[];
  /** Every call, as its bytes were. */
  readonly calls: { readonly address: string; readonly bytes: string }[];
  /** What becomes of the next calls, in their order. */
  readonly plays: ChimePlay[];
  close(): Promise<void>;
}

/** Starts it. */
export async function chimePlatform(): Promise<ChimePlatform> {
  const [sent, calls, plays]: [Sent[], ChimePlatform['calls'][number][], ChimePlay[]] = [[], [], []];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const bytes = Buffer.concat(chunks).toString();
        calls.push({ address: request.url ?? '', bytes });
        const play = plays.shift() ?? 200;
        if (play === 'silence') return;
        if (play === 'reset') return void request.socket.destroy();
        if (play === 'page') return void response.end('<html>maintenance</html>');
        if (play === 200) sent.push(JSON.parse(bytes) as Sent);
        response.writeHead(play).end(JSON.stringify({ id: `platform-${calls.length}` }));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    calls,
    plays,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A body as Chime tells it, and what it is signed with. */
export function chimeTells(
  page: string,
  secret: string,
  events: readonly object[],
): { raw: Buffer; signature: string } {
  const raw = Buffer.from(JSON.stringify({ page, events }));
  return { raw, signature: chimeSignature(raw, secret) };
}
