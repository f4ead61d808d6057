import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createLog, isTellerlineError, systemClock, systemRandom } from '#base';
import { sql } from '#db';
import { cosignatureOf, createProofLog, parseCosigner, readLogKey, type ProofLog, type WitnessCall } from '#proof';
import { testDatabase, type TestDatabase } from '#test/database';
import { witnessAt } from '../src/app/witnesses.ts';
import { openWitness, type SandboxWitness } from '../src/sandbox/witness.ts';

// The hub's client of tlog-witness against a witness that shares no code with it.

let db: TestDatabase;
let folder: string;
let witness: SandboxWitness;
let proof: ProofLog;
/** What the witness is asked, and what happens to a question on its way. */
let asked: string[];
let fault: 'none' | 'failed' | 'failed but persisted';

before(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.database.execute(sql`truncate log_leaves, log_tiles, log_head, log_witnesses restart identity`);
  if (folder) rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'tellerline-witness-'));
  [asked, fault] = [[], 'none'];
  open();
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

const signer = () => readLogKey(join(folder, 'hub'), 'log.example/log', systemRandom);
const call: WitnessCall = async (_address, body) => {
  asked.push(body.split('\n')[0] ?? '');
  if (fault === 'failed') throw new Error('no answer');
  const answer = witness.addCheckpoint(body);
  if (fault === 'failed but persisted') throw new Error('the answer was lost');
  return answer;
};

/** Hub and witness as they are after a start. */
function open(): void {
  witness = openWitness(join(folder, 'witness'), signer().text, systemClock);
  const one = witnessAt(witness.key, 'http://localhost:1/witness', false);
  assert.ok(one);
  const clock = { ...systemClock, monotonicMs: () => (elapsedMs += 120_000) };
  const witnessing = { witnesses: [one], call, clock };
  proof = createProofLog({ database: db.database, signer: signer(), log: createLog('silent'), witnessing });
}
// Each look is two minutes later, so that a witness that failed is asked at once.
let elapsedMs = 0;

const enter = (count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      db.database.transaction((tx) =>
        proof.append(tx, [{ record: { id: randomUUID(), type: 'access' }, saltKey: Buffer.alloc(32, 1) }]),
      ),
    ),
  );

async function published(): Promise<{ size: number; cosigned: boolean }> {
  const note = (await proof.publication.checkpoint()) ?? '';
  const cosigner = parseCosigner(witness.key);
  assert.ok(cosigner);
  return { size: Number(note.split('\n')[1]), cosigned: cosignatureOf(note, cosigner) !== undefined };
}

test('a witness cosigns the log from its first checkpoint on, whatever it grows by, and after a restart of both', async () => {
  let size = 0;
  for (const more of [0, 1, 1, 2, 5, 200, 300, 1]) {
    await enter(more);
    size += more;
    await proof.sequencer.round();
    assert.deepEqual(await published(), { size, cosigned: true });
    if (more === 5) open();
  }
  const { witnesses, size: covered, behind, stopped } = await proof.status();
  assert.deepEqual([covered, behind, stopped], [510, 0, null]);
  assert.deepEqual(
    witnesses.map((one) => [one.name, one.independent, one.size]),
    [['sandbox-witness', false, 510]],
  );
  assert.equal(statSync(join(folder, 'witness', 'key')).mode & 0o077, 0);
});

test('a witness that has cosigned is not asked again before the log has grown', async () => {
  await enter(3);
  await proof.sequencer.round();
  asked = [];
  for (let n = 0; n < 5; n += 1) assert.equal(await proof.sequencer.round(), 'idle');
  assert.deepEqual(asked, []);
  await enter(1);
  await proof.sequencer.round();
  assert.deepEqual(asked, ['old 3']);
});

test('without an answer signing goes on, the cosignature is missing, and it comes when the witness does', async () => {
  await proof.sequencer.round();
  for (const kind of ['failed', 'failed but persisted'] as const) {
    fault = kind;
    await enter(3);
    assert.equal(await proof.sequencer.round(), 'signed');
    const { size, cosigned } = await published();
    assert.equal(cosigned, false);
    fault = 'none';
    assert.equal(await proof.sequencer.round(), 'idle');
    assert.deepEqual(await published(), { size, cosigned: true });
  }
});

test('a witness that knows a larger tree stops an old copy of the database before anything is signed', async () => {
  await enter(5);
  await proof.sequencer.round();
  const tables = ['log_leaves', 'log_tiles', 'log_head', 'log_witnesses'];
  for (const table of tables)
    await db.database.execute({ text: `create table old_${table} as table ${table}`, values: [] });
  await enter(4);
  await proof.sequencer.round();
  await db.database.execute(sql`truncate log_leaves, log_tiles, log_head, log_witnesses`);
  await db.database.execute(sql`insert into log_leaves overriding system value select * from old_log_leaves`);
  for (const table of tables.slice(1))
    await db.database.execute({ text: `insert into ${table} select * from old_${table}`, values: [] });
  open();
  await enter(9);
  await assert.rejects(proof.sequencer.round(), (error) => isTellerlineError(error, 'log_witness_ahead'));
  assert.equal((await published()).size, 5);

  // The same for a database that is new altogether.
  await db.database.execute(sql`truncate log_leaves, log_tiles, log_head, log_witnesses`);
  open();
  await assert.rejects(proof.sequencer.round(), (error) => isTellerlineError(error, 'log_witness_ahead'));
  assert.equal(await proof.publication.checkpoint(), undefined);
});

test('a sequencer that stopped says why, and asks and signs no more', async () => {
  await enter(2);
  await proof.sequencer.round();
  await db.database.execute(sql`truncate log_leaves, log_tiles, log_head, log_witnesses`);
  open();
  await proof.sequencer.start();
  assert.equal(proof.sequencer.stopped()?.code, 'log_witness_ahead');
  assert.equal((await proof.status()).stopped, 'log_witness_ahead');
  await proof.sequencer.stop();
  assert.equal(await proof.publication.checkpoint(), undefined);
});

test('a log that does not continue what was cosigned is refused, though it is as long or longer', async () => {
  await enter(4);
  await proof.sequencer.round();
  for (const leaves of [4, 7]) {
    await db.database.execute(sql`truncate log_leaves, log_tiles, log_head, log_witnesses`);
    fault = 'failed';
    open();
    await enter(leaves);
    await proof.sequencer.round();
    fault = 'none';
    await assert.rejects(proof.sequencer.round(), (error) => isTellerlineError(error, 'log_witness_disagrees'));
    assert.equal((await published()).cosigned, false);
  }
});

test('the witness answers as the protocol has it to whatever it is asked', async () => {
  await enter(3);
  await proof.sequencer.round();
  const note = (await proof.publication.checkpoint()) ?? '';
  const alien = readLogKey(join(folder, 'alien'), 'log.example/log', systemRandom);
  const status = (body: string) => witness.addCheckpoint(body).status;
  assert.equal(status(`old 3\n\n${note}`), 200);
  assert.deepEqual(witness.addCheckpoint(`old 0\n\n${note}`), { status: 409, type: 'text/x.tlog.size', body: '3\n' });
  assert.equal(status(`old 4\n\n${note}`), 400);
  assert.equal(status(`old 3\n\n${note.replace('log.example/log\n3', 'other.example/log\n3')}`), 404);
  assert.equal(status(`old 3\n\n${note.replace(/\n3\n/, '\n4\n')}`), 403);
  assert.equal(openWitness(join(folder, 'w2'), alien.text, systemClock).addCheckpoint(`old 0\n\n${note}`).status, 403);
  await enter(2);
  await proof.sequencer.round();
  const longer = (await proof.publication.checkpoint()) ?? '';
  const fresh = openWitness(join(folder, 'w3'), signer().text, systemClock);
  assert.equal(fresh.addCheckpoint(`old 0\n\n${note}`).status, 200);
  const wrong = `${Buffer.alloc(32, 5).toString('base64')}\n`;
  assert.equal(fresh.addCheckpoint(`old 3\n\n${longer}`).status, 422);
  assert.equal(fresh.addCheckpoint(`old 3\n${wrong}${wrong}${wrong}\n${longer}`).status, 422);
  for (const body of [
    '',
    'old 3\n',
    `old 03\n\n${note}`,
    `old 3\nx\n\n${note}`,
    `old 3\n\n${note.trimEnd()}`,
    '\n\n\n\n',
  ]) {
    assert.equal(status(body), 400, JSON.stringify(body));
  }
});

test('no altered cosignature is taken for one', async () => {
  await enter(1);
  await proof.sequencer.round();
  const note = (await proof.publication.checkpoint()) ?? '';
  const cosigner = parseCosigner(witness.key);
  assert.ok(cosigner && cosignatureOf(note, cosigner));
  const line = note.split('\n').findIndex((one) => one.startsWith('— sandbox-witness '));
  const lines = note.split('\n');
  const bytes = Buffer.from(lines[line]?.split(' ')[2] ?? '', 'base64');
  let refused = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const text = lines.with(line, `— sandbox-witness ${altered.toString('base64')}`).join('\n');
    if (cosignatureOf(text, cosigner) === undefined) refused += 1;
  }
  assert.equal(refused, bytes.length * 8);
  assert.equal(cosignatureOf(note.replace(/\n1\n/, '\n2\n'), cosigner), undefined);
  for (const key of ['', 'x', witness.key.replace(/^sandbox/, 'other'), signer().text, `${witness.key}x`]) {
    assert.equal(parseCosigner(key), undefined, key);
  }
});
