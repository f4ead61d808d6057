import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Entry, Page, ServerFrame } from '#contract';
import { until } from '../visitor.ts';
import type { WorldCustomer } from './world.ts';

/** A customer's browser that is always there: connects, resumes after what it has, comes back when cut off. */
export class Watcher {
  readonly customer: WorldCustomer;
  /** Everything that it was sent, as it came. */
  readonly entries: Entry[] = [];
  /** How often it has been connected. */
  connections = 0;
  /** Closes by the hub that were none of a restart, by their code. */
  readonly #url: () => string;
  #socket: WebSocket | undefined;
  #closed = false;

  constructor(customer: WorldCustomer, url: () => string) {
    this.customer = customer;
    this.#url = url;
    this.#connect();
  }

  #connect(): void {
    const url = this.#url();
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
      if (frame.frame === 'entries') this.entries.push(...frame.entries);
    });
    // What went wrong is followed by the close.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (!this.#closed) setTimeout(() => this.#closed || this.#connect(), 40);
    });
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
