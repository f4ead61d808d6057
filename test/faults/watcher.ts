import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Entry, Page, ServerFrame } from '#contract';
import { until } from '../until.ts';
import type { WorldCustomer } from './world.ts';

/** A customer's browser that is always there: connects, resumes after what it has, comes back when cut off. */
export class Watcher {
  readonly customer: WorldCustomer;
  /** Everything that it was sent, as it came. */
  readonly entries: Entry[] = [];
  /** How often it has been connected. */
  connections = 0;
  /** How often it tried to. */
  tries = 0;
  /** What it was told when it connected; undefined while it is not. */
  hello: Extract<ServerFrame, { frame: 'hello' }> | undefined;
  readonly #url: () => string;
  readonly #pause: () => Promise<unknown>;
  #socket: WebSocket | undefined;
  #closed = false;

  /** @param pause how long it stays away when it was cut off */
  constructor(customer: WorldCustomer, url: () => string, pause: () => Promise<unknown> = () => sleep(40)) {
    this.customer = customer;
    this.#url = url;
    this.#pause = pause;
    this.#connect();
  }

  #connect(): void {
    const url = this.#url();
    this.tries += 1;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
      headers: { origin: url, cookie: this.customer.cookie },
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.connections += 1;
      socket.send(JSON.stringify({ frame: 'resume', after: this.entries.at(-1)?.seq ?? 0 }));
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      if (frame.frame === 'hello') this.hello = frame;
      if (frame.frame === 'entries') this.entries.push(...frame.entries);
    });
    // What went wrong is followed by the close.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.hello = undefined;
      if (!this.#closed) void this.#comeBack();
    });
  }

  async #comeBack(): Promise<void> {
    await this.#pause();
    if (!this.#closed) this.#connect();
  }

  /** Whether it is connected and has everything that there was when it connected. */
  isReady(): boolean {
    return this.hello !== undefined && (this.entries.at(-1)?.seq ?? 0) >= this.hello.lastSeq;
  }

  /** Cuts its own connection; it comes back. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** All pages, as a browser that opens the conversation now reads them. */
  async pages(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const response = await fetch(`${this.#url()}/api/entries?after=${entries.at(-1)?.seq ?? 0}&limit=200`, {
        headers: { cookie: this.customer.cookie },
      });
      if (response.status === 429 || response.status >= 500) {
        await sleep(200);
        continue;
      }
      if (response.status !== 200) throw new Error(`a page was answered with ${response.status}`);
      const page = (await response.json()) as Page;
      entries.push(...page.entries);
      if (page.entries.length === 0 || (entries.at(-1)?.seq ?? 0) >= page.lastSeq) return entries;
    }
  }

  /** Waits until it was sent as much as the pages have; answers these. */
  async caughtUp(): Promise<Entry[]> {
    return until('a browser to have everything', async () => {
      const pages = await this.pages();
      return (this.entries.at(-1)?.seq ?? 0) >= (pages.at(-1)?.seq ?? 0) && pages;
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }
}
