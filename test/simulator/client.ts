import { unmetered, type ConversationId, type CustomerId, type IdentityId } from '#base';
import type { Entry, ServerFrame } from '#contract';
import { customerActor } from '#vault';
import { Feed } from '../../src/channels/web/feed.ts';
import type { HubNode } from './node.ts';
import type { World } from './world.ts';

/** A customer in front of a browser: connected to some process, now and then not. */
export class Client {
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly identityId: IdentityId;
  /** Everything up to this number was shown. */
  lastSeq = 0;
  /** What stands on the screen: revision and content by message. */
  readonly screen = new Map<string, { revision: number; content: string }>();
  /** What should never happen. */
  readonly wrong: string[] = [];
  readonly #world: World;
  readonly #nodes: readonly HubNode[];
  #connection: { open: boolean; close: () => void } | undefined;

  constructor(
    world: World,
    nodes: readonly HubNode[],
    who: { readonly customerId: CustomerId; readonly conversationId: ConversationId; readonly identityId: IdentityId },
  ) {
    this.#world = world;
    this.#nodes = nodes;
    ({ customerId: this.customerId, conversationId: this.conversationId, identityId: this.identityId } = who);
  }

  /** Comes to a process and resumes; comes back whenever the connection ends. */
  connect(): void {
    const alive = this.#nodes.filter((node) => node.life.alive);
    if (alive.length === 0) {
      this.#world.after(500, () => this.connect());
      return;
    }
    const node = this.#world.chance.pick(alive);
    const connection = { open: true, close: () => undefined as void };
    this.#connection = connection;
    let lastAt = 0;
    const fail = (): void => this.#disconnected(connection);
    const feed = new Feed(
      {
        identityId: this.identityId,
        actor: customerActor(this),
        thread: { customerId: this.customerId, conversationId: this.conversationId },
        manner: { locale: 'en', timeZone: 'UTC' },
      },
      { delivery: node.delivery, clock: node.clock, meter: unmetered },
      {
        // In order, each after a while; what is on its way when the line ends is lost.
        send: (frame) => {
          if (!connection.open) return;
          lastAt = Math.max(lastAt, this.#world.ms + this.#world.chance.between(1, 30));
          this.#world.after(lastAt - this.#world.ms, () => {
            if (connection.open) this.#shown(frame);
          });
        },
        deliver: (frame) =>
          new Promise((resolve) => {
            if (!connection.open) return resolve();
            lastAt = Math.max(lastAt, this.#world.ms + this.#world.chance.between(1, 30));
            this.#world.after(lastAt - this.#world.ms, () => {
              if (connection.open) this.#shown(frame);
              resolve();
            });
          }),
        isOpen: () => connection.open,
        fail,
      },
    );
    connection.close = () => {
      feed.close();
      node.onDeath.delete(fail);
    };
    node.onDeath.add(fail);
    feed.resume(this.lastSeq).catch(fail);
  }

  /** The line ends: the customer comes back a little later. */
  drop(): void {
    if (this.#connection) this.#disconnected(this.#connection);
  }

  #disconnected(connection: { open: boolean; close: () => void }): void {
    if (!connection.open) return;
    connection.open = false;
    connection.close();
    this.#world.count('connections that ended');
    this.#world.after(this.#world.chance.between(10, 2_000), () => this.connect());
  }

  #shown(frame: ServerFrame): void {
    if (frame.frame === 'entries') for (const entry of frame.entries) this.#show(entry);
  }

  #show(entry: Entry): void {
    if (entry.seq !== this.lastSeq + 1) this.wrong.push(`P2: entry ${entry.seq} was shown after ${this.lastSeq}`);
    this.lastSeq = entry.seq;
    if (entry.entry === 'removal') {
      this.screen.delete(entry.messageId);
      return;
    }
    const { id, revision, content } = entry.message;
    const before = this.screen.get(id);
    if (before && before.revision > revision)
      this.wrong.push(`P2: revision ${revision} was shown after ${before.revision}`);
    this.screen.set(id, { revision, content: JSON.stringify(content) });
    this.#world.count('entries shown in browsers');
  }
}
