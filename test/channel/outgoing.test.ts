import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMessenger } from '#channels/messenger';
import type { RuleBreak } from '#channels/meta';
import { checkWhatsApp } from '#channels/whatsapp';
import { recorded, recordedAbsent, type Recorded } from './recorded.ts';

const directions = ['outgoing', 'outgoing_batch', 'outgoing_profile', 'outgoing_templates'];
const skip = recordedAbsent;
const bodies = directions.flatMap((direction) => [...recorded(direction)]);
const checked = bodies.map((body) => ({ ...body, ...check(body) }));

function check({ platform, raw }: Recorded): { taken: string; breaks: readonly RuleBreak[] } {
  const { kind, breaks } = (platform === 'messenger' ? checkMessenger : checkWhatsApp)(JSON.parse(raw.toString()));
  return { taken: kind, breaks };
}

const name = ({ file }: Recorded): string => file.split('--')[1] ?? file;
const codes = ({ breaks }: { breaks: readonly RuleBreak[] }): string =>
  [...new Set(breaks.map(({ code }) => code))].join(' ');

/** Bodies that their list calls current and that break a rule of the platform all the same, by the end of their name. */
const broken: readonly (readonly [string, string, string])[] = [
  // The address is "<WEB_URL>".
  ['sendmediatemplate-messages-api-with-media-template.json', 'bad-address', 'buttons[0].url'],
  ['batch-sendmediatemplate-create-send-media-template-request.json', 'bad-address', 'buttons[0].url'],
  // The names of the address's fields were changed when it was recorded.
  ['batch-sendreceipttemplate-create-send-receipt-template-request.json', 'missing', 'address.street_1'],
  // Gone since 2020; the list names the tags that died in 2026.
  ['shouldsendtextmessagewithnotificationtypeandmessagetag.json', 'retired-tag', 'tag'],
  // Quick replies that ask for a location were ended in 2019.
  ['shouldsendtextmessagewithquickreplies.json', 'retired', 'quick_replies[1].content_type'],
  // A part of an airline template, which the list calls retired where it is whole.
  ['airline-update-update-flight-info.json', 'retired', ''],
  // Menus in menus were ended with Graph v8.
  ['shouldsetuppersistentmenu.json', 'retired', 'call_to_actions[0].type'],
  // Meta takes https alone.
  ['setwhitelisteddomains-respond-success-result.json', 'bad-address', 'whitelisted_domains[0]'],
  ['shouldsetupwhitelisteddomains.json', 'bad-address', 'whitelisted_domains[1]'],
  ['shouldsetupaccountlinkingurl.json', 'bad-address', 'account_linking_url'],
];

test('every outgoing body that was recorded is known for what it is', { skip }, () => {
  assert.equal(bodies.length, 165);
  assert.deepEqual(checked.filter(({ taken }) => taken === 'unknown').map(name), []);
  const counts = Object.groupBy(checked, ({ direction, shape, taken }) => `${direction} ${shape} ${taken}`);
  assert.equal(counts['outgoing full send']?.length, 51);
  assert.equal(counts['outgoing_batch batch_item batch-item']?.length, 51);
  assert.equal(counts['outgoing_templates template_definition template']?.length, 13);
});

test('a dead tag is named as dead, and nothing else is', { skip }, () => {
  const dead = checked.filter(({ breaks }) => breaks.some(({ code }) => code === 'dead-tag'));
  assert.deepEqual(dead.map(name), checked.filter(({ status }) => status.startsWith('dead-tag')).map(name));
  assert.equal(dead.length, 2);
  for (const { breaks } of dead) {
    assert.equal(breaks.length, 1);
    assert.match(breaks[0]?.what ?? '', /^CONFIRMED_EVENT_UPDATE fails with error 100 since 27 April 2026/);
  }
});

test('what the platform has ended is named as ended', { skip }, () => {
  const retired = checked.filter(({ status }) => status === 'retired-feature');
  assert.equal(retired.length, 19);
  for (const body of retired) assert.equal(codes(body), 'retired', name(body));
});

test('what is current breaks nothing, but where it truly does', { skip }, () => {
  const found = checked.filter(({ status, breaks }) => status === 'current' && breaks.length > 0);
  assert.deepEqual(
    found.map((body) => name(body)).toSorted(),
    found
      .filter((body) => broken.some(([end]) => name(body).endsWith(end)))
      .map((body) => name(body))
      .toSorted(),
  );
  for (const [end, code, where] of broken) {
    const body = found.find((one) => name(one).endsWith(end));
    assert.equal(body && codes(body), code, end);
    assert.ok(
      body?.breaks.some((one) => one.where.endsWith(where)),
      end,
    );
  }
  assert.equal(found.length, broken.length);
});
