import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, systemClock, turns, unmetered, type ConversationId, type CustomerId, type IdentityId } from '#base';
import type { Entry, Page, ServerFrame } from '#contract';
import type { Delivery } from '#delivery';
import { customerActor } from '#vault';
import { Feed } from './feed.ts';

// A slow browser: how much of a conversation is read for it before it has taken what it was sent.

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A conversation of so many removals, which need nothing but a number. */
class Conversation {
  last: number;
  pagesRead = 0;
  hand: (entries: readonly Entry[]) => void = () => assert.fail('nobody is connected');

  constructor(last: number) {
    this.last = last;
  }

  entry(seq: number): Entry {
    return { entry: 'removal', seq, messageId: '00000000-0000-4000-8000-000000000000' };
  }

  delivery(): Delivery {
    const page = async (_actor: unknown, _thread: unknown, span: { after: number; limit: number }): Promise<Page> => {
      this.pagesRead += 1;
      const to = Math.min(this.last, span.after + span.limit);
      const entries = Array.from({ length: to - span.after }, (_, n) => this.entry(span.after + n + 1));
      return { entries, lastSeq: this.last, readSeq: 0 };
    };
    const standing = async () => ({ lastSeq: this.last, readSeq: 0 });
    const outlets: Partial<Delivery['outlets']> = {
      connect: (_conversation, outlet) => {
        this.hand = (entries) => outlet.entries(entries);
        return () => undefined;
      },
    };
    return { page, standing, outlets, catchUp: turns(1) } as Partial<Delivery> as Delivery;
  }
}

test('the next page is read when the one before has been taken, and nobody waits for the browser', async () => {
  const conversation = new Conversation(1000);
  const frames: ServerFrame[] = [];
  const takings: (() => void)[] = [];
  const identityId = newId<IdentityId>();
  const customerId = newId<CustomerId>();
  const actor = customerActor({ identityId, customerId });
  const thread = { customerId, conversationId: newId<ConversationId>() };
  const manner = { locale: 'en', timeZone: 'UTC' } as const;
  const feed = new Feed(
    { identityId, actor, thread, manner },
    { delivery: conversation.delivery(), clock: systemClock, meter: unmetered },
    {
      send: (frame) => void frames.push(frame),
      deliver: (frame) => {
        frames.push(frame);
        return new Promise((resolve) => takings.push(resolve));
      },
      isOpen: () => true,
      fail: (error) => assert.fail(String(error)),
    },
  );
  // Fulfilled though the browser has taken nothing.
  await feed.resume(0);
  const seqs = (): number[] =>
    frames.flatMap((frame) => (frame.frame === 'entries' ? frame.entries.map((entry) => entry.seq) : []));
  assert.deepEqual([conversation.pagesRead, seqs().length], [1, 200]);
  await settle();
  assert.equal(conversation.pagesRead, 1);
  // What happens meanwhile is neither sent out of its order nor read ahead.
  conversation.last += 1;
  conversation.hand([conversation.entry(1001)]);
  await settle();
  assert.equal(conversation.pagesRead, 1);
  for (let pages = 2; pages <= 6; pages += 1) {
    takings.shift()?.();
    await settle();
    assert.equal(conversation.pagesRead, pages);
  }
  assert.deepEqual(
    seqs(),
    Array.from({ length: 1001 }, (_, n) => n + 1),
  );
  // With everything sent, what comes goes out at once.
  conversation.last += 1;
  conversation.hand([conversation.entry(1002)]);
  assert.equal(seqs().at(-1), 1002);
  assert.equal(conversation.pagesRead, 6);
});
