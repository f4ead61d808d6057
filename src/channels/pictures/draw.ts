import { cardWordsOf } from '#delivery';
import { Resvg } from '@resvg/resvg-js';
import { createRequire } from 'node:module';
import { cardWidth } from './anatomy.ts';
import { compose } from './compose.ts';
import { box, type Element } from './element.ts';
import { iconAt } from './icons.ts';
import { paletteOf } from './palette.ts';
import type { PictureRequest } from './picture.ts';
import { fonts } from './typeface.ts';

/** The layout, as far as it is used here: its own types bring those of React and the browser with them. */
type Layout = (
  element: Element,
  options: {
    readonly width: number;
    readonly fonts: typeof fonts;
    readonly onNodeDetected: (node: { readonly key?: unknown; readonly left: number; readonly top: number }) => void;
  },
) => Promise<string>;
const require = createRequire(import.meta.url);
const { default: satori } = require('satori') as { readonly default: Layout };

/** Twice the card's own pixels: sharp on a telephone. */
const scale = 2;

/** A drawn card, before it goes anywhere. */
export interface Drawn {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The card as SVG: the layout's words over the land and bars, which are drawn straight from their geometry. */
export async function drawSvg(request: PictureRequest): Promise<string> {
  const palette = paletteOf(request.theme, request.face);
  const texts = cardWordsOf(request.locale, request.timeZone);
  const { parts, under = {}, icon, signs = {} } = compose({ request, texts, palette });
  const places = new Map<string, { readonly left: number; readonly top: number }>();
  const style = { flexDirection: 'column', width: cardWidth, fontFamily: 'Inter' } as const;
  const laid = await satori(box(style, parts), {
    width: cardWidth,
    fonts,
    onNodeDetected: ({ key, left, top }) => {
      if (typeof key === 'string') places.set(key, { left, top });
    },
  });
  const beneath = Object.entries(under).map(([key, drawn]) => {
    const { left, top } = places.get(key) ?? { left: 0, top: 0 };
    return `<g transform="translate(${left} ${top})">${drawn}</g>`;
  });
  const tile = places.get('icon');
  const onTile =
    icon && tile ? iconAt({ icon, colour: palette('ink-quiet') }, { x: tile.left + 10, y: tile.top + 10 }) : '';
  const beside = Object.entries(signs).map(([key, sign]) => {
    const { left, top } = places.get(key) ?? { left: 0, top: 0 };
    return iconAt(sign, { x: left, y: top });
  });
  const above = onTile + beside.join('');
  const ground = `<rect width="100%" height="100%" fill="${palette('surface')}"/>`;
  return laid
    .replace(/^<svg[^>]*>/, (opening) => opening + ground + beneath.join(''))
    .replace(/<\/svg>$/, () => `${above}</svg>`);
}

/** Draws a card as PNG. */
export async function draw(request: PictureRequest): Promise<Drawn> {
  const drawn = new Resvg(await drawSvg(request), {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false },
  }).render();
  return { png: drawn.asPng(), width: drawn.width, height: drawn.height };
}
