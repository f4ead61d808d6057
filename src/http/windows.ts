import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** What a page may send in one frame; its frames are a few dozen bytes. */
const frameBytesMax = 4096;
/** One that does not answer the goodbye is cut off. */
const goodbyeMs = 1000;

/** Service restart, of RFC 6455's registry: the page comes back after a random while. */
export const restarting = 1012;

/** The web sockets of one path, and whose they are: each person has a few windows open, and the newest stay. */
export class Windows {
  readonly server = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax, perMessageDeflate: false });
  readonly #ofPerson = new Map<string, Set<WebSocket>>();

  /** @returns the oldest of that person's, which was closed because there are more than `max` */
  add(person: string, socket: WebSocket, max: number): WebSocket | undefined {
    const own = this.#ofPerson.get(person) ?? new Set();
    this.#ofPerson.set(person, own.add(socket));
    socket.on('close', () => {
      own.delete(socket);
      if (own.size === 0) this.#ofPerson.delete(person);
    });
    const [oldest] = own;
    if (own.size <= max || !oldest) return undefined;
    own.delete(oldest);
    oldest.close(1008, 'too many windows');
    setTimeout(() => oldest.terminate(), goodbyeMs).unref();
    return oldest;
  }

  /** Lets nobody in any more, and waits for those who were sent away. */
  async shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const late = setTimeout(() => this.server.clients.forEach((socket) => socket.terminate()), goodbyeMs);
    await closed;
    clearTimeout(late);
  }
}

/** Refuses an upgrade before there is a web socket. */
export function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
