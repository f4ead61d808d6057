import { centre } from './centre.ts';
import type { Listed } from './ledger.ts';
import { useLooked } from './looked.ts';
import { findWitnesses, type WitnessFinding, type WitnessKeys } from '#web/proof';

const name = 'tellerline.witnesses';

/** What this browser found of the witnesses under the newest checkpoint; undefined until it has looked. */
export function useWitnesses(newest: Listed | undefined): WitnessFinding | undefined {
  return useLooked(newest, look);
}

async function look({ checkpoint }: Listed): Promise<WitnessFinding> {
  // Where the operator says nothing, those that are remembered are looked for all the same.
  const { witnesses } = await centre.logStatus().catch(() => ({ witnesses: [] }));
  const known = remembered();
  const { finding, keys } = await findWitnesses(checkpoint, witnesses, known);
  if (finding.first.length > 0) remember(keys);
  return finding;
}

function remembered(): WitnessKeys {
  try {
    const keys: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    if (typeof keys !== 'object' || keys === null) return {};
    return Object.fromEntries(
      Object.entries(keys).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    );
  } catch {
    // Storage is forbidden, or holds something else: there is nothing to compare with.
    return {};
  }
}

function remember(keys: WitnessKeys): void {
  try {
    localStorage.setItem(name, JSON.stringify(keys));
  } catch {
    // Storage is forbidden: on the next visit the key is new again.
    return;
  }
}
