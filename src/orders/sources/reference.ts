import { fieldsOf, objectsOf, wordOf, type Fields } from './fields.ts';

/** Under which name a shop sends the customer's one-time code, and later the reference that it was answered. */
const name = /^_?tellerline([_ -]?(?:code|reference|customer))?$/i;
const form = /^[A-Za-z0-9_-]{4,64}$/;

/**
 * The customer, as the shop was told to call them: an attribute of the order named `tellerline`, in Shopify's
 * `note_attributes`, in WooCommerce's `meta_data`, or as a field. Nothing else in a body names a customer here.
 */
export function referenceIn(order: Fields): string | undefined {
  const attributes = [
    'note_attributes',
    'custom_attributes',
    'meta_data',
    'attributes',
    'additional_property',
    'additionalProperty',
  ];
  const pairs = attributes.flatMap((list) =>
    objectsOf(order[list]).map((one) => [one['name'] ?? one['key'] ?? one['propertyID'], one['value']] as const),
  );
  const mapped = attributes.flatMap((list) => Object.entries(fieldsOf(order[list]) ?? {}));
  for (const [key, value] of [...pairs, ...mapped, ...Object.entries(order)]) {
    if (typeof key !== 'string' || !name.test(key)) continue;
    const word = wordOf(value)?.replaceAll(' ', '');
    if (word !== undefined && form.test(word)) return word;
  }
  return undefined;
}
