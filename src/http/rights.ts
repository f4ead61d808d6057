import type { TableRight } from '#db';

/**
 * What the listeners' own statements need: sessions, how a customer is spoken to, the counts for staff.
 * No key, nothing sealed, no ledger. Everything else they ask of the parts below.
 */
export const webRights: readonly TableRight[] = [
  { table: 'sessions', may: 'select' },
  { table: 'sessions', may: 'update', columns: ['expires_at', 'last_seen_at'] },
  { table: 'customers', may: 'select' },
  {
    table: 'customers',
    may: 'update',
    columns: ['locale', 'time_zone', 'quiet_from', 'quiet_to', 'digest_hour', 'digest_at'],
  },
  { table: 'conversations', may: 'select' },
  { table: 'intake_counts', may: 'select' },
  { table: 'links', may: 'select', columns: ['bank_id', 'state'] },
  { table: 'revocations', may: 'select', columns: ['bank_id', 'created_at', 'confirmed_at', 'given_up_at'] },
];
