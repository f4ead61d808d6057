import type { Face, Theme } from './picture.ts';

/** Light and dark of what pictures use of the screens' tokens (`web/kit/tokens.css`); a test compares them. */
export const tokens = {
  surface: ['#ffffff', '#1d1d1b'],
  sunken: ['#e9e7e1', '#2a2a27'],
  line: ['#e4e2dc', '#34332f'],
  'line-control': ['#807d74', '#807d75'],
  ink: ['#1c1b19', '#f2f0ea'],
  'ink-quiet': ['#5d5a54', '#b4b1a9'],
  'ink-faint': ['#66635c', '#9b988f'],
  action: ['#1c1b19', '#f2f0ea'],
  'on-action': ['#ffffff', '#1c1b19'],
  fraud: ['#b1241c', '#ff9389'],
  'fraud-tint': ['#fcefed', '#351b18'],
  done: ['#17693a', '#74d09a'],
  'done-tint': ['#e8f3ec', '#16291d'],
  'on-bank': ['#ffffff', '#121211'],
  'map-water': ['#dfe5e6', '#151819'],
  'map-land': ['#f3f1ec', '#2a2a27'],
  'map-state': ['#cdc8bc', '#42413c'],
  'map-country': ['#a49f92', '#66635c'],
  'map-label': ['#67645d', '#a19e95'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** A colour by its token, or the accent of whoever the card is of. */
export type Colour = keyof typeof tokens | 'bank';
/** The colours of one picture. */
export type Palette = (colour: Colour) => string;

/** The colours of a theme, with the accent of the bank that the card is of. */
export function paletteOf(theme: Theme, { accent }: Pick<Face, 'accent'>): Palette {
  const side = theme === 'light' ? 0 : 1;
  const bank = accent[theme] || tokens['ink-quiet'][side];
  return (colour) => (colour === 'bank' ? bank : tokens[colour][side]);
}
