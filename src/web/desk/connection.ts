import type { DeskClientFrame, DeskServerFrame } from '#contract';
import type { HubSocket, Surroundings } from '#web/hub';
import type { DeskHub } from './hub.ts';

const backoffMs = { first: 400, max: 20_000 } as const;
/** A connection that heals within this time is never spoken of. */
const quietMs = 2500;
/** A socket that opens and then says nothing is given up. */
const helloMsMax = 10_000;

type Hello = Extract<DeskServerFrame, { frame: 'hello' }>;

/** What a connection tells its desk. */
export interface ConnectionHandlers {
  /** Asked before each attempt; throws when the hub does not answer, or says that the session is over. */
  readonly ask: () => Promise<void>;
  /** True when this error says that there is nothing to try again. */
  readonly isEnd: (error: unknown) => boolean;
  /** The hub has greeted; `again` after a connection that was lost. */
  readonly greeted: (hello: Hello, again: boolean) => void;
  readonly frame: (frame: Exclude<DeskServerFrame, Hello>) => void;
  readonly offline: (offline: boolean) => void;
}

/** One web socket to the hub, made again whenever it is lost, ever more slowly, until it is closed. */
export class Connection {
  readonly #hub: DeskHub;
  readonly #around: Surroundings;
  readonly #handlers: ConnectionHandlers;
  #socket: HubSocket<DeskClientFrame> | undefined;
  /** Grows with every attempt; what belongs to an older one is ignored. */
  #generation = 0;
  #attempts = 0;
  #up = false;
  #lostOnce = false;
  #callOffRetry: (() => void) | undefined;
  #callOffOffline: (() => void) | undefined;
  #callOffHello: (() => void) | undefined;

  constructor(hub: DeskHub, around: Surroundings, handlers: ConnectionHandlers) {
    this.#hub = hub;
    this.#around = around;
    this.#handlers = handlers;
  }

  get up(): boolean {
    return this.#up;
  }

  /** What is sent while there is no connection is lost: the desk says it again when it is greeted. */
  send(frame: DeskClientFrame): void {
    if (this.#up) this.#socket?.send(frame);
  }

  /** Asks, and then connects; goes on until it is greeted. */
  start(): void {
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    const generation = ++this.#generation;
    this.#handlers.ask().then(
      () => {
        if (generation === this.#generation) this.#connect();
      },
      (error: unknown) => this.#lost(generation, error),
    );
  }

  /** Tries now what would be tried later. */
  hurry(): void {
    if (this.#callOffRetry) this.start();
  }

  /** The device says that it has no network: the socket may not notice for minutes. */
  cut(): void {
    const socket = this.#socket;
    this.#lost(++this.#generation);
    socket?.close();
    this.#callOffOffline?.();
    this.#callOffOffline = undefined;
    this.#handlers.offline(true);
  }

  close(): void {
    const socket = this.#socket;
    this.#generation += 1;
    this.#socket = undefined;
    this.#up = false;
    this.#quiet();
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    socket?.close();
  }

  #connect(): void {
    const generation = ++this.#generation;
    const mine = (act: () => void): void => {
      if (generation === this.#generation) act();
    };
    this.#socket = this.#hub.connect({
      opened: () =>
        mine(() => {
          this.#callOffHello = this.#around.after(helloMsMax, () => {
            const socket = this.#socket;
            this.#lost(generation);
            socket?.close();
          });
        }),
      frame: (frame) => mine(() => (frame.frame === 'hello' ? this.#greeted(frame) : this.#handlers.frame(frame))),
      closed: () => mine(() => this.#lost(generation)),
    });
  }

  #greeted(hello: Hello): void {
    const again = this.#lostOnce;
    this.#up = true;
    this.#attempts = 0;
    this.#lostOnce = false;
    this.#quiet();
    this.#handlers.offline(false);
    this.#handlers.greeted(hello, again);
  }

  #lost(generation: number, error?: unknown): void {
    if (generation !== this.#generation || (error !== undefined && this.#handlers.isEnd(error))) return;
    // Nothing more of this attempt is heard.
    this.#generation += 1;
    this.#up = false;
    this.#lostOnce = true;
    this.#socket = undefined;
    this.#callOffHello?.();
    this.#callOffOffline ??= this.#around.after(quietMs, () => this.#handlers.offline(true));
    const ceiling = Math.min(backoffMs.max, backoffMs.first * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#callOffRetry = this.#around.after(ceiling * (0.5 + this.#around.random() / 2), () => this.start());
  }

  #quiet(): void {
    this.#callOffHello?.();
    this.#callOffHello = undefined;
    this.#callOffOffline?.();
    this.#callOffOffline = undefined;
  }
}
