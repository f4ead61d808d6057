import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';

/** Inter, in the scripts that names of merchants are written in; drawn the same on every machine. */

/** How heavy a text is. */
export type Weight = 400 | 600;

const scripts = ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese'] as const;
const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('@fontsource/inter/index.css'));
const read = (script: string, weight: Weight): Buffer =>
  readFileSync(join(folder, 'files', `inter-${script}-${weight}-normal.woff`));

/** Ascent and descent of the face, in parts of its size: where a baseline lies within a line. */
export const ascent = 0.96875;
/** As `ascent`, below the line. */
export const descent = 0.2412;

/** The face as the layout wants it. */
export const fonts = scripts.flatMap((script) =>
  ([400, 600] as const).map((weight) => ({
    name: 'Inter',
    data: read(script, weight),
    weight,
    style: 'normal' as const,
  })),
);

const advances = new Map<Weight, ReadonlyMap<number, number>>();

/** Width of a text in pixels at a size, from the face's own advances; a sign that it lacks counts as one en. */
export function widthOf(text: string, size: number, weight: Weight): number {
  let known = advances.get(weight);
  if (!known) advances.set(weight, (known = advancesOf(read('latin', weight), read('latin-ext', weight))));
  let ems = 0;
  for (const sign of text) ems += known.get(sign.codePointAt(0) ?? 0) ?? 0.6;
  return ems * size;
}

/** Advance widths by code point, in parts of an em, out of WOFF files: tables head, hhea, hmtx and cmap. */
function advancesOf(...files: readonly Buffer[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const file of files) {
    const table = (name: string): Buffer => tableOf(file, name);
    const perEm = table('head').readUInt16BE(18);
    const measured = table('hhea').readUInt16BE(34);
    const metrics = table('hmtx');
    for (const [code, glyph] of glyphsOf(table('cmap'))) {
      const advance = metrics.readUInt16BE(Math.min(glyph, measured - 1) * 4) / perEm;
      if (!found.has(code)) found.set(code, advance);
    }
  }
  return found;
}

/** A table of a WOFF 1.0 file, which packs each for itself with zlib. */
function tableOf(file: Buffer, name: string): Buffer {
  const count = file.readUInt16BE(12);
  for (let entry = 44; entry < 44 + count * 20; entry += 20) {
    if (file.toString('latin1', entry, entry + 4) !== name) continue;
    const from = file.readUInt32BE(entry + 4);
    const packed = file.subarray(from, from + file.readUInt32BE(entry + 8));
    return packed.length < file.readUInt32BE(entry + 12) ? inflateSync(packed) : packed;
  }
  throw new Error(`a font without ${name}`);
}

/** Code points and their glyphs, by the segments of format 4. */
function* glyphsOf(cmap: Buffer): Generator<readonly [number, number]> {
  const count = cmap.readUInt16BE(2);
  const offsets = Array.from({ length: count }, (_, n) => cmap.readUInt32BE(4 + n * 8 + 4));
  const at = offsets.find((offset) => cmap.readUInt16BE(offset) === 4);
  if (at === undefined) throw new Error('a font without segments');
  const doubled = cmap.readUInt16BE(at + 6);
  for (let n = 0; n < doubled; n += 2) {
    const end = cmap.readUInt16BE(at + 14 + n);
    const start = cmap.readUInt16BE(at + 16 + doubled + n);
    const delta = cmap.readInt16BE(at + 16 + doubled * 2 + n);
    const rangeAt = at + 16 + doubled * 3 + n;
    const range = cmap.readUInt16BE(rangeAt);
    for (let code = start; code <= end && code !== 0xffff; code += 1) {
      const glyph = range === 0 ? code + delta : cmap.readUInt16BE(rangeAt + range + (code - start) * 2);
      yield [code, (range === 0 ? glyph : glyph === 0 ? 0 : glyph + delta) & 0xffff];
    }
  }
}
