import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointerWords } from '#contract';
import { newsMail } from './mail.ts';

const ways = { open: 'https://hub.example/', stop: 'https://hub.example/email/stop/x' };

test('a mail names a bank for what a bank tells, a shop or carrier for what those tell, as every pointer does', () => {
  for (const locale of ['en', 'es'] as const)
    for (const purpose of ['transactions', 'receipts', 'shipping', null] as const) {
      const { subject, text, html } = newsMail(locale, purpose, ways);
      const pointer = pointerWords(locale, purpose);
      assert.equal(`${subject}.`, pointer);
      assert.ok(text.startsWith(pointer), text);
      assert.ok(html.includes(pointer), html);
    }
});
