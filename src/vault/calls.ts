import type { BankId, Random } from '#base';
import type { Queryable, Transaction } from '#db';
import { forgetKey, open, seal, type DataKey } from './cipher.ts';
import type { Call, KeyTable } from './keys.ts';
import { Plaintext } from './plaintext.ts';
import { decode } from './sealing.ts';
import { callContext } from './wrapped-keys.ts';

/** See `Vault.sealForCalls`. The keys are forgotten when everything is sealed. */
export async function sealForCalls(
  tx: Transaction,
  keys: KeyTable,
  random: Random,
  bankId: BankId,
  calls: readonly (Call & { readonly value: unknown })[],
): Promise<Buffer[]> {
  const made = await keys.createForCalls(tx, bankId, calls);
  const sealed = calls.map(({ linkId, value }, n) =>
    seal(made[n] as DataKey, callContext(linkId), Buffer.from(JSON.stringify(value)), random),
  );
  for (const key of made) forgetKey(key);
  return sealed;
}

/** See `Vault.openForCall`. */
export async function openForCall<Value>(
  db: Queryable,
  keys: KeyTable,
  call: Call,
  sealed: Buffer,
): Promise<Plaintext<Value>> {
  const key = await keys.ofCall(db, call.callId);
  try {
    return new Plaintext(decode<Value>(open(key, callContext(call.linkId), sealed)));
  } finally {
    forgetKey(key);
  }
}
