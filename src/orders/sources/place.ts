import type { ParcelPlace } from '#contract';
import { wordOf, type Fields } from './fields.ts';
import { withoutAbsent } from './understood.ts';
import { plainWords } from './words.ts';

/**
 * A place as "Orlando, FL" of an address as carriers write it: town, region and country, never a street, a postal
 * code or a person. What is written in capitals alone is written as names are.
 */
export function placeOf(address: Fields | undefined): ParcelPlace | undefined {
  if (!address) return undefined;
  const town = plainWords(address['city'] ?? address['addressLocality'], 60);
  const region = plainWords(address['state'] ?? address['province'] ?? address['addressRegion'], 40);
  const country = plainWords(countryOf(address['country'] ?? address['addressCountry']), 40);
  const ofRegion = region && (region.length > 3 ? inNameCase(region) : region);
  const named = [town && inNameCase(town), ofRegion].filter((one) => one !== undefined && one !== '');
  if (named.length === 0 && country === undefined) return undefined;
  return withoutAbsent<ParcelPlace>({
    name: named.length === 0 ? countryName(country ?? '') : named.join(', ').slice(0, 120),
    region: ofRegion || undefined,
    country: /^[A-Za-z]{2}$/.test(country ?? '') ? country?.toUpperCase() : undefined,
  });
}

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** A country alone, written out: "CA" is California to many. */
const countryName = (country: string): string =>
  (/^[A-Za-z]{2}$/.test(country) && countries.of(country.toUpperCase())) || country;

function countryOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : wordOf(value);
}

function inNameCase(name: string): string {
  if (name !== name.toUpperCase()) return name;
  return name
    .toLowerCase()
    .replaceAll(/(^|[\s\-'’(/])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
