import { invariant } from '#base';
import type { FeatureRule } from './features.ts';
import { floatBytes, FloatReader, headerOf, inHalves, opening, outOfHalves } from './file-parts.ts';
import type { WindowModel } from './reading.ts';
import { windowWords, type WindowNetwork } from './windows.ts';

/**
 * The file of networks that read words in order, all over the same buckets and of one size: `TLW1`, opened as
 * `file-parts.ts` says; whether each bucket is met (uint8, 1 or 0; a multiple of 4 of them); then for each network,
 * without gaps, numbers little-endian:
 *
 * | what | type | how many |
 * | --- | --- | --- |
 * | scale of each row | float32 | rows |
 * | filters, three vectors each | float32 | filters × 3 × width |
 * | bias of filters | float32 | filters |
 * | outward weights, by filter | float32 | filters × classes |
 * | bias of classes | float32 | classes |
 * | rows, in the order of the buckets that are met, in half bytes as in `model-file.ts` | uint8 | rows × width ÷ 2 |
 */
interface Header extends Omit<WindowModel, 'networks'> {
  readonly rule: FeatureRule;
  readonly classes: number;
  readonly width: number;
  readonly filters: number;
  readonly rows: number;
  readonly networks: number;
}

const magic = 'TLW1';

/** The file of such networks. Read again they are the same, bit for bit. */
export function writeWindows({ networks, ...about }: WindowModel): Buffer {
  const [first] = networks;
  invariant(first !== undefined, 'a model has a network');
  const { rule, classes, width, filters, rowOf, rowScales } = first;
  const header: Header = { ...about, rule, classes, width, filters, rows: rowScales.length, networks: networks.length };
  return Buffer.concat([
    opening(magic, header),
    Uint8Array.from(rowOf, (row) => (row < 0 ? 0 : 1)),
    ...networks.flatMap((one) => [
      ...[one.rowScales, one.inward, one.filterBias, one.outward, one.classBias].map(floatBytes),
      inHalves(one.rows),
    ]),
  ]);
}

/** Reads such a file. Throws on one that is cut off or of another form: it comes with the program. */
export function readWindows(file: Buffer): WindowModel {
  const { header, end } = headerOf(file, magic);
  const { attribution, commonWords, networks: count, ...size } = header as Header;
  const { rule, classes, width, filters } = size;
  let next = 0;
  const rowOf = Int32Array.from(file.subarray(end, end + rule.buckets), (isMet) => (isMet === 0 ? -1 : next++));
  const floats = new FloatReader(file, end + rule.buckets);
  const half = (size.rows * width) / 2;
  const ofOne = 4 * (size.rows + filters * (windowWords * width + 1 + classes) + classes) + half;
  invariant(file.length === floats.at + count * ofOne, 'a model’s file is as long as its header says');
  const networks = Array.from({ length: count }, (): WindowNetwork => {
    const rowScales = floats.take(size.rows);
    const inward = floats.take(filters * windowWords * width);
    const filterBias = floats.take(filters);
    const outward = floats.take(filters * classes);
    const classBias = floats.take(classes);
    const rows = outOfHalves(file.subarray(floats.at, floats.at + half));
    floats.at += half;
    return { rule, classes, width, filters, rowOf, rows, rowScales, inward, filterBias, outward, classBias };
  });
  return { attribution, commonWords, networks };
}
