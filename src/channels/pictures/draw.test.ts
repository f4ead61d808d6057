import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import sharp from 'sharp';
import { draw, drawSvg } from './draw.ts';
import { drawnCards, requestFor } from './drawn-cards.fixture.ts';
import { iconNames } from './icons.ts';
import { tokens } from './palette.ts';
import { canDraw, type PictureRequest } from './picture.ts';
import { widthOf } from './typeface.ts';

const web = (file: string): string => readFileSync(new URL(`../../web/kit/${file}`, import.meta.url), 'utf8');

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function pixelsOf(request: PictureRequest): Promise<Pixels> {
  const { png } = await draw(request);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

/** Every colour of a part of a picture, and how many pixels have it. */
function coloursIn({ data, width }: Pixels, part: { x: number; y: number; width: number; height: number }) {
  const found = new Map<string, number>();
  for (let y = part.y; y < part.y + part.height; y += 1)
    for (let x = part.x; x < part.x + part.width; x += 1) {
      const at = (y * width + x) * 3;
      const colour = `#${data.subarray(at, at + 3).toString('hex')}`;
      found.set(colour, (found.get(colour) ?? 0) + 1);
    }
  return found;
}

/** Where the amount or title of a card stands, in pixels of the picture. */
const large = { x: 32, y: 84, width: 480, height: 60 };

test('every card is drawn 800 pixels wide, in light and dark, in both languages, in the colours of the screens', async () => {
  for (const [name, card] of Object.entries(drawnCards))
    for (const theme of ['light', 'dark'] as const)
      for (const locale of ['en', 'es'] as const) {
        const pixels = await pixelsOf(requestFor(card, { theme, locale }));
        assert.equal(pixels.width, 800, name);
        assert.ok(pixels.height >= 200 && pixels.height <= 1600, `${name}: ${pixels.height}`);
        const side = theme === 'light' ? 0 : 1;
        const found = coloursIn(pixels, large);
        for (const colour of [tokens.surface[side], tokens.ink[side]])
          // Of a reversed purchase the amount is struck out and quiet.
          if (name !== 'abroad' || colour === tokens.surface[side])
            assert.ok((found.get(colour) ?? 0) > 400, `${name} ${theme} ${locale}: ${colour}`);
      }
});

test('words stand out from their ground by 4.5 to 1 at least, in light and dark', () => {
  for (const side of [0, 1] as const) {
    const { surface, ink, 'ink-quiet': quiet, 'map-land': land, 'map-label': label, 'on-bank': onBank } = tokens;
    assert.ok(contrast(ink[side], surface[side]) >= 4.5);
    assert.ok(contrast(quiet[side], surface[side]) >= 4.5);
    assert.ok(contrast(label[side], land[side]) >= 4.5);
    assert.ok(
      contrast(
        onBank[side],
        requestFor(drawnCards['balance'] ?? assert.fail()).face.accent[side === 0 ? 'light' : 'dark'],
      ) >= 4.5,
    );
  }
});

test('another amount is another picture in that place alone, and the same card is the same picture', async () => {
  const { balance } = drawnCards;
  assert.ok(balance?.card === 'balance');
  const [account = assert.fail()] = balance.accounts;
  const other = { ...balance, accounts: [{ ...account, balance: { ...account.balance, available: '9876.54' } }] };
  const [one, again, changed] = await Promise.all([balance, balance, other].map((card) => pixelsOf(requestFor(card))));
  assert.ok(one && again && changed);
  assert.ok(one.data.equals(again.data));
  const differing = (from: number, to: number): number => {
    let count = 0;
    for (let at = from * one.width * 3; at < to * one.width * 3; at += 3)
      if (one.data.readUIntBE(at, 3) !== changed.data.readUIntBE(at, 3)) count += 1;
    return count;
  };
  assert.equal(differing(0, 78), 0);
  assert.ok(differing(78, 150) > 300);
});

test('what a bank or a shop writes cannot become a drawing, and a name in any script or without end is drawn', async () => {
  const { transaction } = drawnCards;
  assert.ok(transaction?.card === 'transaction');
  const named = (name: string) => ({
    ...transaction,
    transaction: { ...transaction.transaction, merchant: { ...transaction.transaction.merchant, name } },
  });
  const hostile = '</svg><image href="http://localhost:1/x.png"/><script>alert(1)</script>';
  assert.doesNotMatch(await drawSvg(requestFor(named(hostile))), /<script|localhost/);
  for (const name of ['Кафе «Весна»', 'Ελλάδα', '東京ラーメン', '🍕🍕🍕', 'W'.repeat(140), 'a\u202eb', ' ']) {
    const { width, height } = await draw(requestFor(named(name)));
    assert.equal(width, 800);
    assert.ok(height < 700, name);
  }
});

test('the colours are those of the screens’ tokens', () => {
  const css = web('tokens.css');
  for (const [name, [light, dark]] of Object.entries(tokens))
    assert.match(css, new RegExp(`--${name}: light-dark\\(${light}, ${dark}\\)`), name);
});

test('the icons are those of the screens', () => {
  const text = web('icons.tsx') + web('../cards/matter-icons.tsx');
  const renamed = new Map([...text.matchAll(/^  (\w+): '([\w-]+)',$/gm)].map(([, name, kept]) => [name, kept]));
  for (const [name, icon] of Object.entries(iconNames)) {
    const category = renamed.get(name) ?? name;
    const [, component = category] = new RegExp(`^  '?${category}'?: (\\w+),$`, 'm').exec(text) ?? [];
    const imported = new RegExp(`import (\\w+) from 'lucide-react/icons/${icon}'`).exec(text)?.[1];
    assert.equal(imported?.toLowerCase(), component.toLowerCase(), category);
  }
});

test('widths are those of the face: wider where it is heavier, and of each letter its own', () => {
  assert.ok(Math.abs(widthOf('0', 2048, 400) - widthOf('0', 2048, 600)) > 10);
  assert.ok(widthOf('W', 10, 400) > 3 * widthOf('i', 10, 400));
  assert.equal(widthOf('', 10, 400), 0);
});

test('a consent is words and has no picture', () => {
  assert.equal(canDraw({ card: 'consent' }), false);
  for (const card of Object.values(drawnCards)) assert.ok(canDraw(card));
});
