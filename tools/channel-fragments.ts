/** What a recorded body may lack: other projects keep single events, without the envelope that they came in. */

type Fields = Record<string, unknown>;

/** A messenger that `channels:read` reads for. */
export type Platform = 'messenger' | 'whatsapp';

/**
 * A body as it is delivered: itself, or, of one event or value alone, that event in an envelope. An event that
 * names nobody is put into the mouth of `PERSON`, at `ACCOUNT`. What is no JSON stays as it is.
 */
export function inEnvelope(platform: Platform, raw: Buffer): Buffer {
  const fragment = parse(raw);
  if (!fragment || Array.isArray(fragment['entry'])) return raw;
  return Buffer.from(JSON.stringify(platform === 'messenger' ? page(fragment) : business(fragment)));
}

function page(fragment: Fields): Fields {
  // An attachment of a message, alone.
  const event: Fields =
    'type' in fragment && 'payload' in fragment ? { message: { attachments: [fragment] } } : fragment;
  const isEcho = (event['message'] as Fields | undefined)?.['is_echo'] === true;
  const [sender, recipient] = isEcho ? ['ACCOUNT', 'PERSON'] : ['PERSON', 'ACCOUNT'];
  const named = 'sender' in event || 'recipient' in event;
  const full = named ? event : { sender: { id: sender }, recipient: { id: recipient }, ...event };
  const own = (isEcho ? full['sender'] : full['recipient']) as Fields | undefined;
  return { object: 'page', entry: [{ id: own?.['id'] ?? 'ACCOUNT', time: full['timestamp'], messaging: [full] }] };
}

/** Lists of a value, and the field under which Meta tells of them. */
const fieldByList: Readonly<Record<string, string>> = {
  calls: 'calls',
  message_echoes: 'smb_message_echoes',
  user_preferences: 'user_preferences',
};

function business(fragment: Fields): Fields {
  const list = 'recipient_id' in fragment && 'status' in fragment ? 'statuses' : 'messages';
  const value = 'id' in fragment && 'timestamp' in fragment ? { [list]: [fragment] } : fragment;
  const field = Object.entries(fieldByList).find(([name]) => name in value)?.[1] ?? 'messages';
  const change = 'field' in fragment && 'value' in fragment ? fragment : { field, value };
  return { object: 'whatsapp_business_account', entry: [{ id: 'ACCOUNT', changes: [change] }] };
}

function parse(raw: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(raw.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
