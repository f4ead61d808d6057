import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  isTellerlineError,
  newId,
  systemClock,
  systemRandom,
  type AccountRef,
  type BankId,
  type CaseId,
  type ConsentId,
  type CustomerId,
  type IdentityId,
  type LinkId,
} from '#base';
import { endConsent, grantConsent } from '#consent';
import { PURPOSES, type Purpose } from '#contract';
import { sql, unscoped } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { customerActor, staffActor, taskActor, TASKS, type Actor, type Task } from './actor.ts';
import { fileKeyProvider } from './key-files.ts';
import { testProof } from './proof.fixture.ts';
import { createVault, type Vault } from './vault.ts';

// Every purpose × field × state of the consent × actor: nothing opens outside what was allowed.

let db: TestDatabase;
let vault: Vault;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-keys-'));
before(async () => {
  db = await testDatabase();
  const provider = fileKeyProvider(keys, systemRandom);
  const proof = testProof(db.database);
  vault = createVault({
    database: db.database,
    readers: unscoped(db.database),
    proof,
    provider,
    clock: systemClock,
    random: systemRandom,
  });
});
after(async () => {
  await db.close();
  rmSync(keys, { recursive: true });
});

const bankId = 'citi' as BankId;
const fields = [
  'case',
  'purchases',
  'balance',
  'transaction',
  'transaction.merchant',
  'account',
  'message',
  'token',
  '*',
  '',
];
const states = ['none', 'granted', 'amended', 'expired', 'revoked', 'erased'] as const;
const span = { kind: 'transaction', from: '2026-01-01', to: '2026-12-31' } as const;
const day = 86_400_000;

interface Ids {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
}

async function consent(
  ids: Ids,
  purposes: readonly Purpose[],
  change: 'granted' | 'amended',
  endMs = day,
): Promise<void> {
  const grantedAt = new Date(Date.now() - 2 * day);
  const given = { ...ids, consentId: newId<ConsentId>(), bankId, purposes, grantedAt };
  const expiresAt = new Date(Date.now() + endMs);
  await db.database.transaction((tx) =>
    grantConsent(tx, { ...given, expiresAt, sealedDocument: Buffer.alloc(0) }, change),
  );
}

/** A link with one record whose consent is for one purpose, brought to a state. */
async function linkIn(state: (typeof states)[number], purpose: Purpose): Promise<Ids> {
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), accountRef: newId<AccountRef>() };
  await db.database.transaction(async (tx) => {
    await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, { ...ids, bankId });
  });
  if (state !== 'none') await consent(ids, [purpose], 'granted', state === 'expired' ? -day / 2 : day);
  // Amended: another purpose took its place.
  if (state === 'amended') await consent(ids, [purpose === 'balances' ? 'transactions' : 'balances'], 'amended');
  if (state === 'revoked') await db.database.transaction((tx) => endConsent(tx, ids.linkId, 'customer', Date.now()));
  if (state === 'erased') await db.database.transaction((tx) => vault.eraseLink(tx, ids.linkId));
  return ids;
}

/** What tasks may read of purchases, by the design. */
const actorsTasks: Readonly<Partial<Record<Task, readonly string[]>>> = {
  answer: ['transaction', 'transaction.merchant'],
  notify: ['transaction'],
  act: ['transaction'],
  digest: ['transaction'],
  fetch: ['transaction'],
  match: ['transaction'],
};

/** Whether the rules, as they are written down, allow the use. */
function allowed(
  actor: Actor,
  owner: Ids,
  state: string,
  consented: Purpose,
  purpose: Purpose,
  field: string,
): boolean {
  const inForce =
    state === 'granted'
      ? consented === purpose
      : state === 'amended' && purpose === (consented === 'balances' ? 'transactions' : 'balances');
  if (!inForce || actor.customerId !== owner.customerId) return false;
  // The records here are purchases: the design has one purpose that reads them, by two names of fields.
  if (purpose !== 'transactions' || !['transaction', 'transaction.merchant'].includes(field)) return false;
  return actor.kind === 'customer' || (actor.kind === 'task' && actorsTasks[actor.task]?.includes(field) === true);
}

test('every purpose × field × state × actor: nothing opens outside what was allowed, and each opening is entered', async (context) => {
  const refusals = [
    'purpose_not_consented',
    'link_ended',
    'task_not_allowed',
    'use_outside_purpose',
    'staff_not_allowed',
    'case_closed',
  ];
  const tasks = Object.keys(TASKS) as Task[];
  let [asked, opened, outside, refused] = [0, 0, 0, 0];
  for (const state of states) {
    for (const consented of PURPOSES) {
      const ids = await linkIn(state, consented);
      const stranger = newId<CustomerId>();
      const actors = [ids.customerId, stranger].flatMap((customerId) => [
        customerActor({ customerId, identityId: newId<IdentityId>() }),
        ...tasks.map((task) => taskActor(task, customerId)),
        // Staff of that bank, in a case that this customer never opened.
        staffActor({ staffId: 'staff', name: 'agent-1', bankId }, { caseId: newId<CaseId>(), customerId }),
      ]);
      let entered = 0;
      for (const purpose of PURPOSES) {
        for (const field of fields) {
          for (const actor of actors) {
            asked += 1;
            const may = allowed(actor, ids, state, consented, purpose, field);
            const use = { actor, purpose, linkId: ids.linkId, fields: [field], reason: 'question-answered' };
            const did = await vault.gate.records(use, span).then(
              () => true,
              (error: unknown) => {
                assert.ok(
                  refusals.some((code) => isTellerlineError(error, code)),
                  String(error),
                );
                return false;
              },
            );
            if (did) opened += 1;
            else refused += 1;
            if (did && !may) outside += 1;
            assert.equal(did, may, `${state} ${consented} ${purpose} ${field} ${actor.kind}`);
            if (did) entered += 1;
          }
        }
      }
      const [row] = await db.database.query<{ count: bigint }>(sql`
        select count(*) from ledger where customer_id = ${ids.customerId}`);
      assert.equal(Number(row?.count), entered);
    }
  }
  context.diagnostic(
    `${asked} uses asked for, ${opened} opened, ${refused} refused, ${outside} outside what was allowed`,
  );
  assert.equal(outside, 0);
});
