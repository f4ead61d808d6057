import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { deliveryOf, tellingHub, type TelephonePerson, type TellingHub } from './telling.ts';
import { until } from './until.ts';

// What a platform says of a message after it has taken it, through the hub's own door: its errors come as statuses.

/** Longer than a test: whatever is stopped is let through by the test itself. */
const stoppedMs = 3_600_000;
let telling: TellingHub;
let ana: TelephonePerson;
let bea: TelephonePerson;
let carl: TelephonePerson;
before(async () => {
  telling = await tellingHub({ settleMs: 2_000, stoppedMs });
  const met = await telling.meet(['whatsapp', 'whatsapp', 'messenger']);
  [ana, bea, carl] = met as [TelephonePerson, TelephonePerson, TelephonePerson];
  await until('templates', async () => {
    const [row] = await telling.hub.db.database.query<{ some: boolean }>(sql`
      select bool_and(status = 'APPROVED') as some from channel_templates`);
    return row?.some === true;
  });
});
after(() => telling.close());

interface PhoneMessage {
  readonly from: string;
  readonly text?: string;
  readonly template?: string;
}

const tell = async (to: TelephonePerson, text: string) => (await telling.tell([{ to, text }]))[0];
const thread = async ({ platform, key }: TelephonePerson): Promise<readonly PhoneMessage[]> => {
  const query = new URLSearchParams({ platform, person: key });
  const response = await fetch(`${telling.hub.sandboxUrl}/phone/api/state?${query.toString()}`);
  return ((await response.json()) as { thread: readonly PhoneMessage[] }).thread;
};
const shown = async (to: TelephonePerson, text: string): Promise<number> =>
  (await thread(to)).filter((one) => one.from === 'business' && one.text?.includes(text)).length;
const stands = (message: Parameters<typeof deliveryOf>[1], holds: (state: string, code: string | null) => boolean) =>
  until('how it stands', async () => {
    const one = await deliveryOf(telling.hub, message);
    return one && holds(one.state, one.code) && one;
  });

test('a status that the window is over is followed by a template, and the next time the person writes by free words', async () => {
  await telling.control('PUT', 'whatsapp', `people/${ana.key}`, { heardAtMs: Date.now() - 2 * 86_400_000 });
  const message = await tell(ana, 'a word outside the window');
  await until('the template', async () => (await thread(ana)).some(({ template }) => template !== undefined));
  const { attempts } = await stands(message, (state) => state === 'delivered');
  assert.equal(attempts, 2);
  assert.equal(await shown(ana, 'a word outside the window'), 0);
  await telling.say(ana, 'hola');
  await tell(ana, 'a word within the window');
  await until('free words', async () => (await shown(ana, 'a word within the window')) === 1);
});

test('a status that somebody cannot be reached waits as the customer chose, and goes out when they write', async () => {
  await telling.control('PUT', 'whatsapp', `people/${bea.key}`, { reach: 'unreachable' });
  const message = await tell(bea, 'for later');
  await stands(message, (state, code) => state === 'waiting' && code === 'may-not-write');
  await telling.control('PUT', 'whatsapp', `people/${bea.key}`, { reach: 'reachable' });
  await telling.say(bea, 'hello again');
  await until('it', async () => (await shown(bea, 'for later')) === 1);
  await stands(message, (state) => state === 'delivered');
});

test('while another app has the thread nothing goes there, told of it or not, and it goes when the thread is ours', async () => {
  for (const told of [true, false]) {
    await telling.control('POST', 'messenger', 'handover', { person: carl.key, owner: 'another', told });
    const text = `said behind the other’s back, ${told}`;
    const message = await tell(carl, text);
    await stands(message, (state, code) => state === 'waiting' && code === 'may-not-write');
    assert.equal(await shown(carl, text), 0);
    await telling.control('POST', 'messenger', 'handover', { person: carl.key, owner: 'us' });
    await until('it', async () => (await shown(carl, text)) === 1);
  }
  assert.doesNotMatch(telling.hub.logged(), /messenger_permission/);
});

test('a part that a status says has failed is the only one to go again', async () => {
  const { database } = telling.hub.db;
  const long = `${'This sentence is one of many. '.repeat(300)}That was all.`;
  const message = await tell(ana, long);
  const { deliveryId } = await stands(message, (state) => state === 'delivered');
  const taken = async () => {
    const all = await telling.taken('whatsapp');
    return all.flatMap(({ reference, id }) => (reference?.startsWith(deliveryId) ? [{ reference, id }] : []));
  };
  const first = await taken();
  assert.ok(first.length > 1, 'it goes in parts');
  const number = telling.hub.platforms.whatsapp.numbers[0];
  const status = (id: string | undefined, code: number) => ({
    id,
    status: 'failed',
    timestamp: '1',
    errors: [{ code }],
  });
  const say = async (statuses: object[]) => {
    const metadata = { phone_number_id: number?.phoneNumberId };
    const value = { messaging_product: 'whatsapp', metadata, statuses };
    const entry = [{ id: number?.businessAccountId, changes: [{ field: 'messages', value }] }];
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
    for (let n = 0; n < 3; n += 1) await telling.control('POST', 'whatsapp', 'webhooks', { body });
  };
  // Delivered is further than failed: of this one nothing else was told before, nor is on its way.
  await until('all that was told', async () => {
    const { waiting } = await telling.control<{ waiting: number }>('GET', 'whatsapp', 'webhooks');
    const [inbox] = await database.query<{ n: number }>(sql`select count(*)::integer as n from channel_inbox`);
    return waiting === 0 && inbox?.n === 0;
  });
  await database.execute(sql`delete from channel_statuses`);
  await say([status(first[0]?.id, 131_000)]);
  await until('the part', async () => (await taken()).length > first.length, 60_000);
  await stands(message, (state) => state === 'delivered');
  const again = (await taken()).slice(first.length);
  assert.deepEqual(
    again.map(({ reference }) => reference),
    [`${deliveryId}:0:2`],
  );
});

/** Two people to whom different processes send: people are met until there are two. */
async function twoOfDifferentProcesses(): Promise<[TelephonePerson, TelephonePerson]> {
  const met: TelephonePerson[] = [];
  for (;;) {
    met.push(...(await telling.meet(['messenger', 'messenger', 'messenger'])));
    const nodes = await until('every shard to be worked on by one of two', async () => {
      const ids = met.map(({ identityId }) => identityId);
      const rows = await telling.hub.db.database.query<{ id: string; node: string | null; all: number }>(sql`
        select distinct d.identity_id as id, l.node_id as node,
          (select count(distinct node_id)::integer from delivery_leases) as all
        from deliveries d join delivery_leases l using (shard) where d.identity_id = any(${ids}::uuid[])`);
      return (
        rows.every(({ node, all }) => node !== null && all === 2) && new Map(rows.map((row) => [row.id, row.node]))
      );
    });
    const [first] = met;
    const other = met.find(({ identityId }) => nodes.get(identityId) !== nodes.get(first?.identityId ?? ''));
    if (first && other) return [first, other];
  }
}

test('a dead token that one process finds stops the others, too, and is found to live again', async () => {
  const { database } = telling.hub.db;
  const page = telling.hub.platforms.messenger.pages[0]?.pageId ?? '';
  const stopped = async () => {
    const rows = await database.query<{ what: string }>(sql`
      select account || ' ' || why as what from channel_circuits`);
    return rows.map(({ what }) => what);
  };
  /** How many calls for somebody were answered with a dead token. */
  const refusals = async ({ platform, key }: TelephonePerson): Promise<number> => {
    const query = new URLSearchParams({ platform, person: key });
    const response = await fetch(`${telling.hub.sandboxUrl}/phone/api/state?${query.toString()}`);
    const { seen } = (await response.json()) as { seen: { answer: { body: unknown } }[] };
    return seen.filter(({ answer }) => JSON.stringify(answer.body).includes('"code":190')).length;
  };
  const other = await telling.hub.another();
  try {
    const [one, two] = await twoOfDifferentProcesses();
    await telling.control('PUT', 'messenger', 'faults', { tokensDead: [page] });
    await tell(one, 'behind a dead token');
    await until('the circuit', async () => (await stopped()).includes(`${page} token`));
    // What a process has read of it is believed for two seconds.
    await until('the others to look again', async () => {
      const rows = await database.query(sql`
        select from channel_circuits
        where until - ${stoppedMs} * interval '1 millisecond' < clock_timestamp() - interval '3 seconds'`);
      return rows.length > 0;
    });
    const message = await tell(two, 'behind it, too');
    await stands(message, (state, code) => state === 'waiting' && code === 'account-stopped');
    // A check of the tokens may have been first.
    assert.ok((await refusals(one)) <= 1);
    assert.equal(await refusals(two), 0, 'the other process does not find out for itself');

    await telling.control('DELETE', 'messenger', 'faults');
    await database.execute(sql`update channel_circuits set until = clock_timestamp()`);
    for (const [to, text] of [
      [one, 'behind a dead token'],
      [two, 'behind it, too'],
    ] as const)
      await until('it', async () => {
        // Each waits for the hour's end by itself.
        await database.execute(sql`update deliveries set next_at = clock_timestamp() where state = 'waiting'`);
        return (await shown(to, text)) === 1;
      });
    await until('the circuit closed', async () => (await stopped()).length === 0);
    assert.equal(telling.hub.logged().split('nothing can be sent from there until').length, 2, 'said once');
  } finally {
    await other.close();
  }
});
