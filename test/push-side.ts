import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to a push service. */
interface Pushed {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly path: string;
}

/** A push service of a test's own: keeps what comes, and answers as it is told. */
export class PushService {
  readonly pushed: Pushed[] = [];
  answer: { status: number; headers?: Record<string, string> } = { status: 201 };
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.pushed.push({ headers: request.headers, body: Buffer.concat(chunks), path: request.url ?? '' });
      response.writeHead(this.answer.status, this.answer.headers).end();
    });
  });

  /** Begins to listen; answers where browsers are pushed to, but for their own names. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/push/`;
  }

  close(): void {
    this.#server.close();
  }
}

/** A browser's half of RFC 8291: its key pair and secret. */
export class PushReceiver {
  readonly #keys = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly #own = this.#keys.generateKeys();

  subscription(endpoint: string) {
    return { endpoint, keys: { p256dh: this.#own.toString('base64url'), auth: this.#auth.toString('base64url') } };
  }

  /** Opens an `aes128gcm` body (RFC 8188) by the keys of RFC 8291. */
  open(body: Buffer): unknown {
    const salt = body.subarray(0, 16);
    const theirs = body.subarray(21, 21 + (body[20] ?? 0));
    const sealed = body.subarray(21 + theirs.length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#own, theirs]);
    const shared = Buffer.from(hkdfSync('sha256', this.#keys.computeSecret(theirs), this.#auth, info, 32));
    const derive = (name: string, bytes: number): Buffer =>
      Buffer.from(hkdfSync('sha256', shared, salt, Buffer.from(`Content-Encoding: ${name}\0`), bytes));
    const opening = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    opening.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]);
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString()) as unknown;
  }
}
