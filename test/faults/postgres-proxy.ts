import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Where a connection is cut, of which a COMMIT is sent over it. */
export type Cut =
  /** PostgreSQL never sees the COMMIT: nothing was done. */
  | 'before'
  /** PostgreSQL has done it, and its answer is lost. */
  | 'after'
  /** The COMMIT is on its way as both ends are cut: nobody knows. */
  | 'during';

/** Stands between a hub and PostgreSQL: knows where a COMMIT passes, and can cut there. */
export class PostgresProxy {
  /** Where PostgreSQL listens now. */
  target: number;
  /** Cuts so far. */
  readonly cuts: Record<Cut, number> = { before: 0, after: 0, during: 0 };
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #cutAt: ((n: number) => Cut | undefined) | undefined;
  #commits = 0;

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#carry(client));
  }

  /** Opens a proxy to the server that an address names. */
  static async to(databaseUrl: string): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(Number(new URL(databaseUrl).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The address by which a hub reaches a database through here. */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** From now on: asked at each COMMIT of the role that stores events, with its number, whether to cut. */
  cutAt(choose: ((n: number) => Cut | undefined) | undefined): void {
    this.#cutAt = choose;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #carry(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const both = [client, server];
    const end = (): void => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      this.#open.add(socket);
      socket.on('error', end).on('close', () => {
        this.#open.delete(socket);
        end();
      });
    }
    const commits = new Commits();
    let silent = false;
    client.on('data', (chunk: Buffer) => {
      const cut = commits.passIn(chunk) && this.#cutAt ? this.#cutAt((this.#commits += 1)) : undefined;
      if (cut) this.cuts[cut] += 1;
      if (cut === 'before') return end();
      if (cut === 'after') silent = true;
      server.write(chunk);
      if (cut === 'during') end();
      return undefined;
    });
    // The answer has come as far as here: it is done, and nobody is told.
    server.on('data', (chunk) => (silent ? end() : client.write(chunk)));
  }
}

/** Follows what one connection says to PostgreSQL, message by message. */
class Commits {
  #rest = Buffer.alloc(0);
  /** Whether the role is the one that stores events; undefined before it has said who it is. */
  #storesEvents: boolean | undefined;

  /** Whether a COMMIT ends in this piece. */
  passIn(chunk: Buffer): boolean {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    let passes = false;
    for (;;) {
      const message = this.#take();
      if (message === undefined) return passes && this.#storesEvents === true;
      passes ||= /^[QP][^]{4}(?:[^\0]*\0)?[^\0]*\bcommit\b/i.test(message);
    }
  }

  /** The next whole message as text; the first of a connection has no type. */
  #take(): string | undefined {
    const typed = this.#storesEvents === undefined ? 0 : 1;
    if (this.#rest.length < typed + 4) return undefined;
    const length = typed + this.#rest.readUInt32BE(typed);
    if (this.#rest.length < length) return undefined;
    const message = this.#rest.subarray(0, length).toString('latin1');
    this.#rest = this.#rest.subarray(length);
    this.#storesEvents ??= /user\0[^\0]*_intake\0/.test(message);
    return message;
  }
}
