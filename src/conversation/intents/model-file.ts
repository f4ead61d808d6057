import { invariant } from '#base';
import type { FeatureRule } from './features.ts';
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
  const header = Buffer.from(JSON.stringify({ ...head, ...sizes }));
  const opening = Buffer.alloc(8);
  opening.write(magic, 'latin1');
  opening.writeUInt32LE(header.length, 4);
  const filling = Buffer.alloc((4 - (header.length % 4)) % 4);
  const floats = [network.rowScales, network.hiddenBias, network.outward, network.classBias].map(floatBytes);
  const rarity = Uint8Array.from(network.rarity, (value) => rarityStep(value, rarityMost));
  return Buffer.concat([opening, header, filling, ...floats, rarity, inHalves(network.rows)]);
}

/** A rarity as the file keeps it, which training uses from the start, so that nothing changes by being stored. */
export const rarityStep = (rarity: number, most: number): number =>
  rarity === 0 ? 0 : Math.max(1, Math.round((rarity / most) * 255));

/** Reads a model's file. Throws on one that is cut off or of another form: it comes with the program. */
export function readModel(file: Buffer): Model {
  invariant(file.toString('latin1', 0, 4) === magic, 'a model begins with TLI1');
  const length = file.readUInt32LE(4);
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as ModelHead & Sizes;
  const { hidden, rows, rarityMost, ...head } = header;
  const classes = head.classes.length;
  let at = 8 + Math.ceil(length / 4) * 4;
  const floats = (count: number): Float32Array => {
    const values = Float32Array.from({ length: count }, (_, n) => file.readFloatLE(at + n * 4));
    at += count * 4;
    return values;
  };
  const rowScales = floats(rows);
  const hiddenBias = floats(hidden);
  const outward = floats(hidden * classes);
  const classBias = floats(classes);
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

/** Numbers from -8 to 7 as half bytes; there is an even number of them, as of hidden units. */
const inHalves = (rows: Int8Array): Uint8Array =>
  Uint8Array.from(
    { length: rows.length / 2 },
    (_, at) => ((rows[at * 2] ?? 0) + 8) | (((rows[at * 2 + 1] ?? 0) + 8) << 4),
  );

function outOfHalves(halves: Uint8Array): Int8Array {
  const rows = new Int8Array(halves.length * 2);
  for (let at = 0; at < halves.length; at += 1) {
    const both = halves[at] ?? 0;
    rows[at * 2] = (both & 15) - 8;
    rows[at * 2 + 1] = (both >> 4) - 8;
  }
  return rows;
}

function floatBytes(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [n, value] of values.entries()) bytes.writeFloatLE(value, n * 4);
  return bytes;
}
