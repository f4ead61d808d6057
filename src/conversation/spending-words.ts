import type { Category } from '#contract';
import type { Place } from './frame.ts';
import { kindPhrases, type SpendingKind } from './spending-kinds.ts';

/**
 * What people call the categories, folded, English and Spanish. Only words as wide as the category itself:
 * "hotels" would be answered with all travel, which is another number.
 */
const phrases: Readonly<Partial<Record<Category, string>>> = {
  groceries:
    'groceries, grocery, grocery stores, grocery shopping, supermarket, supermarkets, supermercado, supermercados, supermercado y comestibles, comestibles, abarrotes, despensa, viveres, el super, super',
  coffee: 'coffee, coffees, coffee shops, coffee shop, cafe, cafes, cafeteria, cafeterias',
  restaurants:
    'restaurants, restaurant, dining, dining out, dine out, eating out, eat out, ate out, eaten out, restaurantes, restaurante, comer fuera, comi fuera, comimos fuera, he comido fuera, como fuera',
  fuel: 'fuel, gas, gasoline, petrol, gas stations, gas station, gasolina, combustible, gasolinera, gasolineras, nafta',
  transport: 'transport, transportation, public transport, transit, transporte, transportes, transporte publico',
  travel: 'travel, travels, traveling, travelling, trips, viajes, viajar',
  shopping: 'shopping, tiendas, ir de compras',
  health: 'health, healthcare, health care, salud',
  entertainment: 'entertainment, fun, entretenimiento, ocio, diversion',
  bills: 'bills, utilities, household bills, facturas, servicios',
  cash: 'cash, cash withdrawals, cash withdrawal, atm withdrawal, atm withdrawals, withdrawals, withdrawal, withdraw, withdrew, withdrawn, take out of the atm, atm, atms, efectivo, retiros, retiros de efectivo, retire, retire del cajero, saque, saque del cajero, cajero, cajeros, cajero automatico',
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

/** Takes something nearer than a category out of folded words. */
export function findKind(
  words: readonly string[],
): { readonly kind: SpendingKind; readonly rest: string[] } | undefined {
  for (const [phrase, kind] of kindPhrases) {
    const at = words.findIndex((_, start) => phrase.every((part, index) => words[start + index] === part));
    if (at >= 0) return { kind, rest: [...words.slice(0, at), ...words.slice(at + phrase.length)] };
  }
  return undefined;
}

const whereabouts: readonly (readonly [RegExp, Place])[] = [
  [
    /(?<![^ ])(?:abroad|overseas|in other countries|foreign|international(?:ly)?|outside (?:of )?(?:the )?(?:us|usa|united states|country)|(?:en el )?extranjero|fuera del pais|en otros paises)(?![^ ])/,
    { kind: 'abroad' },
  ],
  [
    /(?<![^ ])(?:(?:shopping )?on ?line|on the internet|over the internet|en linea|por internet|en internet)(?![^ ])/,
    { kind: 'online' },
  ],
];

/** Takes "abroad" or "online" out of folded words. */
export function findWhereabouts(words: readonly string[]): { readonly place?: Place; readonly rest: string[] } {
  const text = words.join(' ');
  for (const [pattern, place] of whereabouts) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`;
    return { place, rest: rest.split(' ').filter(Boolean) };
  }
  return { rest: [...words] };
}
