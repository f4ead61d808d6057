import { once } from 'node:events';
import { createLog, newId, systemClock, systemRandom, systemTimers, type NodeId } from '#base';
import { openDatabase } from '#db';
import type { Sender } from '#delivery';
import { DeliveryEngine } from '../../src/delivery/sending/engine.ts';
import { clearIds } from '../../src/delivery/sending/clear-ids.fixture.ts';
import { postgresStore } from '../../src/delivery/sending/postgres-store.ts';
import { senderTo } from './fake-messenger.ts';

// One process that brings deliveries, with everything real but what messages say: a message says its own id.

/** What a process is told when it begins. */
export interface Begin {
  readonly url: string;
  readonly messenger: string;
  /** What its calls are known by. */
  readonly name: string;
}

const [begin] = (await once(process, 'message')) as [Begin];
const database = openDatabase(begin.url, { log: createLog('silent'), connectionsMax: 8 });
const inner = senderTo('fake', `${begin.messenger}/${begin.name}`, { timeoutMs: 5_000, settleMs: 2_000 });
const sender: Sender = { ...inner, concurrencyMax: 8 };
const engine = new DeliveryEngine({
  node: newId<NodeId>(),
  store: postgresStore(database, clearIds),
  senders: [sender],
  content: async (_, messageIds) =>
    new Map(
      messageIds.map((id) => {
        const content = { kind: 'text', text: id } as const;
        const message = { id, revision: 1, author: 'bank', at: '', content } as const;
        return [id, { message, detail: 'full', purpose: null, manner: { locale: 'en', timeZone: 'UTC' } }];
      }),
    ),
  clock: systemClock,
  timers: systemTimers,
  random: systemRandom,
  log: createLog('silent'),
  tellOthers: () => undefined,
});
await engine.start();
process.send?.('started');
await once(process, 'message');
await engine.stop();
await database.close();
process.disconnect?.();
