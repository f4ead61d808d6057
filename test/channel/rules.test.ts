import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { breaksOfMessenger, checkMessenger, messengerProfile } from '#channels/messenger';
import { templateCatalogue, type RuleBreak } from '#channels/meta';
import { breaksOfWhatsApp, checkWhatsApp } from '#channels/whatsapp';

const x = (n: number): string => 'x'.repeat(n);
const list = <T>(n: number, of: (n: number) => T): T[] => Array.from({ length: n }, (_, at) => of(at));

const toPerson = (message: object, more: object = {}) => ({
  recipient: { id: '1' },
  messaging_type: 'UPDATE',
  message,
  ...more,
});
const template = (payload: object) => toPerson({ attachment: { type: 'template', payload } });
const postback = (title = 'Go', payload = 'p') => ({ type: 'postback', title, payload });
const buttonTemplate = (text: string, buttons: object[]) => template({ template_type: 'button', text, buttons });
const generic = (elements: object[]) => template({ template_type: 'generic', elements });
const reply = (title = 'Go') => ({ content_type: 'text', title, payload: 'p' });
const receipt = (over: object) =>
  template({
    template_type: 'receipt',
    recipient_name: 'A',
    order_number: '1',
    currency: 'USD',
    payment_method: 'Visa 2345',
    summary: { total_cost: 5 },
    ...over,
  });
const said = (breaks: readonly RuleBreak[]): string[] =>
  breaks.map(({ code, where, limit }) => [code, where, ...(limit === undefined ? [] : [limit])].join(' '));

/** What is within the limit, what is past it, and what is said of that. Numbers: facts of Meta's documentation. */
const messenger: readonly (readonly [string, object, object, string])[] = [
  ['a text', toPerson({ text: x(2000) }), toPerson({ text: x(2001) }), 'too-long message.text 2000'],
  [
    'quick replies',
    toPerson({ text: 'a', quick_replies: list(13, () => reply()) }),
    toPerson({ text: 'a', quick_replies: list(14, () => reply()) }),
    'too-many message.quick_replies 13',
  ],
  [
    'the title of a quick reply',
    toPerson({ text: 'a', quick_replies: [reply(x(20))] }),
    toPerson({ text: 'a', quick_replies: [reply(x(21))] }),
    'too-long message.quick_replies[0].title 20',
  ],
  [
    'the text of a button template',
    buttonTemplate(x(640), [postback()]),
    buttonTemplate(x(641), [postback()]),
    'too-long message.attachment.payload.text 640',
  ],
  [
    'buttons',
    buttonTemplate(
      'a',
      list(3, () => postback()),
    ),
    buttonTemplate(
      'a',
      list(4, () => postback()),
    ),
    'too-many message.attachment.payload.buttons 3',
  ],
  [
    'a payload',
    buttonTemplate('a', [postback('Go', x(1000))]),
    buttonTemplate('a', [postback('Go', x(1001))]),
    'too-long message.attachment.payload.buttons[0].payload 1000',
  ],
  [
    'the elements of a generic template',
    generic(list(10, () => ({ title: 'a' }))),
    generic(list(11, () => ({ title: 'a' }))),
    'too-many message.attachment.payload.elements 10',
  ],
  [
    'the title of an element',
    generic([{ title: x(80) }]),
    generic([{ title: x(81) }]),
    'too-long message.attachment.payload.elements[0].title 80',
  ],
  [
    'the elements of a receipt',
    receipt({ elements: list(100, () => ({ title: 'a', price: 1 })) }),
    receipt({ elements: list(101, () => ({ title: 'a', price: 1 })) }),
    'too-many message.attachment.payload.elements 100',
  ],
  [
    'what a receipt needs',
    receipt({}),
    receipt({ summary: {} }),
    'missing message.attachment.payload.summary.total_cost',
  ],
  [
    'whose receipt it is',
    receipt({}),
    receipt({ recipient_name: '' }),
    'missing message.attachment.payload.recipient_name',
  ],
  [
    'an address',
    buttonTemplate('a', [{ type: 'web_url', title: 'Go', url: 'https://a.example' }]),
    buttonTemplate('a', [{ type: 'web_url', title: 'Go', url: 'javascript:alert(1)' }]),
    'bad-address message.attachment.payload.buttons[0].url',
  ],
  [
    'a person on the staff',
    toPerson({ text: 'a' }, { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }),
    toPerson({ text: 'a' }, { messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' }),
    'dead-tag tag',
  ],
  ['who it is for', toPerson({ text: 'a' }), { ...toPerson({ text: 'a' }), recipient: {} }, 'missing recipient'],
  ['something to say', toPerson({ text: 'a' }), toPerson({}), 'missing message'],
  [
    'a batch',
    { batch: list(50, () => ({ method: 'GET', relative_url: 'me' })) },
    { batch: list(51, () => ({ method: 'GET', relative_url: 'me' })) },
    'too-many batch 50',
  ],
  [
    'a greeting',
    { greeting: [{ locale: 'default', text: x(160) }] },
    { greeting: [{ locale: 'default', text: x(161) }] },
    'too-long greeting[0].text 160',
  ],
  [
    'a greeting for everybody',
    { greeting: [{ locale: 'default', text: 'a' }] },
    { greeting: [{ locale: 'es_LA', text: 'a' }] },
    'missing greeting',
  ],
  [
    'questions to begin with',
    { ice_breakers: list(4, () => ({ question: 'a', payload: 'b' })) },
    { ice_breakers: list(5, () => ({ question: 'a', payload: 'b' })) },
    'too-many ice_breakers 4',
  ],
];

const toNumber = (type: string, content: object) => ({
  messaging_product: 'whatsapp',
  to: '15550001111',
  type,
  [type]: content,
});
const interactive = (type: string, action: object, body = 'a') =>
  toNumber('interactive', { type, body: { text: body }, action });
const replyButton = (n: number, title = `B${n}`) => ({ type: 'reply', reply: { id: `${n}`, title } });
const rows = (n: number, title = 'Row') => ({
  button: 'Choose',
  sections: [{ rows: list(n, (at) => ({ id: `${at}`, title })) }],
});
const cta = (url: string, title = 'Open') => ({ name: 'cta_url', parameters: { display_text: title, url } });
const [definition] = templateCatalogue('https://hub.example');
const body = (text: string, example?: object) => ({ type: 'BODY', text, ...(example && { example }) });

const whatsApp: readonly (readonly [string, object, object, string])[] = [
  ['a text', toNumber('text', { body: x(4096) }), toNumber('text', { body: x(4097) }), 'too-long text.body 4096'],
  [
    'reply buttons',
    interactive('button', { buttons: list(3, (n) => replyButton(n)) }),
    interactive('button', { buttons: list(4, (n) => replyButton(n)) }),
    'too-many interactive.action.buttons 3',
  ],
  [
    'the title of a button',
    interactive('button', { buttons: [replyButton(1, x(20))] }),
    interactive('button', { buttons: [replyButton(1, x(21))] }),
    'too-long interactive.action.buttons[0].reply.title 20',
  ],
  [
    'buttons that differ',
    interactive('button', { buttons: [replyButton(1, 'A'), replyButton(2, 'B')] }),
    interactive('button', { buttons: [replyButton(1, 'A'), replyButton(2, 'A')] }),
    'duplicate interactive.action.buttons',
  ],
  [
    'the words over buttons',
    interactive('button', { buttons: [replyButton(1)] }, x(1024)),
    interactive('button', { buttons: [replyButton(1)] }, x(1025)),
    'too-long interactive.body.text 1024',
  ],
  ['rows', interactive('list', rows(10)), interactive('list', rows(11)), 'too-many interactive.action.sections 10'],
  [
    'the title of a row',
    interactive('list', rows(1, x(24))),
    interactive('list', rows(1, x(25))),
    'too-long interactive.action.sections[0].rows[0].title 24',
  ],
  [
    'an address',
    interactive('cta_url', cta('https://hub.example')),
    interactive('cta_url', cta('ftp://hub.example')),
    'bad-address interactive.action.parameters.url',
  ],
  [
    'who it is for',
    { messaging_product: 'whatsapp', recipient: 'US.123', type: 'text', text: { body: 'a' } },
    { messaging_product: 'whatsapp', type: 'text', text: { body: 'a' } },
    'missing to',
  ],
  [
    'the words of a template',
    { ...definition, components: [body(x(1024))] },
    { ...definition, components: [body(x(1025))] },
    'too-long components[0].text 1024',
  ],
  [
    'examples of its parameters',
    { ...definition, components: [body('Hello {{1}} there', { body_text: [['A']] })] },
    { ...definition, components: [body('Hello {{1}} there')] },
    'missing components[0].example.body_text 1',
  ],
  [
    'a parameter with words around it',
    { ...definition, components: [body('Hello {{1}} there', { body_text: [['A']] })] },
    { ...definition, components: [body('Hello {{1}}.', { body_text: [['A']] })] },
    'not-together components[0].text',
  ],
  ['the name of a template', { ...definition, name: 'a_1' }, { ...definition, name: 'A 1' }, 'not-taken name'],
];

for (const [platform, rules, breaksOf] of [
  ['Messenger', messenger, breaksOfMessenger],
  ['WhatsApp', whatsApp, breaksOfWhatsApp],
] as const) {
  for (const [what, within, past, expected] of rules) {
    test(`${platform} bounds ${what}`, () => {
      assert.deepEqual(said(breaksOf(within)), []);
      assert.deepEqual(said(breaksOf(past)), [expected]);
    });
  }
}

test('each of the three tags that died is dead, and those before them were gone already', () => {
  const tagged = (tag: string) =>
    said(breaksOfMessenger(toPerson({ text: 'a' }, { messaging_type: 'MESSAGE_TAG', tag })));
  for (const tag of ['ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE', 'CONFIRMED_EVENT_UPDATE'])
    assert.deepEqual(tagged(tag), ['dead-tag tag']);
  for (const tag of ['SHIPPING_UPDATE', 'ISSUE_RESOLUTION', 'anything'])
    assert.deepEqual(tagged(tag), ['retired-tag tag']);
});

test('what is said of a body holds nothing of what it tells', () => {
  const secret = 'planted-4417';
  const bodies = [
    toPerson({ text: secret.repeat(300) }),
    toPerson({ text: 'a' }, { tag: secret.padEnd(90, '!') }),
    { [secret]: 1 },
  ];
  for (const one of bodies) {
    const breaks = JSON.stringify([breaksOfMessenger(one), breaksOfWhatsApp(one)]);
    assert.ok(!breaks.includes(secret), breaks);
  }
});

test('nothing that comes crashes the checker', () => {
  const keys = [
    'recipient',
    'message',
    'attachment',
    'payload',
    'type',
    'template_type',
    'elements',
    'buttons',
    'batch',
    'text',
  ];
  const more = [
    'components',
    'messaging_product',
    'interactive',
    'action',
    'greeting',
    'fields',
    'body',
    'relative_url',
    'method',
  ];
  const words = fc.constantFrom(
    'template',
    'generic',
    'POST',
    'me/messages',
    'BODY',
    'BUTTONS',
    'whatsapp',
    'list',
    '{"a":',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'medium' },
      fc.anything(),
      words,
      fc.array(tie('tree'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom(...keys, ...more), tie('tree'), { maxKeys: 6 }),
  }));
  fc.assert(
    fc.property(tree, (anything) => {
      for (const checked of [checkMessenger(anything), checkWhatsApp(anything)])
        assert.equal(typeof checked.kind, 'string');
    }),
    { numRuns: 1000 },
  );
});

test('our own profile and our own templates break nothing', () => {
  for (const publicUrl of ['https://hub.example', 'http://localhost:4400']) {
    assert.deepEqual(said(breaksOfMessenger(messengerProfile(publicUrl))), []);
    const catalogue = templateCatalogue(publicUrl);
    assert.equal(new Set(catalogue.map(({ name, language }) => `${name} ${language}`)).size, 14);
    for (const one of catalogue) {
      assert.deepEqual(said(breaksOfMessenger(one)), [], one.name);
      assert.deepEqual(said(breaksOfWhatsApp(one)), [], one.name);
    }
  }
});
