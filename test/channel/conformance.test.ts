/**
 * The same checks on every messenger: `npm run test:channel -- NAME` runs them on one. A check that a messenger
 * cannot have says so, with the reason, and counts as skipped.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { channels } from './channels.ts';
import { conversationChecks } from './conversation-checks.ts';
import { doorChecks } from './door-checks.ts';
import { readingChecks } from './reading-checks.ts';
import { renderingChecks } from './rendering-checks.ts';
import { sendingChecks } from './sending-checks.ts';
import { DoesNotApply } from './under-test.ts';

const checks = {
  door: doorChecks,
  reading: readingChecks,
  rendering: renderingChecks,
  sending: sendingChecks,
  conversation: conversationChecks,
};
const only = process.env['TEST_CHANNEL'];

for (const [name, start] of Object.entries(channels)) {
  if (only !== undefined && only !== name) continue;
  const channel = await start();
  after(() => channel.close());
  for (const [part, rules] of Object.entries(checks)) {
    describe(`${name}, ${part}`, () => {
      for (const { rule, run } of rules) {
        test(rule, async (t) => {
          try {
            await run(channel);
          } catch (error) {
            if (!(error instanceof DoesNotApply)) throw error;
            t.skip(error.message);
          }
        });
      }
    });
  }
}

test('the suite asks each messenger some fifty things, each by a name of its own', () => {
  const rules = Object.values(checks).flatMap((some) => some.map(({ rule }) => rule));
  assert.equal(new Set(rules).size, rules.length);
  assert.ok(rules.length >= 50, `${rules.length}`);
});
