import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import {
  isTellerlineError,
  newId,
  systemClock,
  systemRandom,
  TellerlineError,
  type BankId,
  type CustomerId,
  type LinkId,
} from '#base';
import { sql, unscoped } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { dataKey, open, seal } from './cipher.ts';
import { fileKeyProvider } from './key-files.ts';
import { operator, withBankHolders, type KeyProvider } from './key-provider.ts';
import { testProof } from './proof.fixture.ts';
import { createVault, type Vault } from './vault.ts';

const citi = 'citi' as BankId;
const withCode = (code: string) => (error: unknown) => isTellerlineError(error, code);
const folder = mkdtempSync(join(tmpdir(), 'tellerline-keys-'));
let db: TestDatabase;

before(async () => {
  db = await testDatabase();
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

// Each test has keys of its own, so what the one before it sealed is of no use to it.
afterEach(async () => {
  await db.database.execute(sql`truncate key_roots, link_keys, customer_keys, call_keys`);
});

const vaultOver = (provider: KeyProvider, clock = systemClock): Vault =>
  createVault({
    database: db.database,
    readers: unscoped(db.database),
    proof: testProof(db.database),
    provider,
    clock,
    random: systemRandom,
  });

interface Linked {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  readonly state: Buffer;
  readonly words: Buffer;
}

/** A customer with a link, something sealed under the link's key and something under the customer's own. */
async function link(vault: Vault, bankId = citi): Promise<Linked> {
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), bankId };
  return db.database.transaction(async (tx) => {
    await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, ids);
    const ofLink = (await vault.linkSealers(tx, [ids.linkId])).get(ids.linkId);
    const ofCustomer = await vault.customerSealer(tx, ids.customerId, 'conversation');
    assert.ok(ofLink);
    const state = ofLink.sealState('links.tokens', ids.linkId, `tokens of ${ids.linkId}`);
    return { ...ids, state, words: ofCustomer.seal('messages.content', 'm', `words of ${ids.customerId}`) };
  });
}

async function readLink(vault: Vault, { linkId, state }: Linked): Promise<string | undefined> {
  return db.database.transaction(async (tx) =>
    (await vault.linkSealers(tx, [linkId]))
      .get(linkId)
      ?.openState<string>('links.tokens', linkId, state)
      .use((value) => value),
  );
}

async function readWords(vault: Vault, { customerId, words }: Linked): Promise<string> {
  const sealer = await vault.customerSealer(db.database, customerId, 'conversation');
  return sealer.open<string>('messages.content', 'm', words).use((value) => value);
}

test('readers and writers go on while roots and the key-encrypting key rotate: none fails', async () => {
  const vault = vaultOver(fileKeyProvider(mkdtempSync(join(folder, 'load-')), systemRandom));
  const held = await Promise.all(Array.from({ length: 40 }, () => link(vault)));
  const done = { reads: 0, writes: 0, rotations: 0 };
  const reader = async (nth: number): Promise<void> => {
    for (let n = nth; done.rotations < 10; n += 3) {
      const one = held[n % held.length] as Linked;
      assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
      assert.equal(await readWords(vault, one), `words of ${one.customerId}`);
      done.reads += 2;
    }
  };
  const writer = async (): Promise<void> => {
    while (done.rotations < 10) {
      held.push(await link(vault));
      done.writes += 1;
    }
  };
  const rotate = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      await vault.rotation.rotate();
      done.rotations += 1;
      await vault.rotation.rotateKek();
      done.rotations += 1;
    }
  };
  await Promise.all([rotate(), reader(0), reader(1), reader(2), writer()]);
  assert.ok(done.reads > 50 && done.writes > 5, JSON.stringify(done));
  for (const one of held) assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
  const [roots] = await db.database.query<{ generation: number; oldest: number; stale: bigint }>(sql`
    select generation, oldest_generation as oldest,
      (select count(*) from link_keys where root_generation <> 6) as stale
    from key_roots where owner = ${citi}`);
  assert.deepEqual(roots, { generation: 6, oldest: 6, stale: 0n });
});

test('another process that rotates does not disturb one that holds leases of the old roots', async () => {
  const keys = mkdtempSync(join(folder, 'two-'));
  const [serving, rotating] = [1, 2].map(() => vaultOver(fileKeyProvider(keys, systemRandom))) as [Vault, Vault];
  const one = await link(serving);
  await rotating.rotation.rotate();
  await rotating.rotation.rotateKek();
  assert.equal(await readLink(serving, one), `tokens of ${one.linkId}`);
  const two = await link(serving);
  assert.equal(await readWords(rotating, two), `words of ${two.customerId}`);
});

test('with the keys of today a copy of the database from before a revocation opens nothing of that link', async () => {
  const keys = mkdtempSync(join(folder, 'copy-'));
  const vault = vaultOver(fileKeyProvider(keys, systemRandom));
  const one = await link(vault);
  const call = { callId: newId<LinkId>(), linkId: one.linkId, value: { token: 'planted' } };
  await db.database.transaction((tx) => vault.sealForCalls(tx, citi, [call]));
  const copy = await db.database.query<{ wrapped: Buffer; context: string }>(sql`
    select wrapped_key as wrapped, 'link|' || link_id || '|1' as context from link_keys where link_id = ${one.linkId}
    union all select wrapped_key, 'revocation|' || link_id from call_keys
    union all select wrapped_key, 'customer|' || customer_id || '|' || use from customer_keys
      where customer_id = ${one.customerId}`);
  assert.equal(copy.length, 4);
  const opens = async (): Promise<number> => {
    const roots = await rootsIn(keys);
    return copy.filter(({ wrapped, context }) =>
      roots.some(({ owner, generation, key }) => {
        try {
          return open(key, `wrap|${owner}|${generation}|${context}`, wrapped).length > 0;
        } catch (error) {
          if (isTellerlineError(error, 'sealed_unreadable')) return false;
          throw error;
        }
      }),
    ).length;
  };
  assert.equal(await opens(), 4, 'within the window the copy opens, or this test would show nothing');
  await db.database.transaction(async (tx) => {
    await vault.eraseLink(tx, one.linkId);
    await vault.endCall(tx, call.callId);
    await vault.eraseCustomer(tx, one.customerId, { by: 'customer', keys: 0, records: 0, messages: 0 });
  });
  const dayAndAHour = { ...systemClock, nowMs: () => Date.now() + 25 * 3_600_000 };
  const due = await vaultOver(fileKeyProvider(keys, systemRandom), dayAndAHour).rotation.rotateDue(24 * 3_600_000);
  assert.deepEqual(due.rotated.map((root) => root.owner).toSorted(), [citi, operator]);
  assert.equal(await opens(), 0);
});

test('roots that are not due stay as they are', async () => {
  const vault = vaultOver(fileKeyProvider(mkdtempSync(join(folder, 'due-')), systemRandom));
  await link(vault);
  assert.deepEqual(await vault.rotation.rotateDue(24 * 3_600_000), { rotated: [], failed: [] });
});

test('a key from before there were roots is read, and rewrapped before the key that wrapped it goes', async () => {
  const keys = mkdtempSync(join(folder, 'direct-'));
  const vault = vaultOver(fileKeyProvider(keys, systemRandom));
  const one = await link(vault);
  await wrapDirectly(keys, one);
  assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
  assert.equal(await readWords(vault, one), `words of ${one.customerId}`);
  await vault.rotation.rotateKek();
  assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
  assert.equal(await readWords(vault, one), `words of ${one.customerId}`);
  await wrapDirectly(keys, one);
  // Nothing is due, and still no key stays under the key-encrypting key itself.
  const { rotated } = await vault.rotation.rotateDue(24 * 3_600_000);
  assert.deepEqual(
    rotated.map(({ owner, rewrapped }) => ({ owner, rewrapped })),
    [
      { owner: citi, rewrapped: 1 },
      { owner: operator, rewrapped: 1 },
    ],
  );
});

test('a rotation cut off at any step loses no key and is ended by the next one', async () => {
  const keys = mkdtempSync(join(folder, 'cut-'));
  const files = fileKeyProvider(keys, systemRandom);
  const vault = vaultOver(files);
  const one = await link(vault);
  for (let step = 0; ; step += 1) {
    let calls = 0;
    const perhaps = async <Result>(work: () => Promise<Result>, when: 'before' | 'after'): Promise<Result> => {
      calls += 1;
      if (calls > step && when === 'before') throw new Error('killed');
      const result = await work();
      if (calls > step) throw new Error('killed');
      return result;
    };
    const when = step % 2 === 0 ? 'before' : 'after';
    const dying: KeyProvider = {
      ...files,
      createRoot: (owner, generation) => perhaps(() => files.createRoot(owner, generation), when),
      leaseRoot: (owner, generation) => perhaps(() => files.leaseRoot(owner, generation), when),
      destroyRootsBefore: (owner, generation) => perhaps(() => files.destroyRootsBefore(owner, generation), when),
    };
    const died = await vaultOver(dying)
      .rotation.rotate()
      .then(
        () => false,
        (error: Error) => error.message === 'killed',
      );
    const fresh = vaultOver(files);
    assert.equal(await readLink(fresh, one), `tokens of ${one.linkId}`);
    assert.equal(await readWords(fresh, one), `words of ${one.customerId}`);
    if (!died) {
      assert.ok(step > 4, `cut off at ${step} steps`);
      break;
    }
    await fresh.rotation.rotateDue(24 * 3_600_000);
    const undone = await db.database.query(sql`select from key_roots where oldest_generation < generation`);
    assert.equal(undone.length, 0);
  }
});

test('one rotation runs at a time', async () => {
  const files = fileKeyProvider(mkdtempSync(join(folder, 'once-')), systemRandom);
  const vault = vaultOver(files);
  await link(vault);
  const inside: Promise<unknown>[] = [];
  const watching = vaultOver({
    ...files,
    createRoot: async (owner, generation) => {
      inside.push(assert.rejects(vault.rotation.rotateKek(), withCode('rotation_running')));
      await Promise.all(inside);
      await files.createRoot(owner, generation);
    },
  });
  await watching.rotation.rotate(citi);
  assert.equal(inside.length, 1);
  await assert.rejects(vault.rotation.rotate('nobody' as BankId), withCode('no_such_root'));
});

test('a bank that withdraws its key ends the reading of its own links within one lease, and of no others', async () => {
  let nowMs = 0;
  const clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs };
  const theirs = fileKeyProvider(mkdtempSync(join(folder, 'theirs-')), systemRandom);
  let refusal: TellerlineError | undefined;
  const holder = {
    ...theirs,
    leaseRoot: (...root: Parameters<KeyProvider['leaseRoot']>) =>
      refusal ? Promise.reject(refusal) : theirs.leaseRoot(...root),
  };
  const ours = fileKeyProvider(mkdtempSync(join(folder, 'ours-')), systemRandom);
  const vault = vaultOver(withBankHolders(ours, new Map([['citi', holder]])), clock);
  const one = await link(vault);
  const other = await link(vault, 'us-bank' as BankId);
  await assert.rejects(ours.leaseRoot(citi, 1), withCode('root_gone'), 'the operator never has the bank’s root');

  refusal = new TellerlineError('key_withdrawn', 403, 'withdrawn');
  nowMs = 29_999;
  assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
  nowMs = 30_000;
  assert.equal(await readLink(vault, one), undefined);
  assert.equal(await readLink(vault, other), `tokens of ${other.linkId}`);
  await assert.rejects(link(vault), withCode('key_withdrawn'));

  // Not to be asked for a moment is no withdrawal: whoever reads is told so and comes again.
  refusal = new TellerlineError('key_service_unavailable', 503, 'unavailable');
  nowMs = 32_000;
  await assert.rejects(readLink(vault, one), withCode('key_service_unavailable'));
  refusal = undefined;
  nowMs = 33_999;
  await assert.rejects(readLink(vault, one), withCode('key_service_unavailable'), 'remembered for two seconds');
  nowMs = 34_000;
  assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
});

test('a bank that takes its own keys has them from the next rotation on, and the operator’s root is destroyed', async () => {
  const ours = fileKeyProvider(mkdtempSync(join(folder, 'before-')), systemRandom);
  const one = await link(vaultOver(ours));
  const theirs = fileKeyProvider(mkdtempSync(join(folder, 'after-')), systemRandom);
  const vault = vaultOver(withBankHolders(ours, new Map([['citi', theirs]])));
  assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
  await vault.rotation.rotate(citi);
  await assert.rejects(ours.leaseRoot(citi, 1), withCode('root_gone'));
  assert.equal((await theirs.leaseRoot(citi, 2)).length, 32);
  assert.equal(await readLink(vault, one), `tokens of ${one.linkId}`);
});

/** Every root in a key folder, as somebody has them who took it today. */
async function rootsIn(
  keys: string,
): Promise<{ owner: string; generation: number; key: ReturnType<typeof dataKey> }[]> {
  const taken = mkdtempSync(join(folder, 'taken-'));
  cpSync(keys, taken, { recursive: true });
  const provider = fileKeyProvider(taken, systemRandom);
  const paths = globSync('roots/*/*', { cwd: taken }).filter((path) => statSync(join(taken, path)).isFile());
  return Promise.all(
    paths.map(async (path) => {
      const [, owner = '', generation = ''] = path.split('/');
      const secret = await provider.leaseRoot(owner as BankId, Number(generation));
      return { owner, generation: Number(generation), key: dataKey(secret) };
    }),
  );
}

/** Puts a link's key and a customer's back under the key-encrypting key itself, as they were stored before there were roots. */
async function wrapDirectly(keys: string, { linkId, customerId }: Linked): Promise<void> {
  const kek = dataKey(readFileSync(join(keys, 'kek')));
  const roots = await rootsIn(keys);
  const again = (owner: string, generation: number, context: string, wrapped: Buffer): Buffer => {
    const root = roots.find((one) => one.owner === owner && one.generation === generation);
    assert.ok(root);
    return seal(
      kek,
      `wrap|${context}`,
      open(root.key, `wrap|${owner}|${generation}|${context}`, wrapped),
      systemRandom,
    );
  };
  const [ofLink] = await db.database.query<{ generation: number; wrapped: Buffer }>(sql`
    select root_generation as generation, wrapped_key as wrapped from link_keys where link_id = ${linkId}`);
  const [ofCustomer] = await db.database.query<{ generation: number; wrapped: Buffer }>(sql`
    select root_generation as generation, wrapped_key as wrapped from customer_keys
    where customer_id = ${customerId} and use = 'conversation'`);
  assert.ok(ofLink && ofCustomer);
  await db.database.execute(sql`update link_keys set root_generation = null,
    wrapped_key = ${again(citi, ofLink.generation, `link|${linkId}|1`, ofLink.wrapped)} where link_id = ${linkId}`);
  await db.database.execute(sql`update customer_keys set root_generation = null,
    wrapped_key = ${again(operator, ofCustomer.generation, `customer|${customerId}|conversation`, ofCustomer.wrapped)}
    where customer_id = ${customerId} and use = 'conversation'`);
}
