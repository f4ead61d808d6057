import { invariant } from '#base';
import type { FeatureRule } from './features.ts';
import { floatBytes, FloatReader, headerOf, inHalves, opening, outOfHalves } from './file-parts.ts';
import type { Network } from './network.ts';

/**
 * A model's file: `TLI1`, the length of a header (4 bytes, little-endian), the header as JSON, zeros up to a multiple
 * of 4, then one after another without gaps, numbers little-endian:
 *
 * | what | type | how many |
 * | --- | --- | --- |
 * | scale of each row | float32 | rows |
 * | bias of hidden units | float32 | hidden |
 * | outward weights, by hidden unit | float32 | hidden × classes |
 * | bias of classes | float32 | classes |
 * | rarity of each bucket: 0 for unmet, else 255ths of `rarityMost` | uint8 | buckets |
 * | rows, in the order of the buckets that are met: two numbers a byte, the first in its lower half, each 8 higher than it is | uint8 | rows × hidden ÷ 2 |
 */
export interface Model {
  readonly head: ModelHead;
  readonly network: Network;
}

/** What stands in the header. */
export interface ModelHead {
  /** Whose work this is made of, and under which licence. */
  readonly attribution: string;
  /** Names of the classes, in the order of the scores. */
  readonly classes: readonly string[];
  readonly rule: FeatureRule;
  /** By which scores are divided before they become shares, so that a confidence of 0.8 is right 8 times of 10. */
  readonly temperature: number;
  /** A confidence below this is called unsure. */
  readonly sureFrom: number;
}

interface Sizes {
  readonly hidden: number;
  readonly rows: number;
  readonly rarityMost: number;
}

const magic = 'TLI1';

/** The file of a model. Read again it is the same model, bit for bit. */
export function writeModel({ head, network }: Model): Buffer {
  const rarityMost = network.rarity.reduce((most, rarity) => Math.max(most, rarity), 0);
  const sizes: Sizes = { hidden: network.hidden, rows: network.rowScales.length, rarityMost };
  const floats = [network.rowScales, network.hiddenBias, network.outward, network.classBias].map(floatBytes);
  const rarity = Uint8Array.from(network.rarity, (value) => rarityStep(value, rarityMost));
  return Buffer.concat([opening(magic, { ...head, ...sizes }), ...floats, rarity, inHalves(network.rows)]);
}

/** A rarity as the file keeps it, which training uses from the start, so that nothing changes by being stored. */
export const rarityStep = (rarity: number, most: number): number =>
  rarity === 0 ? 0 : Math.max(1, Math.round((rarity / most) * 255));

/** Reads a model's file. Throws on one that is cut off or of another form: it comes with the program. */
export function readModel(file: Buffer): Model {
  const { header, end } = headerOf(file, magic);
  const { hidden, rows, rarityMost, ...head } = header as ModelHead & Sizes;
  const classes = head.classes.length;
  const floats = new FloatReader(file, end);
  const rowScales = floats.take(rows);
  const hiddenBias = floats.take(hidden);
  const outward = floats.take(hidden * classes);
  const classBias = floats.take(classes);
  let { at } = floats;
  const rarity = Float32Array.from(file.subarray(at, at + head.rule.buckets), (step) => (step / 255) * rarityMost);
  at += head.rule.buckets;
  invariant(file.length === at + (rows * hidden) / 2, 'a model’s file is as long as its header says');
  const numbers = outOfHalves(file.subarray(at));
  const network = {
    hidden,
    classes,
    rarity,
    rowOf: rowsOf(rarity),
    rows: numbers,
    rowScales,
    hiddenBias,
    outward,
    classBias,
  };
  return { head, network };
}

/** Rows follow each other in the order of the buckets that are met. */
export function rowsOf(rarity: Float32Array): Int32Array {
  let next = 0;
  return Int32Array.from(rarity, (value) => (value === 0 ? -1 : next++));
}
