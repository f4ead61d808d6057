import { isDeeperThan } from '#base';

/** Something whose form nobody has checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

const depthMax = 64;

/**
 * Reads JSON of a shop or a carrier: a byte order mark is no harm, and a whole number past 2⁵³ stays the digits it
 * was written in, as ids of orders are such numbers. Undefined: it is no JSON, or nested deeper than 64.
 */
export function readJson(raw: Buffer): { readonly value: unknown } | undefined {
  if (isDeeperThan(raw, depthMax)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
    return { value: JSON.parse(text, exactNumbers) as unknown };
  } catch {
    return undefined;
  }
}

function exactNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? context.source : value;
}

/** The value as an object; undefined for anything else, a list too. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/**
 * The value as a list: a list as it is, also one whose places are named by numbers, as PHP writes one with gaps; one
 * thing as a list of one, nothing as an empty one.
 */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const fields = fieldsOf(value);
  const names = fields ? Object.keys(fields) : [];
  if (fields && names.length > 0 && names.every((name) => /^\d+$/.test(name))) return Object.values(fields);
  return value === undefined || value === null || value === '' ? [] : [value];
}

/** The objects in a list, or the one object that stands in its place. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value).flatMap((one): readonly Fields[] => {
    const fields = fieldsOf(one);
    return fields ? [fields] : [];
  });
}

/** Words or a number as words, trimmed; undefined for what is empty or something else. */
export function wordOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

const idCharactersMax = 128;

/** An id: what Shopify's GraphQL calls `gid://shopify/Order/1` is `1`. Zero is none. */
export function idOf(value: unknown): string | undefined {
  const word = wordOf(value);
  const id = word?.startsWith('gid://') === true ? (word.split('?')[0] ?? '').split('/').at(-1) : word;
  if (id === undefined || id === '' || id === '0') return undefined;
  return /\p{Cc}/u.test(id) ? undefined : id.slice(0, idCharactersMax);
}

/** The first of these fields that says something. */
export function firstOf(fields: Fields, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** Whether a field says yes, in any of the ways in which that is written. */
export function isYes(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === 'yes' || value === '1';
}

/**
 * The same in one way of writing: GraphQL's `lineItems: {edges: [{node}]}` and `{nodes: []}` as the lists
 * `line_items` of REST, names in small letters with underscores.
 */
export function inRestForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inRestForm);
  const fields = fieldsOf(value);
  if (!fields) return value;
  if (Array.isArray(fields['edges'])) return objectsOf(fields['edges']).map(({ node }) => inRestForm(node));
  if (Array.isArray(fields['nodes'])) return fields['nodes'].map(inRestForm);
  const renamed: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(fields)) {
    const plain = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
    // What is named in both ways keeps what came in the REST way.
    if (!(plain in renamed) || plain === name) renamed[plain] = inRestForm(one);
  }
  return renamed;
}
