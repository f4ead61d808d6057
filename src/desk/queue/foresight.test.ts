import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, type CaseId } from '#base';
import type { Team } from '#contract';
import { foreseeBank, roughWait, waitBy } from './foresight.ts';
import { createLearning } from './learned.ts';
import type { BankQueue, Placed } from './queue-now.ts';

const nowMs = Date.parse('2026-11-20T17:00:00Z');
const clock = { ...systemClock, nowMs: () => nowMs };
const learned = createLearning(() => ({ hour: 12, isWorkday: true })).now(nowMs);
const draws = (): (() => number) => {
  let seed = 7;
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
};
const person = (teams: readonly Team[], held = 1) =>
  ({
    staffId: teams.join(' '),
    teams,
    locales: ['en'],
    capacity: 1,
    held: Array.from({ length: held }, () => ({ team: 'cards', isReturn: false, sinceMs: nowMs - 10_000 }) as const),
    answered: [],
  }) as const;
const cases = (team: Team, count: number, locale: 'en' | 'es' = 'en'): Placed[] =>
  Array.from({ length: count }, (_, n) => ({
    caseId: `${team}-${locale}-${n}`,
    team,
    locale,
    priority: 2,
    dueMs: nowMs + 600_000 + n,
    place: n + 1,
  }));
const row = (team: Team, n: number, locale: 'en' | 'es' = 'en') => ({
  caseId: `${team}-${locale}-${n}` as CaseId,
  team,
  locale,
});

test('one run foresees every case that somebody here could take, and who comes next, in the order of their turns', async () => {
  const queue: BankQueue = {
    waiting: [...cases('cards', 6), ...cases('fraud', 1, 'es')],
    ofTeam: new Map([
      ['cards', 6],
      ['fraud', 1],
    ]),
    people: [person(['cards', 'general'])],
  };
  const foresight = await foreseeBank(queue, learned, draws(), clock);
  const waits = [0, 1, 2, 3, 4, 5].map((n) => waitBy(foresight, row('cards', n), n + 1, nowMs)?.seconds ?? 0);
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  assert.ok((waits[5] ?? 0) > 3 * (waits[0] ?? 0));
  assert.ok((foresight.next.get('cards')?.seconds ?? 0) >= (waits[4] ?? 0), 'who comes now is behind them');
  assert.equal(waitBy(foresight, row('fraud', 0, 'es'), 1, nowMs), undefined, 'nobody here answers it');
  assert.equal(foresight.next.get('fraud'), undefined);
  // Half a minute later so much of it is over; who has come since is told by their place.
  assert.equal(waitBy(foresight, row('cards', 5), 6, nowMs + 30_000)?.seconds, (waits[5] ?? 0) - 30);
  const { place = 0, seconds = 0 } = foresight.next.get('cards') ?? {};
  assert.equal(waitBy(foresight, row('cards', 99), 14, nowMs)?.seconds, seconds * (14 / place));
});

test('beyond those who are foreseen one by one a wait goes on as it does up to there', async () => {
  const queue: BankQueue = {
    waiting: cases('cards', 10),
    ofTeam: new Map([['cards', 39]]),
    people: [person(['cards'])],
  };
  const { next, ofCases } = await foreseeBank(queue, learned, draws(), clock);
  const { seconds, fromSeconds, toSeconds } = ofCases.get('cards-en-9') ?? assert.fail();
  const four = { seconds: seconds * 4, fromSeconds: fromSeconds * 4, toSeconds: toSeconds * 4 };
  assert.deepEqual(next.get('cards'), { team: 'cards', place: 40, ...four });
});

test('of nobody here no wait is said; before the first run it is reckoned from who has room', () => {
  const of = { team: 'cards', locale: 'en' } as const;
  assert.equal(roughWait([], learned, of, 3), undefined);
  assert.equal(roughWait([person(['fraud'], 0)], learned, of, 3), undefined);
  const { mu, sigma } = learned.hold({ team: 'cards', isReturn: false });
  const pace = Math.exp(mu + sigma ** 2 / 2);
  assert.equal(
    roughWait([person(['cards'], 0), person(['cards'], 0), person(['cards'])], learned, of, 5)?.seconds,
    2 * pace,
  );
  assert.equal(roughWait([person(['cards']), person(['cards'])], learned, of, 4)?.seconds, 2 * pace);
});
