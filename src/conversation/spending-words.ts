import type { Category } from '#contract';

/**
 * What people call the categories, folded, English and Spanish. Only words as wide as the category itself:
 * "hotels" would be answered with all travel, which is another number.
 */
const phrases: Readonly<Partial<Record<Category, string>>> = {
  groceries:
    'groceries, grocery, grocery stores, grocery shopping, supermarket, supermarkets, supermercado, supermercados, supermercado y comestibles, comestibles, abarrotes, despensa, viveres, el super',
  coffee: 'coffee, coffees, coffee shops, coffee shop, cafe, cafes, cafeteria, cafeterias',
  restaurants: 'restaurants, restaurant, dining, dining out, eating out, restaurantes, restaurante, comer fuera',
  fuel: 'fuel, gas, gasoline, petrol, gas stations, gas station, gasolina, combustible, gasolinera, gasolineras, nafta',
  transport: 'transport, transportation, public transport, transit, transporte, transportes, transporte publico',
  travel: 'travel, travels, traveling, travelling, trips, viajes, viajar',
  shopping: 'shopping, tiendas, ir de compras',
  health: 'health, healthcare, health care, salud',
  entertainment: 'entertainment, fun, entretenimiento, ocio, diversion',
  bills: 'bills, utilities, household bills, facturas, servicios',
  cash: 'cash, cash withdrawals, withdrawals, efectivo, retiros, retiros de efectivo',
  home: 'home, my home, household, hogar',
  'personal-care': 'personal care, cuidado personal',
  'children-pets': 'children and pets, kids and pets, hijos y mascotas, ninos y mascotas',
};

/** Longest first, so that "grocery stores" is not "grocery" and a word left over. */
export const categoryPhrases: readonly (readonly [readonly string[], Category])[] = Object.entries(phrases)
  .flatMap(([category, list]) =>
    list.split(', ').map((one): [string[], Category] => [one.split(' '), category as Category]),
  )
  .toSorted(([one], [other]) => other.length - one.length);

/** The category that a text names; `rest` is its other words. */
export interface CategoryMention {
  readonly category: Category;
  readonly rest: string[];
}

/** Takes a category out of folded words; undefined when none is named. */
export function findCategory(words: readonly string[]): CategoryMention | undefined {
  for (const [phrase, category] of categoryPhrases) {
    const at = words.findIndex((_, start) => phrase.every((part, index) => words[start + index] === part));
    if (at >= 0) return { category, rest: [...words.slice(0, at), ...words.slice(at + phrase.length)] };
  }
  return undefined;
}
