import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPresence, habitOf, isHereAfter, rosterSeconds } from './presence.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hourOf = (ms: number) => ({ hour: (ms % dayMs) / hourMs, isWorkday: true });
/** Ten days in which one is here from eight to four, another from twelve on, a third every second morning. */
function seenDays() {
  const presence = createPresence(hourOf);
  for (let ms = 0; ms < 10 * dayMs; ms += 300_000) {
    const { hour } = hourOf(ms);
    const day = Math.floor(ms / dayMs);
    const early = hour >= 8 && hour < 16 ? ['early'] : [];
    const late = hour >= 12 && hour < 20 ? ['late'] : [];
    const second = hour >= 8 && hour < 12 && day % 2 === 0 ? ['second'] : [];
    presence.here([...early, ...late, ...second], ms);
  }
  return presence;
}

test('who is here at an hour on most days is foreseen then, and nobody of whom nothing is known', () => {
  const usual = seenDays().at(10 * dayMs + 11.5 * hourMs);
  assert.equal(usual.share('early', 0), 1);
  assert.equal(usual.share('late', 0), 0);
  assert.equal(usual.share('late', 3600), 1);
  assert.equal(usual.share('early', 5 * 3600), 0);
  const second = usual.share('second', 0) ?? 0;
  assert.ok(second > 0.35 && second < 0.65, String(second));
  assert.equal(usual.share('new', 0), undefined);
});

test('a shift that begins brings its people, one that ends takes them, and whoever did not come today is not awaited', () => {
  const nowMs = 10 * dayMs + 11.9 * hourMs;
  const usual = seenDays().at(nowMs);
  const draw = (): number => 0.5;
  const step = (staffId: string, isHere: boolean, at: number): boolean =>
    isHereAfter(habitOf(usual, staffId, isHere, nowMs), at, isHere, draw);
  const noon = Math.ceil(360 / rosterSeconds);
  assert.equal(step('late', false, noon), true);
  assert.equal(step('early', true, noon), true);
  assert.equal(step('early', true, Math.ceil((4.1 * 3600) / rosterSeconds)), false);
  assert.equal(step('early', false, noon), false, 'others of that hour came hours ago');
  assert.equal(step('new', true, noon), true);
  assert.equal(step('new', false, noon), false);
});
