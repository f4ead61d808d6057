import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, type DeliveryId, type IdentityId, type MessageId } from '#base';
import type { Told } from '#delivery';
import { messengerCompose } from './sender.ts';

// Which form a message takes by the window, and what is asked for on the way: addresses that nobody needs are
// not made.

const nowMs = Date.UTC(2026, 10, 20, 12);
const hourMs = 3_600_000;
const publicUrl = 'https://tellerline.example';

function composeWith(approved: readonly string[] = []) {
  const asked: string[] = [];
  const compose = messengerCompose({
    mintView: async () => {
      asked.push('view');
      return `${publicUrl}/v#token-${asked.length}`;
    },
    mintPicture: async () => {
      asked.push('picture');
      return undefined;
    },
    isApproved: async (_, { name }) => approved.includes(name),
    publicUrl: () => publicUrl,
    faces: () => [],
    clock: { nowMs: () => nowMs },
  });
  const at = async (told: Told, heardHoursAgo: number | undefined) => {
    const heardAtMs = heardHoursAgo === undefined ? undefined : nowMs - heardHoursAgo * hourMs;
    const composed = await compose(told, {
      account: 'p1',
      person: { id: '1' },
      heardAtMs,
      away: false,
      routedAtMs: undefined,
    });
    return 'closed' in composed ? composed : { ...composed, text: JSON.stringify(composed.bodies) };
  };
  return { at, asked };
}

const told = (more: Partial<Told> = {}): Told => ({
  customerId: newId(),
  conversationId: newId(),
  identityId: newId<IdentityId>(),
  detail: 'full',
  purpose: 'transactions',
  reference: newId<DeliveryId>(),
  attempt: 1,
  entry: 'message',
  message: {
    id: newId<MessageId>(),
    revision: 1,
    author: 'bank',
    at: '2026-11-20T12:00:00.000Z',
    content: { kind: 'text', text: 'About $12 at Blue Bottle.' },
  },
  manner: { locale: 'en', timeZone: 'UTC' },
  windowOver: false,
  replaces: undefined,
  ...more,
});

test('within a day of the person’s word anything may be said, and in full nothing points elsewhere', async () => {
  const { at, asked } = composeWith();
  const composed = await at(told(), 23);
  assert.ok('text' in composed);
  assert.match(composed.text, /Blue Bottle/);
  assert.match(composed.text, /"messaging_type":"UPDATE"/);
  assert.deepEqual(asked, ['picture']);
});

test('below full a one-time address is made for this attempt, and no picture', async () => {
  const { at, asked } = composeWith();
  const composed = await at(told({ detail: 'pointer' }), 1);
  assert.ok('text' in composed);
  assert.match(composed.text, /\/v#token-1/);
  assert.deepEqual(asked, ['view']);
});

test('after a day it is a template that was approved, else the one that says only that there is something', async () => {
  const masked = told({ detail: 'masked' });
  const whole = composeWith(['tellerline_purchase', 'tellerline_something_new']);
  const composed = await whole.at(masked, 25);
  assert.ok('text' in composed);
  assert.match(composed.text, /tellerline_purchase/);
  assert.match(composed.text, /"messaging_type":"UTILITY"/);
  assert.deepEqual(whole.asked, ['view']);
  const less = composeWith(['tellerline_something_new']);
  const pointing = await less.at(masked, 25);
  assert.ok('text' in pointing);
  assert.match(pointing.text, /tellerline_something_new/);
  assert.doesNotMatch(pointing.text, /Blue Bottle/);
});

test('with no template approved the person may not be written to, and no address is made', async () => {
  const { at, asked } = composeWith();
  assert.deepEqual(await at(told(), 25), { closed: 'no-template' });
  assert.deepEqual(await at(told(), undefined), { closed: 'no-template' });
  assert.deepEqual(asked, []);
});

test('only words of the staff are said as those of a person, for a week', async () => {
  const { at } = composeWith();
  const words = told({ purpose: 'customer-chat' });
  const composed = await at(words, 6 * 24);
  assert.ok('text' in composed);
  assert.match(composed.text, /HUMAN_AGENT/);
  assert.deepEqual(await at(told(), 6 * 24), { closed: 'no-template' });
  assert.deepEqual(await at(words, 8 * 24), { closed: 'no-template' });
});
