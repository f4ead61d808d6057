import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layBars, type Bar } from './chart.ts';

const week: Bar[] = [0, 5.75, 4.95, 0, 11.4, 5.75, 6.8].map((amount, day) => ({
  amount,
  figure: amount.toFixed(2),
  axis: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][day] ?? '',
}));

test('the largest amount has the tallest bar, and heights are in proportion', () => {
  const laid = layBars(week, { width: 326, height: 72 });
  const thursday = laid[4];
  const monday = laid[1];
  assert.ok(thursday && monday);
  assert.equal(Math.max(...laid.map((bar) => bar.height)), thursday.height);
  assert.ok(Math.abs(monday.height / thursday.height - 5.75 / 11.4) < 0.01);
});

test('a day without purchases is a line without a figure', () => {
  const laid = layBars(week, { width: 326, height: 72 });
  assert.equal(laid[0]?.empty, true);
  assert.equal(laid[0]?.figure, undefined);
  assert.equal(laid[0]?.axis?.text, 'Sun');
});

test('every bar of a week carries its figure and its day', () => {
  const laid = layBars(week, { width: 294, height: 72 });
  assert.deepEqual(
    laid.map((bar) => bar.figure?.text),
    [undefined, '5.75', '4.95', undefined, '11.40', '5.75', '6.80'],
  );
  assert.equal(laid.filter((bar) => bar.axis).length, 7);
});

test('bars and texts stay inside, and no two texts touch', () => {
  const bar = fc.record({
    amount: fc.double({ min: 0, max: 99_999, noNaN: true }),
    figure: fc.integer({ min: 0, max: 9_999_999 }).map((cents) => (cents / 100).toFixed(2)),
    axis: fc.constantFrom('Mon', '17', 'Nov 8', 'dic'),
  });
  const measure = (text: string): number => text.length * 7;
  fc.assert(
    fc.property(fc.array(bar, { minLength: 1, maxLength: 31 }), fc.integer({ min: 240, max: 600 }), (bars, width) => {
      const laid = layBars(bars, { width, height: 72, measure });
      assert.equal(laid.length, bars.length);
      for (const { x, y, width: barWidth, height } of laid) {
        assert.ok(x >= 0 && x + barWidth <= width + 0.5);
        assert.ok(y >= 0 && y + height <= 72);
      }
      for (const bar of laid) {
        if (!bar.figure) continue;
        const half = measure(bar.figure.text) / 2;
        for (const other of laid) {
          if (other === bar || other.x >= bar.figure.x + half || other.x + other.width <= bar.figure.x - half) continue;
          assert.ok(other.y >= bar.figure.y, 'a figure stands clear of the bars beside its own');
        }
      }
      for (const kind of ['figure', 'axis'] as const) {
        const texts = laid.flatMap((one) => one[kind] ?? []).toSorted((a, b) => a.x - b.x);
        texts.forEach((text, index) => {
          const next = texts[index + 1];
          if (next) assert.ok(text.x + measure(text.text) / 2 <= next.x - measure(next.text) / 2 + 0.5);
        });
      }
    }),
  );
});
