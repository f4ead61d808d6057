/** Groups of merchant category codes (ISO 18245) that people speak of; an icon and a word each. */
export const CATEGORIES = [
  'groceries',
  'coffee',
  'restaurants',
  'fuel',
  'transport',
  'travel',
  'shopping',
  'health',
  'entertainment',
  'bills',
  'cash',
  'income',
  'home',
  'personal-care',
  'children-pets',
  'other',
] as const;
/** One of the groups; `other` holds every code that no range names. */
export type Category = (typeof CATEGORIES)[number];

/** [first, last, group]; the first range that holds a code decides. */
const categoryRanges: readonly (readonly [number, number, Category])[] = [
  [5814, 5814, 'coffee'],
  [5811, 5813, 'restaurants'],
  [5411, 5411, 'groceries'],
  [5422, 5499, 'groceries'],
  [5541, 5542, 'fuel'],
  [5983, 5983, 'fuel'],
  [4111, 4131, 'transport'],
  [4784, 4789, 'transport'],
  [7523, 7523, 'transport'],
  [3000, 3999, 'travel'],
  [4411, 4582, 'travel'],
  [4722, 4723, 'travel'],
  [7011, 7033, 'travel'],
  [7512, 7519, 'travel'],
  [5912, 5912, 'health'],
  [5975, 5977, 'health'],
  [8011, 8099, 'health'],
  [7997, 7997, 'health'],
  [7230, 7298, 'personal-care'],
  [7800, 7999, 'entertainment'],
  [5815, 5818, 'entertainment'],
  [4812, 4900, 'bills'],
  [6300, 6300, 'bills'],
  [9211, 9402, 'bills'],
  [6010, 6011, 'cash'],
  [6012, 6051, 'income'],
  [5641, 5641, 'children-pets'],
  [5945, 5945, 'children-pets'],
  [5995, 5995, 'children-pets'],
  [742, 742, 'children-pets'],
  [8351, 8351, 'children-pets'],
  [5200, 5271, 'home'],
  [5712, 5722, 'home'],
  [5300, 5399, 'shopping'],
  [5511, 5699, 'shopping'],
  [5732, 5999, 'shopping'],
  [5010, 5199, 'shopping'],
];

/** The group that a merchant category code belongs to; `other` when there is none or it is not known. */
export function categoryOf(code: string | undefined): Category {
  const number = Number(code);
  return categoryRanges.find(([first, last]) => number >= first && number <= last)?.[2] ?? 'other';
}
