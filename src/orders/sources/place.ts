import { wordOf, type Fields } from './fields.ts';
import { plainWords } from './words.ts';

/**
 * A place as "Orlando, FL, US" of an address as carriers write it: town, region and country, never a street, a
 * postal code or a person. What is written in capitals alone is written as names are.
 */
export function placeOf(address: Fields | undefined): string | undefined {
  if (!address) return undefined;
  const town = plainWords(address['city'] ?? address['addressLocality'], 60);
  const region = plainWords(address['state'] ?? address['province'] ?? address['addressRegion'], 40);
  const country = plainWords(countryOf(address['country'] ?? address['addressCountry']), 40);
  const named = [town && inNameCase(town), region && (region.length > 3 ? inNameCase(region) : region), country].filter(
    (one) => one !== undefined && one !== '',
  );
  return named.length === 0 ? undefined : named.join(', ').slice(0, 120);
}

function countryOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : wordOf(value);
}

function inNameCase(name: string): string {
  if (name !== name.toUpperCase()) return name;
  return name
    .toLowerCase()
    .replaceAll(/(^|[\s\-'’(/])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
