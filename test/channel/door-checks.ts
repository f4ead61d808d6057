import assert from 'node:assert/strict';
import type { Check, Proof } from './under-test.ts';

const lets = (rule: string, proof: Proof, expected: boolean): Check => ({
  rule,
  run: async ({ door }) => assert.equal(await door.lets(proof), expected),
});

/** The door: whose it is, before anything is read. */
export const doorChecks: readonly Check[] = [
  lets('what is the messenger’s own is let in', 'right', true),
  lets('a proof of another body is refused', 'of-another-body', false),
  lets('a stranger’s proof is refused', 'of-a-stranger', false),
  lets('without a proof nothing is let in', 'none', false),
  lets('an empty proof is refused', 'empty', false),
  lets('a proof without its last sign is refused', 'cut', false),
  lets('an outdated proof is refused, though it is right', 'outdated', false),
  {
    rule: 'a proof is over the bytes as they came, and not over what they mean',
    run: async ({ door }) => assert.equal(await door.tellsBytesApart(), true),
  },
  {
    rule: 'whoever asks with our token whether the address is ours gets the challenge',
    run: async ({ door }) => assert.equal(await door.asked('ours', '1158201444'), '1158201444'),
  },
  {
    rule: 'whoever asks with another token, or with none, gets nothing',
    run: async ({ door }) => {
      assert.equal(await door.asked('another', '1158201444'), undefined);
      assert.equal(await door.asked('none', '1158201444'), undefined);
    },
  },
  {
    rule: 'a challenge that is markup is not shown',
    run: async ({ door }) => assert.equal(await door.asked('ours', '<script>alert(1)</script>'), undefined),
  },
];
