import { readEasyPost } from './easypost.ts';
import { readJson } from './fields.ts';
import { isHtml } from './html.ts';
import { readSchemaOrg, readSchemaOrgHtml } from './schema-org.ts';
import { readShopify } from './shopify.ts';
import { ignored, type Understood } from './understood.ts';
import { readWooCommerce } from './woocommerce.ts';

/** In which form a shop or a carrier tells. */
export const DIALECTS = ['shopify', 'woocommerce', 'easypost', 'schema-org'] as const;
/** In which form a shop or a carrier tells. */
export type Dialect = (typeof DIALECTS)[number];

const readers: Readonly<Record<Dialect, (value: unknown) => readonly Understood[]>> = {
  shopify: readShopify,
  woocommerce: readWooCommerce,
  easypost: readEasyPost,
  'schema-org': readSchemaOrg,
};

/**
 * What a body says: a receipt, a parcel, several, or that it says neither, and why. Never nothing, and it throws for
 * no body.
 */
export function readBody(dialect: Dialect, raw: Buffer): readonly Understood[] {
  const json = readJson(raw);
  if (!json) {
    const text = raw.toString();
    if (dialect === 'schema-org' && isHtml(text)) return readSchemaOrgHtml(text);
    // WooCommerce tries an address with a form before it sends anything.
    if (dialect === 'woocommerce' && /^webhook_id=\d+/.test(text))
      return [ignored('the test with which WooCommerce begins')];
    return [ignored(raw.length === 0 ? 'an empty body' : 'no JSON')];
  }
  const read = readers[dialect](json.value);
  return read.length > 0 ? read : [ignored('nothing in it')];
}

export * from './understood.ts';
