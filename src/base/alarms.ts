/**
 * What the operator is to look at, as lines of the log name it in `alarm`. docs/operations.md says of each what
 * it means and what to do; a test holds this list, the code and that page against each other.
 */
export const alarms = [
  'bank_action_unknown',
  'dead_letters',
  'delivery_parked',
  'event_contradicts',
  'events_dropped',
  'keys_unreachable',
  'link_code_foreign',
  'link_codes_guessed',
  'log_damaged',
  'log_key_changed',
  'log_memory_damaged',
  'log_went_back',
  'log_witness_ahead',
  'log_witness_disagrees',
  'message_unreadable',
  'messages_rejected',
  'messenger_failing',
  'messenger_permission',
  'messenger_restricted',
  'messenger_token_dead',
  'messenger_unheard',
  'messenger_warns',
  'postgres_ended',
  'references_harvested',
  'revocation_given_up',
  'revocations_replayed',
  'sockets_full',
  'template_over',
] as const;
