import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createLog,
  systemClock,
  TellerlineError,
  type ActionId,
  type BankId,
  type CardRef,
  type CustomerId,
  type LinkId,
  type MessageId,
} from '#base';
import { sql } from '#db';
import type { NewAction } from '../../src/controls/action-store.ts';
import type { BankAction } from '../../src/controls/bank-action.ts';
import { startControls } from '../../src/controls/jobs.ts';
import { openSealer } from '../../src/controls/open-sealer.fixture.ts';
import type { ControlsParts } from '../../src/controls/parts.ts';
import { postgresActionStore } from '../../src/controls/postgres-store.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { until } from '../until.ts';

// Two banks, each with a key service of its own. That of `citi` is gone, or has withdrawn its key.

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

const id = <Id>(n: number): Id => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as Id;
const links = { citi: id<LinkId>(1), 'us-bank': id<LinkId>(2) } as const;
type Bank = keyof typeof links;

const actionOf = (n: number, bank: Bank): NewAction => ({
  actionId: id<ActionId>(100 + n),
  messageId: id<MessageId>(500 + n),
  customerId: id<CustomerId>(50),
  linkId: links[bank],
  bankId: bank as BankId,
  ask: {
    kind: 'card',
    cardRef: id<CardRef>(900),
    cardId: `crd-${bank}`,
    cardLast4: '2291',
    account: { kind: 'card', last4: '2291' },
    action: 'freeze',
  },
});

/** The key of `citi` as its service gives it. */
let keyOfCiti: 'there' | 'unavailable' | 'withdrawn' = 'there';
const vault: Parameters<typeof postgresActionStore>[0]['vault'] = {
  askAhead: async () => undefined,
  linkSealers: async (_tx, linkIds) => {
    const isCiti = linkIds.includes(links.citi);
    if (isCiti && keyOfCiti === 'unavailable') throw new TellerlineError('key_service_unavailable', 503, 'Not now.');
    const readable = linkIds.filter((linkId) => linkId !== links.citi || keyOfCiti === 'there');
    return new Map(readable.map((linkId) => [linkId, openSealer]));
  },
};

for (const [n, trouble] of (['unavailable', 'withdrawn'] as const).entries())
  test(`one bank’s key is ${trouble}: the others’ actions go on, the alarm is raised, and the customer is told once it is back`, async () => {
    await db.database.execute(sql`delete from bank_actions`);
    await db.database.execute(sql`
      insert into consents (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, sealed_document)
      select gen_random_uuid(), ${id<CustomerId>(50)}, link_id, 'citi', 'granted', array['account-management'],
        ${new Date(systemClock.nowMs() - 1000)}, ${new Date(systemClock.nowMs() + 9e9)}, ''::bytea
      from unnest(${Object.values(links)}::uuid[]) as l (link_id) on conflict do nothing`);
    const told: BankAction[] = [];
    const store = postgresActionStore({
      database: db.database,
      clock: systemClock,
      vault,
      tell: async (_tx, action) => void told.push(action),
    });
    const statesOf = (bank: Bank) => told.filter((action) => action.bankId === bank).map(({ state }) => state);
    const put = (action: NewAction, atMs: number) => db.database.transaction((tx) => store.put(tx, action, atMs));
    keyOfCiti = 'there';
    const began = systemClock.nowMs();
    // Older than a minute, and asked of a bank whose key cannot be had any more.
    await put(actionOf(n * 10, 'citi'), began - 90_000);
    keyOfCiti = trouble;
    await put(actionOf(n * 10 + 1, 'us-bank'), began);
    const alarms: string[] = [];
    const parts = {
      clock: systemClock,
      log: Object.assign(createLog('silent'), {
        error: ({ bank, alarm }: { bank: string; alarm: string }) => void alarms.push(`${alarm} ${bank}`),
      }),
      linking: { atBank: (_link: LinkId, _actor: string, work: (session: object) => unknown) => work({}) },
      banks: {
        outcome: async () => 'absent',
        perform: async (_session: object, { key, ask }: { key: ActionId; ask: { cardId: string } }) => ({
          key,
          result: 'confirmed',
          at: new Date(systemClock.nowMs()).toISOString(),
          card: { cardId: ask.cardId, state: 'frozen' },
        }),
      },
    } as object as ControlsParts;
    const jobs = startControls(parts, store);
    jobs.start();
    try {
      await until(
        'the other bank to have frozen its card',
        async () => statesOf('us-bank').includes('confirmed') || undefined,
      );
      await until('the alarm', async () => alarms.length > 0 || undefined);
      assert.deepEqual(alarms, ['bank_action_unknown citi']);
      assert.deepEqual(statesOf('citi'), ['requested'], 'nothing can be told without the key');
      const givenBack = async (): Promise<true | undefined> => {
        const [row] = await db.database.query<{ isBack: boolean }>(sql`
          select lease_until <= now() and next_at is not null as "isBack" from bank_actions
          where link_id = ${links.citi} and attempts > 0`);
        return row?.isBack || undefined;
      };
      await until('what cannot be begun to be given back, not held for a lease', givenBack);
      keyOfCiti = 'there';
      // The pause is over: told at the next look.
      await db.database.execute(sql`update bank_actions set tell_at = now() where tell_at is not null`);
      await until(
        'the customer to be told',
        async () => statesOf('citi').includes('unknown') || statesOf('citi').includes('confirmed') || undefined,
      );
    } finally {
      await jobs.stop();
    }
  });
