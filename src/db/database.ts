import pg from 'pg';
import { unmetered, type Log, type Meter } from '#base';
import type { Operation } from './operation.ts';
import type { Sql } from './sql.ts';
import { beginOn, statementsOn, together, type Statements } from './statements.ts';

// PostgreSQL's bigint arrives as a bigint, not as text: sequence numbers and minor units are counted in it.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return (text: string) => BigInt(text);
    return pg.types.getTypeParser(oid, format);
  }) as typeof pg.types.getTypeParser,
};

/** Something that runs statements: the database itself, or one open transaction. */
export interface Queryable {
  /** Runs a statement and returns its rows. */
  query<Row extends object>(statement: Sql): Promise<Row[]>;
  /** Runs a statement and returns how many rows it touched. */
  execute(statement: Sql): Promise<number>;
  /** Carries out an operation and returns its rows. */
  run<In, Row extends object>(what: Operation<In, Row>, input: In): Promise<Row[]>;
}

/** One open transaction; ends with the function that it was handed to, and takes no statement from then on. */
export interface Transaction extends Queryable {
  /**
   * Carries out an operation whose rows nobody needs, and is not waited for: what comes next is sent behind it. When
   * it fails, here or at PostgreSQL, the transaction is undone and throws its error.
   */
  send<In>(what: Operation<In, object>, input: In): void;
  /** Runs after COMMIT succeeded, never when it failed or its outcome is unknown. */
  afterCommit(work: () => void): void;
  /** Runs when the transaction is over, however it ended, and at once where it is; before what waits for COMMIT. Must not throw. */
  atEnd(work: () => void): void;
}

/** The pool of connections to one PostgreSQL database as one role. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction at READ COMMITTED: COMMIT when it returns, ROLLBACK when it throws.
   * An error at COMMIT itself leaves the outcome unknown (promise P1); it is thrown as it is.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * The same on a connection of its own, once: for work that somebody waits for who is inside a transaction
   * and holds a connection of the pool. Nothing may wait for its commit.
   */
  apart<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** A connection of its own for LISTEN or an advisory lock held over time. The caller ends it. */
  connect(): Promise<pg.Client>;
  /** How the pool stands right now. */
  pressure(): PoolPressure;
  close(): Promise<void>;
}

/** How a pool of connections stands: how many there are, how many of them nobody uses, how many wait for one. */
export interface PoolPressure {
  readonly pool: string;
  readonly connections: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Nobody waits for another for ever: a lock that is not had, or a statement that does not end, is an error to be tried again. */
const waits = {
  connectionTimeoutMillis: 5_000,
  lock_timeout: 5_000,
  statement_timeout: 60_000,
  idle_in_transaction_session_timeout: 30_000,
};

/** How a pool is opened. */
export interface PoolOptions {
  readonly log: Log;
  readonly connectionsMax?: number;
  /** By what name it is counted. */
  readonly name?: string;
  readonly meter?: Meter;
}

const poolName = 'hub';

/** Opens a pool on `url`; connections are made when first needed. */
export function openDatabase(url: string, options: PoolOptions): Database {
  const config = { connectionString: url, ...ours };
  const pool = openPool(url, options);

  return {
    ...statementsOn(pool),
    transaction: (work) => runAndHandOn(beginningIn(pool, options, 'begin'), work),
    apart: async (work) => {
      const client = new pg.Client({ ...config, ...waits });
      await client.connect();
      try {
        const statements = beginOn(client, 'begin');
        await statements.begun;
        const refuse = (): never => {
          throw new Error('nothing waits for the end of a transaction apart');
        };
        const result = await work(transactionOf(statements, { afterCommit: refuse, atEnd: refuse }));
        await Promise.all(statements.sent);
        await statements.readyToCommit();
        await client.query('commit');
        return result;
      } finally {
        // Ending the session undoes what was not committed.
        await client.end();
      }
    },
    connect: async () => {
      const client = new pg.Client(config);
      await client.connect();
      return client;
    },
    pressure: () => pressureOf(pool, options),
    close: () => pool.end(),
  };
}

function pressureOf(pool: pg.Pool, { name = poolName }: PoolOptions): PoolPressure {
  return { pool: name, connections: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}

/** Work for one customer, or for one bank: PostgreSQL shows it no row of another (`0011_row_security.sql`). */
export interface ScopedDatabase {
  /** Transactions, and single statements in transactions of their own, for this customer or bank. */
  of(whom: string): Pick<Database, 'query' | 'transaction'>;
  pressure(): PoolPressure;
  close(): Promise<void>;
}

/**
 * Opens a pool whose transactions say for whom they work as they begin.
 *
 * @param url connects as a role that row-level security restrains
 */
export function openScoped(url: string, scope: 'customer' | 'bank', options: PoolOptions): ScopedDatabase {
  const pool = openPool(url, options);
  return {
    of: (whom) => {
      // One message to PostgreSQL, so that a scope costs no round trip.
      const begin = `begin; set local tellerline.${scope} = ${pg.escapeLiteral(whom)}`;
      const transaction: Database['transaction'] = (work) => runAndHandOn(beginningIn(pool, options, begin), work);
      return { transaction, query: (statement) => transaction((tx) => tx.query(statement)) };
    },
    pressure: () => pressureOf(pool, options),
    close: () => pool.end(),
  };
}

/** The same without a scope, as the hub's own role: for a command of the operator's, and for a server that refuses roles. */
export function unscoped(database: Database): ScopedDatabase {
  return { of: () => database, pressure: () => database.pressure(), close: () => Promise.resolve() };
}

const ours = { types, application_name: 'tellerline' };

function openPool(url: string, { log, connectionsMax }: PoolOptions): pg.Pool {
  // Statements that wait for nothing from one another go to PostgreSQL together, and are answered in their order.
  const config = { connectionString: url, ...ours, ...waits, max: connectionsMax ?? 12, pipeline: true };
  const pool = new pg.Pool(config);
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  return pool;
}

/** PostgreSQL ended the transaction so that another could go on: deadlock, serialization failure. Nothing of it was done. */
const again = new Set(['40P01', '40001']);
const triesMax = 3;

/** Where transactions run, and what each begins with. */
interface Beginning {
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly begin: string;
  readonly name: string;
  readonly meter: Meter;
}

function beginningIn(
  pool: pg.Pool,
  { log, name = poolName, meter = unmetered }: PoolOptions,
  begin: string,
): Beginning {
  return { pool, log, begin, name, meter };
}

type Hooks = Pick<Transaction, 'afterCommit' | 'atEnd'>;

const transactionOf = ({ query, execute, run, send }: Statements, hooks: Hooks): Transaction => ({
  query,
  execute,
  run,
  send,
  ...hooks,
});

/**
 * Runs a transaction, anew when PostgreSQL ended it for another's sake, then what waited for COMMIT. What
 * fails there undoes nothing: it is logged, and the work stays done.
 */
async function runAndHandOn<Result>(
  at: Beginning,
  work: (tx: Transaction) => Promise<Result>,
  attempt = 1,
): Promise<Result> {
  const { log } = at;
  const committed: (() => void)[] = [];
  let ended: (() => void)[] | undefined = [];
  const hooks: Hooks = {
    afterCommit: (after) => committed.push(after),
    // One arm of the work may still take a key out when another has failed.
    atEnd: (end) => (ended ? ended.push(end) : end()),
  };
  const running = runTransaction(at, (statements) => work(transactionOf(statements, hooks))).finally(() => {
    const ends = ended ?? [];
    ended = undefined;
    for (const end of ends) end();
  });
  const result = await running.catch((error: unknown) => {
    const { code } = error as { code?: unknown };
    if (attempt >= triesMax || typeof code !== 'string' || !again.has(code)) throw error;
    log.info({ code, attempt }, 'a transaction gave way to another and is run again');
    // What this try would have handed on was never committed.
    committed.length = 0;
    return runAndHandOn(at, work, attempt + 1);
  });
  for (const after of committed) {
    try {
      after();
    } catch (error) {
      log.error({ err: error }, 'what follows a committed transaction failed');
    }
  }
  return result;
}

async function runTransaction<Result>(
  at: Beginning,
  work: (statements: Statements) => Promise<Result>,
): Promise<Result> {
  const client = await connected(at);
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const statements = beginOn(client, at.begin);
  try {
    const result = await work(statements);
    await commit(client, statements, at.meter);
    return result;
  } catch (error) {
    statements.end();
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw isBehindFailure(error) ? ((await failureOf(statements.sent)) ?? error) : error;
  } finally {
    client.off('error', onError);
    // A connection that failed to roll back is not given to the next one.
    client.release(broken);
  }
}

/** Commits behind all that was sent. What failed of it is thrown, for then PostgreSQL has undone the transaction. */
async function commit(client: pg.PoolClient, statements: Statements, meter: Meter): Promise<void> {
  await statements.readyToCommit();
  const committed = together(client)
    .query('commit')
    .catch((error: unknown) => {
      if (isUnsaid(error)) meter.unknown('commit');
      throw error;
    });
  const [ended, ...answers] = await Promise.allSettled([committed, ...statements.sent]);
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed) throw failed.reason;
  if (ended.status === 'rejected') throw ended.reason;
  // PostgreSQL answers COMMIT of a transaction in which a statement failed with a quiet ROLLBACK.
  if (ended.value.command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
}

/** Whether PostgreSQL refused a statement for one before it that had failed: that one says why. */
const isBehindFailure = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '25P02';

async function failureOf(sent: readonly Promise<unknown>[]): Promise<unknown> {
  return (await Promise.allSettled(sent)).find((answer) => answer.status === 'rejected')?.reason;
}

/** A connection of the pool; what had to be waited for it is counted. */
async function connected({ pool, name, meter }: Beginning): Promise<pg.PoolClient> {
  if (pool.idleCount > 0) return pool.connect();
  const from = performance.now();
  try {
    return await pool.connect();
  } finally {
    meter.waited(name, performance.now() - from);
  }
}

/** Whether an error at COMMIT leaves open what became of it: anything but PostgreSQL's own word that it was not done. */
function isUnsaid(error: unknown): boolean {
  // 57P: the server was ending, and may have been on either side of the COMMIT.
  return !(error instanceof pg.DatabaseError) || (error.code ?? '57P').startsWith('57P');
}
