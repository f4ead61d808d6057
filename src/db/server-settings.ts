import { totalmem } from 'node:os';

/** For a machine with two cores and a few gigabytes; a large one brings its own server in DATABASE_URL. */
export const serverSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: `${sharedBuffersMb()}MB`,
  // A page that changes for the first time after a checkpoint is written whole: fewer of these, less to write.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  random_page_cost: '1.1',
  // Compiling a statement costs more than the short statements here take.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A failed statement would be logged with its text, and an error's detail quotes the row.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** A sixteenth of the machine's memory: for the pages that are used all the time, and no more than a small one can spare. */
function sharedBuffersMb(): number {
  return Math.round(Math.min(1024, Math.max(128, totalmem() / 2 ** 20 / 16)));
}

/** What was committed survives a power cut. */
export const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
/** It does not: for tests, many at once. */
export const fleeting = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/**
 * For the C library beneath PostgreSQL: a batch's arrays are larger than what it keeps, and pages that are given
 * back after each statement and cleared again for the next cost a seventh of the server's time.
 */
export const keepMemory = {
  MALLOC_MMAP_THRESHOLD_: '33554432',
  MALLOC_TRIM_THRESHOLD_: '67108864',
  MALLOC_TOP_PAD_: '4194304',
};
