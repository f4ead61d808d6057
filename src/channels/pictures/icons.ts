import type { MatterIcon } from '#contract';
import { createRequire } from 'node:module';

/**
 * The icons of the screens (`web/kit/icons.tsx`, `web/cards/matter-icons.tsx`) that cards show, by their names at
 * Lucide; a test compares them.
 */
export const iconNames: Readonly<Record<MatterIcon | 'close', string>> = {
  abroad: 'globe',
  alert: 'shield-exclamation-point',
  bills: 'receipt-text',
  call: 'phone',
  card: 'credit-card',
  cash: 'banknote',
  check: 'check',
  'children-pets': 'paw-print',
  close: 'x',
  coffee: 'coffee',
  dispute: 'scale',
  entertainment: 'ticket',
  freeze: 'snowflake',
  fuel: 'fuel',
  groceries: 'shopping-cart',
  health: 'heart-pulse',
  home: 'house',
  income: 'banknote',
  limit: 'gauge',
  notice: 'triangle-exclamation-point',
  online: 'laptop',
  other: 'credit-card',
  parcel: 'package',
  'personal-care': 'scissors',
  picture: 'image',
  receipt: 'shopping-bag',
  restaurants: 'utensils',
  shopping: 'shopping-bag',
  transport: 'bus',
  travel: 'plane',
  unfreeze: 'sun',
  wait: 'clock',
  words: 'message-circle',
};

/** An icon by its use. */
export type IconName = keyof typeof iconNames;

type IconNode = readonly (readonly [string, Readonly<Record<string, string | number>>])[];

// Its types name components alone; what they are drawn from is exported beside.
const require = createRequire(import.meta.url);
function nodeOf(category: IconName): IconNode {
  const { __iconData: drawn } = require(`lucide-react/icons/${iconNames[category]}`) as {
    readonly __iconData: { readonly node: IconNode };
  };
  return drawn.node;
}

/** How an icon is drawn: its size in pixels, and how thick its lines are on a ground of 24. */
export interface Sign {
  readonly icon: IconName;
  readonly colour: string;
  readonly size?: number;
  readonly stroke?: number;
}

/** An icon at a place, as SVG; of 20 px unless said otherwise. */
export function iconAt({ icon, colour, size = 20, stroke = 1.75 }: Sign, { x, y }: Place): string {
  const parts = nodeOf(icon).map(([tag, { key: _key, ...attributes }]) => {
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    return `<${tag} ${written.join(' ')}/>`;
  });
  return `<g transform="translate(${x} ${y}) scale(${size / 24})" fill="none" stroke="${colour}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round">${parts.join('')}</g>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}
