import type { FromPlatform } from '#delivery';
import { fieldsOf, idOf, keyOf, listOf, numberOf, textOf, wordOf, type Fields } from './fields.ts';

/** What Meta tells of templates and of the account itself: the same words at a page and at a business account. */
export interface AccountChange {
  /** Meta's name of what changed: `account_update`. */
  readonly field: string;
  readonly value: Fields;
  /** The page, or the business account, that it is about. */
  readonly account: string;
  /** The entry's time, as it came: the same words again at another time are other news. */
  readonly time: unknown;
}

/** Restrictions, bans and endings: nothing is sent, or soon nothing will be. */
const graveEvents: ReadonlySet<string> = new Set([
  'ACCOUNT_DELETED',
  'ACCOUNT_OFFBOARDED',
  'ACCOUNT_RESTRICTION',
  'ACCOUNT_VIOLATION',
  'DISABLED_UPDATE',
  'PARTNER_REMOVED',
  'PARTNER_APP_UNINSTALLED',
]);

/** Of no concern to a bank's messages, or told for somebody else's programs. */
const ignoredFields: ReadonlySet<string> = new Set([
  'message_template_components_update',
  'history',
  'smb_app_state_sync',
  'flows',
  'partner_solutions',
  'payment_configuration_update',
  'tracking_events',
  'automatic_events',
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
  'standby',
]);

/** Told of the account; only some of it is grave. */
const accountFields: ReadonlySet<string> = new Set([
  'account_update',
  'account_alerts',
  'account_review_update',
  'account_settings_update',
  'business_capability_update',
  'business_status_update',
  'message_template_quality_update',
  'messaging_limit_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
  'template_category_update',
  'template_correct_category_detection',
]);

/** What such a change says, or undefined when it is none that is known. */
export function readAccountChange(change: AccountChange): FromPlatform | undefined {
  const { field, value, account, time } = change;
  const from = { from: 'platform', account, key: keyOf(account, time, field, value), word: `change:${field}` } as const;
  if (field === 'message_template_status_update') return { ...from, ...templateOf(value) };
  if (ignoredFields.has(field)) return { ...from, kind: 'ignored', what: field };
  if (!accountFields.has(field)) return undefined;
  const event = wordOf(
    value['event'] ??
      value['new_quality_score'] ??
      value['new_category'] ??
      value['decision'] ??
      value['alert_severity'] ??
      value['current_limit'],
  );
  return { ...from, kind: 'account', what: `${field}:${event}`, grave: isGrave(field, event, value) };
}

/** Meta: `message_template_status_update`, the same for both platforms. */
function templateOf(
  value: Fields,
): Pick<FromPlatform & { kind: 'template' }, 'kind' | 'template' | 'language' | 'status' | 'reason'> {
  const reason = textOf(value['reason']);
  return {
    kind: 'template',
    template: idOf(value['message_template_name']) ?? 'unnamed',
    language: wordOf(value['message_template_language']),
    status: wordOf(value['event']),
    // Meta writes NONE where there is no reason.
    ...(reason === undefined || reason === 'NONE' ? {} : { reason: reason.slice(0, 500) }),
  };
}

function isGrave(field: string, event: string, value: Fields): boolean {
  if (field === 'account_update') {
    const ban = fieldsOf(value['ban_info'])?.['waba_ban_state'];
    return graveEvents.has(event) && ban !== 'REINSTATE';
  }
  // A template that is marketing now may no longer bring what a bank tells.
  if (field === 'template_category_update') return event === 'MARKETING';
  if (field === 'message_template_quality_update') return event === 'RED';
  if (field === 'account_review_update') return event === 'REJECTED';
  return field === 'account_alerts' && event === 'CRITICAL';
}

/** Errors that stand beside what people did: each as news of the account. Meta: `errors` of a value, with code and title. */
export function errorsOf(value: Fields, account: string): readonly FromPlatform[] {
  return listOf(value['errors']).map((error, index) => ({
    from: 'platform',
    account,
    key: keyOf(account, 'errors', index, value),
    word: 'errors',
    kind: 'account',
    what: `error:${numberOf(fieldsOf(error)?.['code']) ?? 'unnamed'}`,
    grave: false,
  }));
}
