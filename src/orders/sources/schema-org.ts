import { fieldsOf, readJson, type Fields } from './fields.ts';
import { jsonLdOf } from './html.ts';
import { isOf, nodesOf, typesOf } from './schema-org-nodes.ts';
import { readSchemaInvoice, readSchemaOrder } from './schema-org-order.ts';
import { readSchemaParcel } from './schema-org-parcel.ts';
import { ignored, type Understood } from './understood.ts';

/**
 * Reads JSON-LD of schema.org: `Order`, `Invoice` and `ParcelDelivery`, wherever they stand in a body: alone, in a
 * list, in `@graph`, within something else. An order within an invoice or a parcel, and a parcel within an order, is
 * read with that.
 *
 * Source: schema.org's types of these names, and Google's mail markup, which adds `price` to an order.
 */
export function readSchemaOrg(value: unknown): readonly Understood[] {
  const nodes = nodesOf(value);
  const found = topmost(nodes.roots);
  if (found.length > 0) return found.map(readNode);
  const [root] = nodes.roots;
  const type = root && typesOf(root)[0];
  return [
    ignored(type === undefined ? 'no type of schema.org' : `no order, invoice or parcel, but ${type.slice(0, 60)}`),
  ];
}

/** Reads a page or a mail: every `<script type="application/ld+json">` in it. */
export function readSchemaOrgHtml(html: string): readonly Understood[] {
  const scripts = jsonLdOf(html);
  if (scripts.length === 0) return [ignored('a page without JSON-LD')];
  return scripts.flatMap((script) => {
    const json = readJson(Buffer.from(script));
    return json ? readSchemaOrg(json.value) : [ignored('a script of JSON-LD that is no JSON')];
  });
}

const wanted = ['Order', 'Invoice', 'ParcelDelivery'] as const;
const depthMax = 24;

function readNode(node: Fields): Understood {
  if (isOf(node, 'ParcelDelivery')) return { kind: 'parcel', parcel: readSchemaParcel(node) };
  if (isOf(node, 'Invoice')) return { kind: 'receipt', receipt: readSchemaInvoice(node) };
  return { kind: 'receipt', receipt: readSchemaOrder(node) };
}

/** The nodes that are wanted and stand within no other that is; each once, whoever refers to it. */
function topmost(roots: readonly Fields[]): Fields[] {
  const found = new Set<Fields>();
  const within = new Set<Fields>();
  const seen = { inside: new Set<unknown>(), outside: new Set<unknown>() };
  const look = (value: unknown, depth: number, isInside: boolean): void => {
    if (depth > depthMax || typeof value !== 'object' || value === null) return;
    const before = isInside ? seen.inside : seen.outside;
    // References may lead here again, a thousand times or in a ring.
    if (before.has(value)) return;
    before.add(value);
    const fields = fieldsOf(value);
    const isWanted = fields !== undefined && wanted.some((type) => isOf(fields, type));
    if (isWanted) (isInside ? within : found).add(fields);
    for (const one of Object.values(value)) look(one, depth + 1, isInside || isWanted);
  };
  for (const root of roots) look(root, 0, false);
  const alone = [...found].filter((one) => !within.has(one));
  // Two that refer to each other stand within each other: the first of them is it.
  return alone.length > 0 ? alone : [...found].slice(0, 1);
}
