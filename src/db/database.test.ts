import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createLog } from '#base';
import { testDatabase, type TestDatabase } from '#test/database';
import { openDatabase, type Transaction } from './database.ts';
import { operation } from './operation.ts';
import { sql } from './sql.ts';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
  await db.database.execute(sql`create table notes (note text primary key)`);
});
after(() => db.close());

const put = operation<object>()('notes.put', { note: 'text' }, `insert into notes (note) values ($note)`);
const has = operation<{ there: boolean }>()(
  'notes.has',
  { note: 'text' },
  `select exists (select from notes where note = $note) as there`,
);

const notes = async (): Promise<string[]> => {
  const rows = await db.database.query<{ note: string }>(sql`select note from notes order by note`);
  return rows.map(({ note }) => note);
};

test('what is sent is carried out before what comes next, and stands from COMMIT on', async () => {
  const there = await db.database.transaction(async (tx) => {
    tx.send(put, { note: 'sent' });
    return tx.run(has, { note: 'sent' });
  });
  assert.deepEqual(there, [{ there: true }]);
  assert.ok((await notes()).includes('sent'));
});

test('a transaction in which something sent has failed is undone, and says what failed', async () => {
  let handedOn = false;
  const work = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'undone' });
    tx.send(put, { note: 'undone' });
    tx.afterCommit(() => (handedOn = true));
  });
  await assert.rejects(work, { code: '23505' });
  assert.equal(handedOn, false);
  assert.ok(!(await notes()).includes('undone'));
});

test('a statement that is refused because something sent before it has failed throws what failed', async () => {
  const work = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'undone' });
    tx.send(put, { note: 'undone' });
    return tx.run(has, { note: 'undone' });
  });
  await assert.rejects(work, { code: '23505' });
  assert.ok(!(await notes()).includes('undone'));
});

test('what a transaction throws itself undoes what it has sent', async () => {
  const work = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'thrown' });
    throw new Error('not after all');
  });
  await assert.rejects(work, /not after all/);
  assert.ok(!(await notes()).includes('thrown'));
});

test('what cannot be encoded, or is refused by the driver, undoes all that its transaction has sent', async () => {
  const at = operation<object>()('notes.at', { times: 'timestamptz[]' }, `select $times`);
  const unencoded = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'unencoded' });
    tx.send(at, { times: [new Date(Number.NaN)] });
  });
  await assert.rejects(unencoded, RangeError);

  const namesake = operation<object>()('notes.put', { note: 'text' }, `insert into notes (note) values (lower($note))`);
  const refused = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'refused' });
    tx.send(namesake, { note: 'REFUSED TOO' });
  });
  await assert.rejects(refused, /Prepared statements must be unique/);

  const unwritable: { toPostgres: () => never } = {
    toPostgres: () => {
      throw new RangeError('of no form that PostgreSQL knows');
    },
  };
  const putAny = { ...put, name: 'notes.put-any', encode: () => [unwritable] };
  const unbound = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'unbound' });
    tx.send(putAny, { note: 'unbound too' });
  });
  await assert.rejects(unbound, /of no form that PostgreSQL knows/);
  assert.deepEqual(
    (await notes()).filter((note) => note.startsWith('un') || note.startsWith('refused')),
    [],
  );
});

test('of a transaction whose BEGIN was refused nothing is carried out, whatever it begins with', async () => {
  const proxy = await refusingBegin(db.url);
  const database = openDatabase(proxy.url, { log: createLog('silent'), connectionsMax: 1 });
  const isRefused = { code: '42601' };
  try {
    const sentOnly = database.transaction(async (tx) => {
      tx.send(put, { note: 'outside: sent' });
      tx.send(put, { note: 'outside: sent too' });
    });
    await assert.rejects(sentOnly, isRefused);
    const written = database.transaction((tx) =>
      tx.execute(sql`insert into notes (note) values (${'outside: written'})`),
    );
    await assert.rejects(written, isRefused);
    let read: unknown;
    const readFirst = database.transaction(async (tx) => {
      const reading = tx.run(has, { note: 'sent' });
      tx.send(put, { note: 'outside: behind a read' });
      read = await reading;
    });
    await assert.rejects(readFirst, isRefused);
    assert.equal(read, undefined);
    const goneOn = database.transaction(async (tx) => {
      await tx.run(has, { note: 'sent' }).catch(() => []);
      tx.send(put, { note: 'outside: in spite of it' });
      return tx.run(put, { note: 'outside: in spite of it, too' }).catch(() => []);
    });
    await assert.rejects(goneOn, isRefused);

    proxy.letBegin();
    await database.transaction(async (tx) => tx.send(put, { note: 'inside' }));
  } finally {
    await database.close();
    await proxy.close();
  }
  const there = await notes();
  assert.deepEqual(
    there.filter((note) => note.startsWith('outside')),
    [],
  );
  assert.ok(there.includes('inside'));
});

test('statements keep their order behind a BEGIN that is not answered yet', async () => {
  const there = await db.database.transaction((tx) =>
    Promise.all([
      tx.run(has, { note: 'in order' }),
      tx.execute(sql`insert into notes (note) values (${'in order'})`),
      tx.run(has, { note: 'in order' }),
      tx.execute(sql`delete from notes where note = ${'in order'}`),
      tx.run(has, { note: 'in order' }),
    ]),
  );
  assert.deepEqual(there, [[{ there: false }], 1, [{ there: true }], 1, [{ there: false }]]);
});

test('a transaction takes no statement after its end, and what waits for its end comes at once', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const kept: Transaction[] = [];
  const late: unknown[] = [];
  const work = db.database.transaction((tx) => {
    kept.push(tx);
    const other = ended.then(() => tx.run(put, { note: 'late' })).catch((error: unknown) => late.push(error));
    return Promise.all([other, tx.run(has, { note: 'sent' }).then(() => Promise.reject(new Error('one arm fails')))]);
  });
  await assert.rejects(work, /one arm fails/);
  await db.database.transaction(async (tx) => {
    kept.push(tx);
    tx.send(put, { note: 'in time' });
  });
  end();
  const isOver = /the transaction is over/;
  for (const tx of kept) {
    await assert.rejects(tx.run(put, { note: 'late' }), isOver);
    await assert.rejects(tx.query(sql`select 1`), isOver);
    await assert.rejects(tx.execute(sql`delete from notes`), isOver);
    assert.throws(() => tx.send(put, { note: 'late' }), isOver);
    let isForgotten = false;
    tx.atEnd(() => (isForgotten = true));
    assert.ok(isForgotten);
  }
  assert.match(String(late[0]), isOver);
  const there = await notes();
  assert.ok(there.includes('in time') && !there.includes('late'));
});

/** A way to PostgreSQL on which each BEGIN arrives as a word that it does not know, until it is let. */
async function refusingBegin(url: string): Promise<{ url: string; letBegin(): void; close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  let refuses = true;
  const server = createServer((client) => {
    const behind = connect({ host: hostname, port: Number(port) });
    client.on('data', (said: Buffer) => {
      const at = refuses ? said.indexOf('begin\0') : -1;
      if (at >= 0) said.write('fault', at);
      behind.write(said);
    });
    behind.pipe(client);
    client.on('close', () => behind.destroy());
    for (const end of [client, behind]) end.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    letBegin: () => (refuses = false),
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
