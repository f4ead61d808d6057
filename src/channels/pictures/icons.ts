import type { Category } from '#contract';
import { createRequire } from 'node:module';

/** The icons of the screens (`web/kit/icons.tsx`) that cards show, by their names at Lucide; a test compares them. */
export const iconNames: Readonly<Record<Category, string>> = {
  bills: 'receipt-text',
  cash: 'banknote',
  'children-pets': 'paw-print',
  coffee: 'coffee',
  entertainment: 'ticket',
  fuel: 'fuel',
  groceries: 'shopping-cart',
  health: 'heart-pulse',
  home: 'house',
  income: 'banknote',
  other: 'credit-card',
  'personal-care': 'scissors',
  restaurants: 'utensils',
  shopping: 'shopping-bag',
  transport: 'bus',
  travel: 'plane',
};

type IconNode = readonly (readonly [string, Readonly<Record<string, string | number>>])[];

// Its types name components alone; what they are drawn from is exported beside.
const require = createRequire(import.meta.url);
function nodeOf(category: Category): IconNode {
  const { __iconData: drawn } = require(`lucide-react/icons/${iconNames[category]}`) as {
    readonly __iconData: { readonly node: IconNode };
  };
  return drawn.node;
}

/** An icon of 20 px at a place, as SVG. */
export function iconAt(category: Category, place: { readonly x: number; readonly y: number }, colour: string): string {
  const parts = nodeOf(category).map(([tag, { key: _key, ...attributes }]) => {
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    return `<${tag} ${written.join(' ')}/>`;
  });
  const { x, y } = place;
  return `<g transform="translate(${x} ${y}) scale(${20 / 24})" fill="none" stroke="${colour}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${parts.join('')}</g>`;
}
