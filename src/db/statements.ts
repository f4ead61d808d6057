import type pg from 'pg';
import type { Queryable, Transaction } from './database.ts';
import type { Operation } from './operation.ts';
import type { Sql } from './sql.ts';

/** Says one statement to PostgreSQL and answers what that says. */
type Ask = <Row extends pg.QueryResultRow>(statement: pg.QueryConfig) => Promise<pg.QueryResult<Row>>;

type Runner = pg.Pool | pg.PoolClient | pg.Client;

/** Statements that belong to no transaction of ours. */
export const statementsOn = (runner: Runner): Queryable => queryable((statement) => together(runner).query(statement));

function queryable(ask: Ask): Queryable {
  return {
    query: async <Row extends object>({ text, values }: Sql) =>
      (await ask<Row & pg.QueryResultRow>({ text, values: [...values] })).rows,
    execute: async ({ text, values }) => (await ask({ text, values: [...values] })).rowCount ?? 0,
    run: async <In, Row extends object>({ name, text, encode }: Operation<In, Row>, input: In) =>
      (await ask<Row & pg.QueryResultRow>({ name, text, values: encode(input) })).rows,
  };
}

/** What is said to a connection before others get their turn is sent in one piece: each piece costs PostgreSQL and us a waking. */
export function together<On extends Runner>(runner: On): On {
  if (!('connection' in runner)) return runner;
  const { stream } = runner.connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
  return runner;
}

/** The statements of one transaction, from its BEGIN to its end. */
export interface Statements extends Queryable, Pick<Transaction, 'send'> {
  /**
   * Passes when all that was sent before has left this process and nothing of it has failed so far; nothing more is
   * taken then. What is said to the connection before others get their turn goes out with it.
   *
   * @throws what of it failed: COMMIT would carry out the rest
   */
  readyToCommit(): Promise<void>;
  /** Passes when PostgreSQL has carried out BEGIN. */
  readonly begun: Promise<unknown>;
  /** What was sent, each with its answer; in its order. */
  readonly sent: readonly Promise<unknown>[];
  /** From here on each statement is refused: the next transaction on this connection is another's. */
  end(): void;
}

/**
 * Begins a transaction. BEGIN is not waited for before something is read: what was read is answered behind it. What
 * writes is held back until it is answered, and what comes after that too: PostgreSQL carries out each statement behind
 * a BEGIN that was refused, or cancelled, as a transaction of its own.
 */
export function beginOn(client: pg.PoolClient | pg.Client, begin: string): Statements {
  const sent: Promise<unknown>[] = [];
  let failure: { readonly error: unknown } | undefined;
  let standing: 'asked' | 'held' | 'begun' = 'asked';
  let isOver = false;

  const begun = together(client).query(begin);
  begun.then(
    () => (standing = 'begun'),
    // From now on everything waits for it, which throws.
    () => (standing = 'held'),
  );
  const requireOpen = (): void => {
    if (isOver) throw new Error('the transaction is over and takes no more statements');
  };
  const ask: Ask = async (statement) => {
    requireOpen();
    if (standing === 'asked' && isReading(statement.text)) {
      const answer = together(client).query(statement);
      answer.catch(() => undefined);
      await begun;
      return answer;
    }
    if (standing !== 'begun') {
      standing = 'held';
      // Who waits for one promise goes on in the order of their coming, so nothing overtakes.
      await begun;
      requireOpen();
    }
    return together(client).query(statement);
  };
  const { query, execute, run } = queryable(ask);
  return {
    query,
    execute,
    run,
    begun,
    sent,
    send: ({ name, text, encode }, input) => {
      requireOpen();
      // What cannot be encoded is thrown here, inside the work.
      const one = ask({ name, text, values: encode(input) });
      // Whoever awaits it comes later; until then it is no error that nobody looks at.
      one.catch((error: unknown) => (failure ??= { error }));
      sent.push(one);
    },
    readyToCommit: async () => {
      await begun;
      isOver = true;
      if (sent.length > 0) await refusedHere(client);
      if (failure) throw failure.error;
    },
    end: () => (isOver = true),
  };
}

/** Whether a statement writes nothing. A lock that it takes outside a transaction ends at once, but then nobody goes on. */
const isReading = (text: string): boolean => /^\s*select\b/i.test(text);

/**
 * Passes when the driver has said what it refuses to send, which never reaches PostgreSQL and so aborts nothing there:
 * it says so a tick later. What was sent stays back until then, so that it still leaves in one piece with what follows.
 */
async function refusedHere({ connection }: pg.PoolClient | pg.Client): Promise<void> {
  connection.stream.cork();
  // By the second tick whoever waits for what was refused in the first has heard of it.
  for (let ticks = 0; ticks < 2; ticks += 1) await new Promise<void>((resolve) => process.nextTick(resolve));
  process.nextTick(() => connection.stream.uncork());
}
