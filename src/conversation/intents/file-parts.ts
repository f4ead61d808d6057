import { invariant } from '#base';

/** What files of weights have in common: four letters, the length of a header, the header as JSON, then numbers. */

/** The beginning of a file: `magic`, the header's length (4 bytes, little-endian), the header, zeros up to a multiple of 4. */
export function opening(magic: string, header: object): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.write(magic, 'latin1');
  start.writeUInt32LE(json.length, 4);
  return Buffer.concat([start, json, Buffer.alloc((4 - (json.length % 4)) % 4)]);
}

/** The header of a file, unproven but for its beginning, and where the numbers begin. */
export function headerOf(file: Buffer, magic: string): { readonly header: unknown; readonly end: number } {
  invariant(file.toString('latin1', 0, 4) === magic, `a model begins with ${magic}`);
  const length = file.readUInt32LE(4);
  return { header: JSON.parse(file.toString('utf8', 8, 8 + length)), end: 8 + Math.ceil(length / 4) * 4 };
}

export function floatBytes(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [n, value] of values.entries()) bytes.writeFloatLE(value, n * 4);
  return bytes;
}

/** Numbers from -8 to 7 as half bytes; there is an even number of them, as of hidden units and of a vector. */
export const inHalves = (rows: Int8Array): Uint8Array =>
  Uint8Array.from(
    { length: rows.length / 2 },
    (_, at) => ((rows[at * 2] ?? 0) + 8) | (((rows[at * 2 + 1] ?? 0) + 8) << 4),
  );

/** The numbers again. */
export function outOfHalves(halves: Uint8Array): Int8Array {
  const rows = new Int8Array(halves.length * 2);
  for (let at = 0; at < halves.length; at += 1) {
    const both = halves[at] ?? 0;
    rows[at * 2] = (both & 15) - 8;
    rows[at * 2 + 1] = (both >> 4) - 8;
  }
  return rows;
}

/** Reads float32 after float32, beginning at a place. */
export class FloatReader {
  readonly #file: Buffer;
  /** Where the next begins. */
  at: number;

  constructor(file: Buffer, at: number) {
    this.#file = file;
    this.at = at;
  }

  take(count: number): Float32Array {
    const from = this.at;
    this.at += count * 4;
    return Float32Array.from({ length: count }, (_, n) => this.#file.readFloatLE(from + n * 4));
  }
}
