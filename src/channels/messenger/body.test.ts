import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtMost, runsOf } from '#channels/meta';
import type {
  Button,
  GenericElement,
  MessengerBody,
  MessengerMessage,
  QuickReplyButton,
  ReceiptPayload,
} from './body.ts';

const button: Button = { type: 'postback', title: 'Go', payload: 'p' };
const reply: QuickReplyButton = { content_type: 'text', title: 'Go', payload: 'p' };
const message: MessengerMessage = { text: 'a' };

test('one too many does not compile, nor does a tag that is dead', () => {
  const three: GenericElement = { title: 'a', buttons: [button, button, button] };
  // @ts-expect-error four buttons
  const four: GenericElement = { title: 'a', buttons: [button, button, button, button] };
  // @ts-expect-error no button at all
  const none: GenericElement = { title: 'a', buttons: [] };
  const thirteen = [reply, reply, reply, reply, reply, reply, reply, reply, reply, reply, reply, reply, reply] as const;
  const replies: MessengerMessage = { text: 'a', quick_replies: thirteen };
  // @ts-expect-error fourteen quick replies
  const more: MessengerMessage = { text: 'a', quick_replies: [...thirteen, reply] };
  const agent: MessengerBody = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message };
  // @ts-expect-error a tag that fails since April 2026
  const dead: MessengerBody = { messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE', message };
  // @ts-expect-error a receipt for nobody
  const receipt: ReceiptPayload = {
    template_type: 'receipt',
    order_number: '1',
    currency: 'USD',
    payment_method: 'Visa 2291',
    summary: { total_cost: 1 },
  };
  assert.equal([three, four, none, replies, more, agent, dead, receipt].length, 8);
});

test('a list that came about while running is cut into runs that fit', () => {
  const list = Array.from({ length: 7 }, (_, n) => n);
  assert.deepEqual(runsOf(list, 3), [[0, 1, 2], [3, 4, 5], [6]]);
  assert.deepEqual(runsOf([], 3), []);
  assert.deepEqual([isAtMost(list, 7), isAtMost(list, 6), isAtMost([], 6)], [true, false, false]);
});
