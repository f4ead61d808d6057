import assert from 'node:assert/strict';
import { newId, type DeliveryId } from '#base';
import { readReference, type Outcome } from '#delivery';
import { assertNothingOf, planted, purchase, said } from './said.ts';
import { viewAddress, type ChannelUnderTest, type Check, type Playing, type Sending } from './under-test.ts';

const dayMs = 24 * 3_600_000;
const message = purchase();
const long = said('Gastaste $12.00 en café este lunes por la mañana. '.repeat(180).trim());

/** Sends a purchase, unless something else is said. */
async function send({ voice }: ChannelUnderTest, playing: Playing, more: Partial<Sending> = {}, signal?: AbortSignal) {
  const sending = { reference: newId<DeliveryId>(), message, ...more };
  return { ...(await voice.send(sending, [playing], signal)), reference: sending.reference };
}

/** What a call becomes that the platform answers so. */
const becomes = (rule: string, playing: Playing, outcome: Outcome['outcome']): Check => ({
  rule,
  run: async (channel) => {
    const sent = await send(channel, playing);
    assert.equal(sent.outcome.outcome, outcome);
    assert.equal(sent.calls.length, 1, 'one call, and no second on one’s own account');
    if ('code' in sent.outcome) assert.match(sent.outcome.code, /^[a-z0-9-]+$/);
  },
});

const outcomes: readonly Check[] = [
  {
    rule: 'what the platform takes is sent, under the platform’s own id',
    run: async (channel) => {
      const { outcome } = await send(channel, 'takes it');
      assert.deepEqual(outcome, { outcome: 'sent', platformId: 'platform-1' });
    },
  },
  becomes('a platform that is ill is asked again later', 'is ill', 'later'),
  {
    rule: 'a platform that asks to slow down is given time',
    run: async (channel) => {
      const { outcome } = await send(channel, 'asks to slow down');
      assert.ok(outcome.outcome === 'later' && (outcome.afterMs ?? 0) > 0);
    },
  },
  becomes('where the window is closed it goes again, as what needs none', 'says that the window is closed', 'window'),
  {
    rule: 'what the platform said needs no window goes as what was approved, or the customer’s choice decides',
    run: async (channel) => {
      const { outcome, calls } = await send(channel, 'takes it', { attempt: 2, windowOver: true });
      assert.deepEqual([outcome.outcome, calls.length], ['closed', 0]);
    },
  },
  becomes('whoever cannot be reached there is told elsewhere', 'cannot reach the person', 'closed'),
  becomes('a call that is wrong is not repeated', 'says that the call is wrong', 'refused'),
  {
    rule: 'a dead token stops everything from there, and nothing is lost by it',
    run: async (channel) => {
      const first = await send(channel, 'says that the token is dead');
      assert.equal(first.outcome.outcome, 'later');
      // The same sender, which has been told: it does not call again.
      const next = await send(channel, 'takes it', { attempt: 2 });
      assert.deepEqual([next.outcome.outcome, next.calls.length], ['later', 0]);
    },
  },
  becomes('a line that is cut leaves it unknown', 'cuts the line', 'unknown'),
  becomes('an answer that is none leaves it unknown', 'answers with a page', 'unknown'),
  {
    rule: 'silence leaves it unknown, and ends when it is told to',
    run: async (channel) => {
      const { outcome } = await send(channel, 'says nothing', {}, AbortSignal.timeout(200));
      assert.equal(outcome.outcome, 'unknown');
    },
  },
  {
    rule: 'what cannot be taken back there is not said to be',
    run: async (channel) => {
      const { outcome, calls } = await send(channel, 'takes it', { entry: 'removal', message: undefined });
      assert.deepEqual([outcome.outcome, calls.length], ['skipped', 0]);
    },
  },
  {
    rule: 'whoever is not there any more is sent nothing',
    run: async (channel) => {
      const { outcome, calls } = await send(channel, 'takes it', { wroteMsAgo: 'never' });
      assert.deepEqual([outcome.outcome, calls.length], ['skipped', 0]);
    },
  },
  {
    rule: 'outside the window nothing goes but what was approved',
    run: async (channel) => {
      const { outcome, calls } = await send(channel, 'takes it', { wroteMsAgo: 2 * dayMs });
      assert.deepEqual([outcome.outcome, calls.length], ['closed', 0]);
    },
  },
];

const bytes: readonly Check[] = [
  {
    rule: 'each call carries our reference, which names delivery, part and attempt, and nobody',
    run: async (channel) => {
      const { calls, reference } = await send(channel, 'takes it');
      const [carried] = /[0-9a-f-]{36}:\d+:\d+/.exec(calls[0]?.bytes ?? '') ?? [];
      assert.deepEqual(readReference(carried ?? ''), { deliveryId: reference, part: 0, attempt: 1 });
    },
  },
  {
    rule: 'no secret stands in an address or in a body',
    run: async (channel) => {
      const { calls } = await send(channel, 'takes it');
      for (const secret of channel.voice.secrets)
        for (const { address, bytes: body } of calls) assert.ok(!address.includes(secret) && !body.includes(secret));
    },
  },
  {
    rule: 'what goes over the line below full holds nothing above the level, and the secure view’s address',
    run: async (channel) => {
      for (const detail of ['masked', 'pointer'] as const) {
        const { calls, viewsMinted } = await send(channel, 'takes it', { detail });
        const body = calls.map((call) => call.address + call.bytes).join('\n');
        assertNothingOf(body, detail === 'masked' ? ['merchant'] : []);
        assert.ok(body.includes(viewAddress));
        assert.equal(viewsMinted, 1, 'one address an attempt');
      }
    },
  },
  {
    rule: 'at full no address of a secure view is made',
    run: async (channel) => {
      const { calls, viewsMinted } = await send(channel, 'takes it');
      assert.ok(calls[0]?.bytes.includes(planted.merchant));
      assert.equal(viewsMinted, 0);
    },
  },
  {
    rule: 'what is sent again after an unknown outcome shows the same',
    run: async (channel) => {
      const reference = newId<DeliveryId>();
      const [first, second] = [
        await send(channel, 'cuts the line', { reference }),
        await send(channel, 'takes it', { reference, attempt: 2 }),
      ];
      const shown = (body = ''): string => body.replaceAll(/:\d+:\d+"/g, '"');
      assert.equal(shown(second.calls[0]?.bytes), shown(first.calls[0]?.bytes));
      assert.notEqual(second.calls[0]?.bytes, first.calls[0]?.bytes, 'though it says which attempt it is');
    },
  },
  {
    rule: 'of a long message only those parts go again that were not taken',
    run: async ({ voice }) => {
      const sending = { reference: newId<DeliveryId>(), message: long, ofBank: false };
      const first = await voice.send(sending, ['takes it', 'is ill']);
      assert.deepEqual([first.outcome.outcome, first.calls.length], ['later', 2]);
      const second = await voice.send({ ...sending, attempt: 2 }, []);
      assert.equal(second.outcome.outcome, 'sent');
      assert.equal(
        second.calls.some(({ bytes: body }) => body.includes(':0:2')),
        false,
        'the first part is there',
      );
      assert.ok(second.calls[0]?.bytes.includes(':1:2'));
    },
  },
];

/** Sending: what each answer means, what goes over the line, and what goes again. */
export const sendingChecks: readonly Check[] = [...outcomes, ...bytes];
