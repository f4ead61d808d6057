import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askOneTeam } from './one-team.ts';
import { drawsOf } from './week-draws.ts';

const asked = (ahead: number) =>
  askOneTeam({ staff: 10, ahead, hold: { mu: Math.log(150), sigma: 0.7 } }, 150, drawsOf(ahead + 1));

test('of a desk that is known, what is told comes true as often as any number could', () => {
  const [short, long] = [asked(2), asked(30)];
  // Two before: half of what comes is chance, whatever is told. Thirty: chance evens out.
  assert.ok(short.knownQuarter < 0.55 && long.knownQuarter > 0.85);
  assert.ok(short.quarter > short.knownQuarter - 0.1 && long.quarter > long.knownQuarter - 0.1);
});

test('four of five waits lie within what is told as their span, in short queues and in long ones', () => {
  for (const { span } of [asked(0), asked(2), asked(30)]) assert.ok(Math.abs(span - 0.8) < 0.1, String(span));
});
