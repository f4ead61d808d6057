import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { readAnswer, verifySignature } from '#channels/meta';
import { readMessenger } from '#channels/messenger';
import { readWhatsApp } from '#channels/whatsapp';
import type { Reading } from '#delivery';
import { inEnvelope } from '../../tools/channel-fragments.ts';
import { recorded, recordedAbsent, vector, type Recorded } from './recorded.ts';

/** What a body may be read as, by what the list calls it; of messages by their content below. */
const readAs: Readonly<Record<string, readonly Reading['kind'][]>> = {
  EVENT_TYPE_THAT_IS_UNSUPPORTED: ['dead-letter'],
  account_linking: ['account-link'],
  app_roles: ['routing'],
  branded_camera: ['ignored'],
  'change:account_update': ['account'],
  'change:calls': ['unsupported', 'ignored'],
  'change:message_template_components_update': ['ignored'],
  'change:message_template_quality_update': ['account'],
  'change:message_template_status_update': ['template'],
  'change:messages': ['ignored'],
  'change:smb_message_echoes': ['echo'],
  'change:template_category_update': ['account'],
  'change:user_preferences': ['preference'],
  checkout_update: ['ignored'],
  delivery: ['status', 'watermark'],
  errors: ['ignored', 'account'],
  'errors;message:interactive:None': ['unsupported', 'account'],
  game_play: ['ignored'],
  message: ['text', 'press', 'media', 'location', 'unsupported', 'echo'],
  'message:att=fallback,image,location': ['media', 'unsupported', 'location'],
  'message:audio': ['media'],
  'message:button': ['press'],
  'message:contacts': ['unsupported'],
  'message:document': ['media'],
  'message:echo': ['echo'],
  'message:echo:att=template': ['echo'],
  'message:edit': ['changed'],
  'message:image': ['media'],
  'message:interactive:button_reply': ['press'],
  'message:interactive:call_permission_reply': ['unsupported'],
  'message:interactive:list_reply': ['press'],
  'message:interactive:nfm_reply': ['unsupported'],
  'message:location': ['location'],
  'message:order': ['unsupported'],
  'message:quick_reply': ['press'],
  'message:reaction': ['reaction'],
  'message:revoke': ['unsaid'],
  'message:sticker': ['media'],
  'message:system': ['readdressed'],
  'message:text': ['text'],
  'message:unsupported': ['unsupported'],
  'message:video': ['media'],
  message_request: ['ignored'],
  // A standby event in which nothing is said.
  'no-event': ['routing'],
  optin: ['referral', 'ignored'],
  pass_thread_control: ['routing'],
  payment: ['ignored'],
  'policy-enforcement': ['account'],
  postback: ['press', 'referral'],
  pre_checkout: ['ignored'],
  reaction: ['reaction'],
  read: ['watermark'],
  referral: ['referral'],
  request_thread_control: ['routing'],
  'status:RINGING': ['ignored'],
  'status:delivered': ['status'],
  'status:failed:errors': ['status'],
  'status:played': ['status'],
  'status:read': ['status'],
  'status:sent': ['status'],
  take_thread_control: ['routing'],
  // An attachment of a message, alone.
  'type,payload,title,URL': ['unsupported'],
};

/** The list's name without what it says of the file: that it is a part, and what else stands beside it. */
function nameOf({ kind }: Recorded): string {
  return kind.replace(/^fragment:/, '').replace(/;prior_message$|:nlp$|:bsuid$/, '');
}

/** Our words for what the list calls by another. */
const words: Readonly<Record<string, string>> = {
  'no-event': 'standby:unnamed',
  errors: 'change:calls errors',
  'errors;message:interactive:None': 'message:interactive:None errors',
  'type,payload,title,URL': 'message:att=fallback',
};

function read({ platform, raw }: Recorded): readonly Reading[] {
  const body = inEnvelope(platform, raw);
  return platform === 'messenger' ? readMessenger(body, { appId: '1517776481860111' }) : readWhatsApp(body);
}

test('all 183 recorded bodies are read as what their list calls them', { skip: recordedAbsent }, () => {
  const bodies = recorded('incoming');
  assert.equal(bodies.length, 183);
  const wrong = bodies.flatMap((body) => {
    const name = nameOf(body);
    const readings = read(body);
    const said = [...new Set(readings.map(({ word }) => word))].join(' ');
    // Of an event alone the list tells the kind, and not what is in it.
    const isNamed = body.kind === 'fragment:message' ? said.startsWith(name) : said === (words[name] ?? name);
    const isRead = readings.length > 0 && readings.every(({ kind }) => readAs[name]?.includes(kind));
    return isNamed && isRead ? [] : [`${body.file}: ${said} as ${readings.map(({ kind }) => kind).join()}`];
  });
  assert.deepEqual(wrong, []);
});

test('what a single recorded message says is read as that', { skip: recordedAbsent }, () => {
  const expected: Readonly<Record<string, Reading['kind'] | undefined>> = {
    audio: 'media',
    echo: 'echo',
    fallback: 'unsupported',
    file: 'media',
    image: 'media',
    sticker: 'media',
    video: 'media',
    quickreply: 'press',
    quick: 'press',
    text: 'text',
  };
  const messages = recorded('incoming').filter(({ kind }) => kind === 'fragment:message');
  assert.equal(messages.length, 27);
  const wrong = messages.flatMap((body) => {
    const name = Object.keys(expected).find(
      (word) => (word === 'echo' || !/echo/.test(body.file)) && body.file.includes(word),
    );
    const first = read(body)[0]?.kind;
    return name === undefined || expected[name] === first ? [] : [`${body.file}: ${first}`];
  });
  assert.deepEqual(wrong, []);
});

test('in whatever a person did stand both their ids where the body has them', { skip: recordedAbsent }, () => {
  const people = recorded('incoming')
    .filter(({ platform }) => platform === 'whatsapp')
    .flatMap(read)
    .flatMap((reading) => (reading.from === 'person' ? [reading.person] : []));
  assert.equal(people.filter(({ id, number }) => id === undefined && number === undefined).length, 0);
  assert.ok(
    people.filter(({ id, number }) => id === 'US.13491208655302741918' && number === '972987654321').length > 25,
  );
});

test('the five recorded answers are read', { skip: recordedAbsent }, () => {
  const kinds = recorded('responses').map(({ kind, raw }) => `${kind}: ${readAnswer(raw).kind}`);
  assert.deepEqual(kinds.toSorted(), [
    'error: error',
    'recipient_id,message_id,attachment_id: taken',
    'recipient_id,message_id: taken',
    'result: done',
    'result: done',
  ]);
  const refused = recorded('responses').find(({ kind }) => kind === 'error');
  assert.deepEqual(readAnswer(refused?.raw ?? ''), {
    kind: 'error',
    error: { code: 190, type: 'OAuthException', fbtrace: 'BLBz/WZt8dN', message: 'Invalid OAuth access token.' },
  });
});

test('the recorded SHA-256 signature holds over the bytes as they came', { skip: recordedAbsent }, () => {
  const { app_secret: secret, raw_body: body, signature } = vector('unicode-body');
  assert.equal(verifySignature(Buffer.from(body), signature, secret), true);
  const decoded = JSON.parse(`"${body}"`) as string;
  assert.equal(verifySignature(Buffer.from(decoded), signature, secret), false);
});

test('the recorded SHA-1 signature is right, and refused at the door', { skip: recordedAbsent }, () => {
  const { app_secret: secret, raw_body: body, signature } = vector('messenger-legacy-sha1');
  assert.equal(`sha1=${createHmac('sha1', secret).update(body).digest('hex')}`, signature);
  assert.equal(verifySignature(Buffer.from(body), signature, secret), false);
});
