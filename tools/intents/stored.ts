/** Trained networks as the program keeps them: side by side as one, half a byte a number. */
import { rarityStep, rowsOf } from '../../src/conversation/intents/model-file.ts';
import type { Network } from '../../src/conversation/intents/network.ts';
import type { Trained } from './training.ts';

/** Rarities in the steps of the file, so that training sees what the program will. */
export function inSteps(rarity: Float32Array): Float32Array {
  const most = rarity.reduce((so, one) => Math.max(so, one), 0);
  return rarity.map((one) => (rarityStep(one, most) / 255) * most);
}

/** Several networks over the same buckets as one: its scores are the means of theirs. */
export function sideBySide(networks: readonly Trained[]): Network {
  const [first] = networks;
  if (first === undefined) throw new Error('no network was trained');
  const classes = first.classBias.length;
  const hidden = networks.reduce((sum, one) => sum + one.hidden, 0);
  const { rarity } = first;
  const rowOf = rowsOf(rarity);
  const met = first.inward.length / first.hidden;
  const rows = new Int8Array(met * hidden);
  const rowScales = new Float32Array(met);
  for (let row = 0; row < met; row += 1) {
    const values = networks.flatMap((one) => [...one.inward.subarray(row * one.hidden, (row + 1) * one.hidden)]);
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / 8;
    rowScales[row] = scale;
    rows.set(
      values.map((value) => Math.max(-8, Math.min(7, Math.round(value / scale)))),
      row * hidden,
    );
  }
  const share = 1 / networks.length;
  const outward = Float32Array.from(
    networks.flatMap((one) => [...one.outward]),
    (value) => value * share,
  );
  const hiddenBias = Float32Array.from(networks.flatMap((one) => [...one.hiddenBias]));
  const classBias = Float32Array.from({ length: classes }, (_, at) =>
    networks.reduce((sum, one) => sum + (one.classBias[at] ?? 0) * share, 0),
  );
  return { hidden, classes, rarity, rowOf, rows, rowScales, hiddenBias, outward, classBias };
}
