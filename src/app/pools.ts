import { isTellerlineError, type Log, type Meter } from '#base';
import {
  ensureRoles,
  openDatabase,
  openScoped,
  unscoped,
  type Database,
  type HubRole,
  type ScopedDatabase,
  type TableRight,
} from '#db';
import { webRights } from '#http';
import type { KeyProvider } from '#vault';

/** The pools of one hub: each part connects as a role that may do what it needs and no more. */
export interface Pools {
  /** The hub's own role, which owns the tables. */
  readonly database: Database;
  /** What the listeners' own statements run as: no key, nothing sealed. */
  readonly web: Database;
  /** What the gate and a customer's own pages run as: rows of that one customer. */
  readonly readers: ScopedDatabase;
  /** What a bank's staff read: rows of that one bank, of cases and of what their consents say. */
  readonly desks: ScopedDatabase;
  /** What takes in events: rows of that one bank, and of conversations what routing needs. */
  readonly events: ScopedDatabase;
}

/** Whoever reads for a customer: through the gate, a page of the conversation, the list of uses. */
const readerRights: readonly TableRight[] = [
  { table: 'link_keys', may: 'select' },
  // To lock a row for reading PostgreSQL wants the right to change it; the policy lets no change pass.
  { table: 'link_keys', may: 'update', columns: ['epoch'] },
  { table: 'customer_keys', may: 'select' },
  { table: 'consents', may: 'select', columns: ['link_id', 'state', 'purposes', 'expires_at', 'customer_id'] },
  { table: 'case_consents', may: 'select', columns: ['link_id', 'customer_id'] },
  { table: 'conversations', may: 'select' },
  { table: 'entries', may: 'select' },
  { table: 'messages', may: 'select' },
  { table: 'records', may: 'select' },
  { table: 'ledger', may: 'select' },
  { table: 'ledger', may: 'insert' },
  { table: 'receipts', may: 'select', columns: ['receipt_index', 'leaf_id', 'leaf_position', 'expires_at'] },
  { table: 'log_leaves', may: 'select', columns: ['leaf_id', 'leaf_index'] },
  { table: 'log_leaves', may: 'insert' },
  { table: 'log_leaves', may: 'update', columns: ['leaf', 'commitments'] },
];

/**
 * Events: nothing that is sealed can be read with it but the names of that bank's accounts, and through
 * `standing_purchases` the purchase that a posting replaces, through `last_purchases` the few before a held one.
 */
const intakeRights: readonly TableRight[] = [
  { table: 'links', may: 'select', columns: ['link_id', 'customer_id', 'bank_id', 'state'] },
  { table: 'accounts', may: 'select' },
  // On which side of the customer's limit an account was, and what their own watch remembers.
  { table: 'accounts', may: 'update', columns: ['sealed_low', 'sealed_watch'] },
  { table: 'link_keys', may: 'select' },
  { table: 'link_keys', may: 'update', columns: ['epoch'] },
  { table: 'customer_keys', may: 'select' },
  { table: 'consents', may: 'select', columns: ['link_id', 'bank_id', 'state', 'purposes', 'expires_at'] },
  { table: 'withdrawals', may: 'select', columns: ['bank_id', 'returned_at'] },
  { table: 'event_keys', may: 'select' },
  { table: 'event_keys', may: 'insert' },
  { table: 'intake_counts', may: 'select' },
  { table: 'intake_counts', may: 'insert' },
  { table: 'intake_counts', may: 'update', columns: ['count', 'last_at'] },
  {
    table: 'records',
    may: 'select',
    columns: [
      'link_id',
      'record_id',
      'subject_index',
      'kind',
      'occurred_at',
      'stage',
      'revision',
      'bank_id',
      'match_key',
    ],
  },
  { table: 'records', may: 'insert' },
  { table: 'records', may: 'update' },
  { table: 'conversations', may: 'select', columns: ['conversation_id', 'customer_id', 'last_seq'] },
  { table: 'conversations', may: 'update', columns: ['last_seq'] },
  {
    table: 'messages',
    may: 'select',
    columns: ['conversation_id', 'message_id', 'revision', 'at', 'record_id', 'link_id', 'companion_record_id'],
  },
  { table: 'messages', may: 'insert' },
  { table: 'messages', may: 'update' },
  { table: 'entries', may: 'insert' },
  { table: 'messages_sent', may: 'insert' },
  {
    table: 'destinations',
    may: 'select',
    columns: ['conversation_id', 'identity_id', 'customer_id', 'channel', 'detail', 'details', 'spare'],
  },
  { table: 'deliveries', may: 'insert' },
  {
    table: 'deliveries',
    may: 'select',
    columns: [
      'conversation_id',
      'identity_id',
      'seq',
      'delivery_id',
      'shard',
      'customer_id',
      'channel',
      'entry',
      'message_id',
      'revision',
      'state',
      'purpose',
      'asked',
    ],
  },
  {
    table: 'alerts',
    may: 'select',
    columns: ['link_id', 'case_index', 'bank_id', 'state', 'next_at', 'answer_by', 'woken'],
  },
  { table: 'alerts', may: 'insert' },
  { table: 'alerts', may: 'update', columns: ['next_at', 'answer_by', 'woken'] },
  { table: 'disputes', may: 'select', columns: ['link_id', 'bank_id', 'next_at'] },
  { table: 'disputes', may: 'update', columns: ['next_at', 'asked'] },
  { table: 'ledger', may: 'insert' },
  { table: 'fetches', may: 'select' },
  { table: 'fetches', may: 'insert' },
  { table: 'fetches', may: 'update', columns: ['due_at', 'told', 'balance_told', 'lease_until'] },
  { table: 'fetch_accounts', may: 'select' },
  { table: 'fetch_accounts', may: 'insert' },
  { table: 'fetch_accounts', may: 'update', columns: ['from_date', 'to_date', 'sealed_cursor', 'read_to'] },
  { table: 'log_leaves', may: 'select', columns: ['leaf_id', 'leaf_index'] },
  { table: 'log_leaves', may: 'insert' },
  { table: 'log_leaves', may: 'update', columns: ['leaf', 'commitments'] },
];

/**
 * What a bank's staff read: cases, what was said in them still sealed, and through the gate the keys of that bank's
 * links, with the entry of the use; of that bank's records, as they stand sealed, what a look may select. No messages, no
 * conversation.
 */
const deskRights: readonly TableRight[] = [
  { table: 'cases', may: 'select' },
  { table: 'case_entries', may: 'select' },
  { table: 'desk_pictures', may: 'select' },
  { table: 'case_proposals', may: 'select', columns: ['bank_id', 'case_id', 'proposal_id', 'state'] },
  { table: 'case_consents', may: 'select' },
  {
    table: 'consents',
    may: 'select',
    columns: ['link_id', 'bank_id', 'state', 'purposes', 'chat_fields', 'expires_at'],
  },
  { table: 'link_keys', may: 'select' },
  { table: 'link_keys', may: 'update', columns: ['epoch'] },
  { table: 'customer_keys', may: 'select' },
  {
    table: 'records',
    may: 'select',
    columns: [
      'link_id',
      'bank_id',
      'record_id',
      'account_ref',
      'subject_index',
      'epoch',
      'sealed',
      'kind',
      'local_date',
      'occurred_at',
    ],
  },
  { table: 'staff_looks', may: 'select' },
  { table: 'staff_looks', may: 'insert' },
  { table: 'desk_waits', may: 'select' },
  { table: 'desk_holds', may: 'select' },
  { table: 'desk_holidays', may: 'select' },
  { table: 'desk_hours', may: 'select' },
  { table: 'desk_days', may: 'select' },
  { table: 'desk_promises', may: 'select' },
  { table: 'prepared_answers', may: 'select' },
  { table: 'ledger', may: 'insert' },
  { table: 'log_leaves', may: 'select', columns: ['leaf_id', 'leaf_index'] },
  { table: 'log_leaves', may: 'insert' },
  { table: 'log_leaves', may: 'update', columns: ['leaf', 'commitments'] },
];

const connectionsMax = { web: 4, reader: 12, intake: 6, desk: 6 };

/** Opens the pools beside the hub's own; whoever closes them closes that too. */
export async function openPools(
  { databaseUrl, log, meter }: { readonly databaseUrl: string; readonly log: Log; readonly meter?: Meter },
  database: Database,
  provider: KeyProvider,
): Promise<Pools & { close(): Promise<void> }> {
  // Derived, so that every process of this hub knows them and they need not be kept anywhere.
  const role = (name: HubRole['name'], rights: readonly TableRight[]): HubRole => {
    const password = provider.index('purpose', `password of the ${name} role`).toString('base64url');
    return { name, password, rights };
  };
  const roles = [
    role('web', webRights),
    role('reader', readerRights),
    role('intake', intakeRights),
    role('desk', deskRights),
  ];
  const urls = await ensureRoles(database, databaseUrl, roles).catch(async (error: unknown) => {
    if (!isTellerlineError(error, 'roles_refused')) {
      await database.close();
      throw error;
    }
    log.warn({ err: error }, 'everything works as the role that owns the tables');
    return undefined;
  });
  const [webUrl = databaseUrl, readerUrl, intakeUrl, deskUrl] = urls ?? [];
  const pool = (name: HubRole['name']) => ({
    log,
    name,
    connectionsMax: connectionsMax[name],
    ...(meter && { meter }),
  });
  const web = openDatabase(webUrl, pool('web'));
  const readers = readerUrl === undefined ? unscoped(database) : openScoped(readerUrl, 'customer', pool('reader'));
  const events = intakeUrl === undefined ? unscoped(database) : openScoped(intakeUrl, 'bank', pool('intake'));
  const desks = deskUrl === undefined ? unscoped(database) : openScoped(deskUrl, 'bank', pool('desk'));
  return {
    database,
    web,
    readers,
    desks,
    events,
    close: async () => {
      for (const one of [events, desks, readers, web, database]) await one.close();
    },
  };
}

/** Everything as the hub's own role, for a command that the operator runs. */
export function ownPools(database: Database): Pools {
  const all = unscoped(database);
  return { database, web: database, readers: all, desks: all, events: all };
}
