import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseEntry } from '#contract';
import { CaseLog } from './case-log.ts';

const said = (seq: number, more: Partial<Extract<CaseEntry, { entry: 'said' }>> = {}): CaseEntry => ({
  entry: 'said',
  seq,
  at: '2026-11-20T20:18:00.000Z',
  text: `words ${seq}`,
  ...more,
});
const seqs = (entries: readonly CaseEntry[]): number[] => entries.map(({ seq }) => seq);

test('entries are shown in order and once, however they come', () => {
  const log = new CaseLog();
  log.receive([said(2), said(1)]);
  log.receive([said(2), said(3)]);
  assert.deepEqual(seqs(log.shown), [1, 2, 3]);
  assert.equal(log.high, 3);
});

test('what lies beyond a gap waits until the gap is filled', () => {
  const log = new CaseLog();
  log.receive([said(1), said(4)]);
  assert.deepEqual(seqs(log.shown), [1]);
  assert.ok(log.hasGap);
  assert.deepEqual(seqs(log.receive([said(2), said(3)])), [2, 3, 4]);
  assert.ok(!log.hasGap);
});

test('an answer that was read is never said to be only delivered again', () => {
  const log = new CaseLog();
  log.receive([said(1, { by: 'agent-1', mark: 'read' })]);
  log.receive([said(1, { by: 'agent-1', mark: 'delivered' })]);
  log.mark(1, 0);
  assert.deepEqual(log.shown, [said(1, { by: 'agent-1', mark: 'read' })]);
});

test('marks reach staff’s words up to their numbers, and no word of a customer', () => {
  const log = new CaseLog();
  log.receive([said(1), ...[2, 3, 4].map((seq) => said(seq, { by: 'agent-1', mark: 'sent' }))]);
  log.mark(3, 2);
  assert.deepEqual(
    log.shown.map((entry) => entry.entry === 'said' && entry.mark),
    [undefined, 'read', 'delivered', 'sent'],
  );
});

test('what became of a proposal stays', () => {
  const log = new CaseLog();
  const proposed = (state: 'waits' | 'confirmed'): CaseEntry => ({
    entry: 'proposed',
    seq: 1,
    at: '2026-11-20T20:18:00.000Z',
    by: 'agent-1',
    proposal: { proposalId: '6f8f7d4e-0000-4000-8000-000000000000', action: 'freeze', state },
  });
  log.receive([proposed('waits')]);
  log.receive([proposed('confirmed')]);
  log.receive([proposed('waits')]);
  assert.deepEqual(log.shown, [proposed('confirmed')]);
});

test('a long case begins where the hub begins it', () => {
  const log = new CaseLog(700);
  log.receive([said(702), said(701)]);
  assert.deepEqual(seqs(log.shown), [701, 702]);
});
