import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading } from '#delivery';
import { readWhatsApp } from './read.ts';

const ids = { number: '16505551234', id: 'US.13491208655302741918' };
const contact = { wa_id: ids.number, user_id: ids.id };
const reference = '019a0000-0000-7000-8000-000000000001:0:1';

/** A value that a number was told of. */
function body(value: object, field = 'messages'): Buffer {
  const told = { messaging_product: 'whatsapp', metadata: { phone_number_id: 'NUMBER' }, ...value };
  const entry = [{ id: 'BUSINESS', time: 1_790_000_000, changes: [{ field, value: told }] }];
  return Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }));
}

const read = (value: object, field?: string): readonly Reading[] => readWhatsApp(body(value, field));

/** A message with what every one has. */
const message = (content: object): object => ({ from: ids.number, id: 'wamid.1', timestamp: '1790000000', ...content });

function only(value: object, field?: string): object {
  const readings = read(value, field);
  assert.equal(readings.length, 1);
  const { word: _word, ...reading } = readings[0] as Reading;
  return reading;
}

/** What a person did in one message, without who and when. */
function did(content: object): object {
  const {
    from: _from,
    account: _account,
    person: _person,
    atMs: _at,
    key: _key,
    ...doing
  } = only({
    messages: [message(content)],
  }) as Record<string, unknown>;
  return doing;
}

test('a text says who, where, when and under which id', () => {
  const text = { type: 'text', text: { body: 'balance' }, context: { id: 'wamid.0' } };
  assert.deepEqual(only({ contacts: [contact], messages: [message(text)] }), {
    from: 'person',
    account: 'NUMBER',
    person: ids,
    atMs: 1_790_000_000_000,
    key: 'wamid.1',
    repliesTo: 'wamid.0',
    kind: 'text',
    text: 'balance',
  });
});

test('a person is known by number, by business-scoped id, or by both, whichever of them is told', () => {
  const person = (fields: object, contacts: readonly object[]): unknown => {
    const sent = { id: 'wamid.1', timestamp: '1790000000', type: 'text', text: { body: 'hi' }, ...fields };
    const [one] = read({ contacts, messages: [sent] });
    return one?.from === 'person' ? one.person : one?.kind === 'dead-letter' && one.reason;
  };
  assert.deepEqual(person({ from: ids.number }, [contact]), ids);
  assert.deepEqual(person({ from_user_id: ids.id }, [contact]), ids);
  assert.deepEqual(person({ from_user_id: ids.id }, [{ user_id: ids.id }]), { id: ids.id });
  assert.deepEqual(person({ from: ids.number }, []), { number: ids.number });
  assert.deepEqual(person({ from: ids.number, from_user_id: ids.id }, []), ids);
  // Another person's contact, and one that contradicts, is nobody's proof.
  assert.deepEqual(person({ from: ids.number }, [{ wa_id: '1', user_id: 'US.1' }]), { number: ids.number });
  assert.deepEqual(person({ from: ids.number, from_user_id: 'US.2' }, [contact]), { number: ids.number, id: 'US.2' });
  assert.equal(person({}, [contact]), 'person_missing');
});

test('buttons, rows of lists and quick replies of templates are presses', () => {
  const press = { kind: 'press', payload: 'act|a|0', title: 'Freeze' };
  const reply = { id: 'act|a|0', title: 'Freeze' };
  assert.deepEqual(did({ type: 'interactive', interactive: { type: 'button_reply', button_reply: reply } }), press);
  assert.deepEqual(did({ type: 'interactive', interactive: { type: 'list_reply', list_reply: reply } }), press);
  assert.deepEqual(did({ type: 'button', button: { payload: 'act|a|0', text: 'Freeze' } }), press);
});

test('a form’s answer is answered politely, whatever its text is', () => {
  for (const response of ['{"flow_token":"x"}', '{not JSON', '', '[[[[', 7])
    assert.deepEqual(
      did({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: response } } }),
      { kind: 'unsupported', what: 'nfm_reply' },
    );
});

test('a picture has its id, its address where one is told, and its caption', () => {
  const image = { id: '65463453', url: 'https://lookaside.example/1', caption: 'my card', mime_type: 'image/jpeg' };
  assert.deepEqual(did({ type: 'image', image }), {
    kind: 'media',
    media: 'picture',
    what: 'image',
    source: { url: 'https://lookaside.example/1', mediaId: '65463453' },
    caption: 'my card',
  });
});

test('a reaction that is taken back comes with an empty emoji, or with none', () => {
  assert.deepEqual(did({ type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '😮' } }), {
    repliesTo: 'wamid.0',
    kind: 'reaction',
    emoji: '😮',
  });
  for (const reaction of [{ message_id: 'wamid.0', emoji: '' }, { message_id: 'wamid.0' }])
    assert.deepEqual(did({ type: 'reaction', reaction }), { repliesTo: 'wamid.0', kind: 'reaction' });
});

test('a new number, a new id and another telephone are somebody else', () => {
  const system = (fields: object): object => did({ type: 'system', system: fields });
  const number = '16505559999';
  assert.deepEqual(system({ type: 'user_changed_number', wa_id: number }), { kind: 'readdressed', now: { number } });
  assert.deepEqual(system({ type: 'user_changed_number', wa_id: number, user_id: 'US.2' }), {
    kind: 'readdressed',
    now: { number, id: 'US.2' },
  });
  assert.deepEqual(system({ type: 'customer_identity_changed' }), {
    kind: 'readdressed',
    now: { number: ids.number },
  });
  assert.deepEqual(system({ type: 'something_new' }), { kind: 'unsupported', what: 'system' });
});

test('whoever has a new business-scoped id is told apart from the old one', () => {
  const update = { wa_id: ids.number, user_id: { previous: 'US.1', current: 'US.2' }, timestamp: '1790000000' };
  const { key: _key, ...moved } = only(
    { contacts: [{ wa_id: ids.number, user_id: 'US.2' }], user_id_update: [update] },
    'user_id_update',
  ) as { key: string };
  assert.deepEqual(moved, {
    from: 'person',
    account: 'NUMBER',
    person: { id: 'US.1', number: ids.number },
    atMs: 1_790_000_000_000,
    kind: 'readdressed',
    now: { id: 'US.2', number: ids.number },
  });
});

test('statuses settle by id and by what we had sent along', () => {
  const status = (fields: object): object =>
    only({ statuses: [{ id: 'wamid.1', timestamp: '1790000000', recipient_id: ids.number, ...fields }] });
  const from = { from: 'platform', account: 'NUMBER', kind: 'status', platformId: 'wamid.1' };
  assert.deepEqual(status({ status: 'sent', biz_opaque_callback_data: reference }), {
    ...from,
    key: 'wamid.1:sent',
    status: 'sent',
    reference,
  });
  assert.deepEqual(status({ status: 'played', biz_opaque_callback_data: 'some data' }), {
    ...from,
    key: 'wamid.1:played',
    status: 'read',
  });
  assert.deepEqual(status({ status: 'failed', errors: [{ code: 131_047 }] }), {
    ...from,
    key: 'wamid.1:failed',
    status: 'failed',
    code: 131_047,
  });
});

test('what the business said with its own telephone is an echo that is not ours', () => {
  const echo = { from: '972', to: ids.number, to_user_id: ids.id, id: 'wamid.1', type: 'text', text: { body: 'x' } };
  assert.deepEqual(only({ message_echoes: [echo] }, 'smb_message_echoes'), {
    from: 'platform',
    account: 'NUMBER',
    key: 'wamid.1:echo',
    kind: 'echo',
    platformId: 'wamid.1',
    own: false,
    person: ids,
  });
});

test('whoever wants no more says so, and so does whoever wants it again', () => {
  const wants = (value: string): unknown => {
    const preference = { wa_id: ids.number, category: 'marketing_messages', value, timestamp: 1_790_000_000 };
    const [one] = read({ user_preferences: [preference] }, 'user_preferences');
    return one?.kind === 'preference' ? one.wants : one?.kind;
  };
  assert.deepEqual(['stop', 'resume', 'signup', 'maybe'].map(wants), ['nothing', 'again', 'again', 'unsupported']);
});

test('who calls is told that nobody answers; our own call and its end are of no concern', () => {
  const call = (fields: object): unknown => {
    const [one] = read({ calls: [{ id: 'wacid.1', from: ids.number, ...fields }] }, 'calls');
    return one && 'what' in one ? [one.kind, one.what] : one?.kind;
  };
  assert.deepEqual(call({ event: 'connect', direction: 'USER_INITIATED' }), ['unsupported', 'call']);
  assert.deepEqual(call({ event: 'connect', direction: 'BUSINESS_INITIATED' }), ['ignored', 'call:connect']);
  assert.deepEqual(call({ event: 'terminate', direction: 'USER_INITIATED' }), ['ignored', 'call:terminate']);
});

test('a ban, a lost template and a lost account are grave; their end is not', () => {
  const grave = (field: string, value: object): unknown => {
    const [one] = read(value, field);
    return one?.kind === 'account' && one.grave;
  };
  assert.equal(grave('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }), true);
  assert.equal(grave('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }), false);
  assert.equal(grave('account_update', { event: 'PARTNER_ADDED' }), false);
  assert.equal(grave('template_category_update', { new_category: 'MARKETING' }), true);
  assert.equal(grave('message_template_quality_update', { new_quality_score: 'RED' }), true);
});

test('a template’s status names it, its language and why', () => {
  const value = {
    event: 'REJECTED',
    message_template_name: 'news_pointer',
    message_template_language: 'es',
    reason: 'INVALID_FORMAT',
  };
  const { key: _key, ...told } = only(value, 'message_template_status_update') as { key: string };
  assert.deepEqual(told, {
    from: 'platform',
    account: 'BUSINESS',
    kind: 'template',
    template: 'news_pointer',
    language: 'es',
    status: 'REJECTED',
    reason: 'INVALID_FORMAT',
  });
});

test('a bad entry is a dead letter that can be read again with its people, and drops no neighbour', () => {
  const readings = read({
    contacts: [contact],
    messages: [
      message({ type: 'text', text: { body: 'first' } }),
      'not an object',
      { id: 'wamid.2', type: 'text', text: { body: 'by nobody' } },
      message({ id: 'wamid.3', type: 'text', text: { body: 'last' } }),
    ],
    statuses: [{ status: 'sent' }, { id: 'wamid.4', status: 'sent' }],
  });
  assert.deepEqual(
    readings.map((one) => (one.kind === 'dead-letter' ? one.reason : one.kind)),
    ['text', 'message_malformed', 'person_missing', 'text', 'status_malformed', 'status'],
  );
  for (const letter of readings.filter((one) => one.kind === 'dead-letter')) {
    assert.deepEqual(readWhatsApp(letter.raw), [letter]);
    assert.ok(letter.raw.toString().includes(ids.id));
  }
});

test('what is said in a group is not said to the bank', () => {
  assert.deepEqual(did({ type: 'text', text: { body: 'hi' }, group_id: 'G1' }), { kind: 'ignored', what: 'group' });
});

test('a page’s body is not taken for a number’s', () => {
  const raw = Buffer.from(body({ messages: [] }).toString().replace('whatsapp_business_account', 'page'));
  assert.deepEqual(
    readWhatsApp(raw).map((one) => one.kind === 'dead-letter' && one.reason),
    ['product_unknown'],
  );
});
