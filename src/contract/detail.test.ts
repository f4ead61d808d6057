import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from './entries.ts';
import { atDetail } from './detail.ts';

test('what came in quiet hours says so at every level of detail', () => {
  const content = { kind: 'text', text: 'A purchase.' } as const;
  const message: Message = { id: '1', revision: 1, author: 'bank', at: '', content, quiet: true };
  for (const detail of ['full', 'masked', 'pointer'] as const) {
    assert.equal(atDetail(message, true, detail, 'en').quiet, true, detail);
    const { quiet: _, ...loud } = message;
    assert.equal('quiet' in atDetail(loud, true, detail, 'en'), false, detail);
  }
});
