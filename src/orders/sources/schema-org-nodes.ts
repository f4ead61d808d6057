import { fieldsOf, firstOf, listOf, objectsOf, wordOf, type Fields } from './fields.ts';

/** The things of a JSON-LD body, in plain form: no prefixes, no wrapped values, what is referred to in its place. */
export interface Nodes {
  readonly roots: readonly Fields[];
}

const depthMax = 24;

/** Brings a body of JSON-LD into plain form. Nothing is fetched: a context that is not schema.org's own changes no name. */
export function nodesOf(value: unknown): Nodes {
  const plain = listOf(plainly(value, 0));
  const roots = plain.flatMap((one) => {
    const fields = fieldsOf(one);
    if (!fields) return [];
    const graph = objectsOf(fields['@graph']);
    const isThing = typesOf(fields).length > 0;
    return isThing || graph.length === 0 ? [fields, ...graph] : [...graph];
  });
  return { roots: joined(roots) };
}

/** Without prefixes (`schema:price`, `https://schema.org/price`), and values without `@value`, `@list` and `@set`. */
function plainly(value: unknown, depth: number): unknown {
  if (depth > depthMax) return undefined;
  if (Array.isArray(value)) {
    const several = value.map((one) => plainly(one, depth + 1));
    // The expanded form writes everything as a list.
    return several.length === 1 && depth > 0 ? several[0] : several;
  }
  const fields = fieldsOf(value);
  if (!fields) return value;
  for (const wrapper of ['@value', '@list', '@set']) if (wrapper in fields) return plainly(fields[wrapper], depth + 1);
  const plain: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(fields)) {
    if (name === '@context') continue;
    plain[name.startsWith('@') ? name : withoutPrefix(name)] = plainly(one, depth + 1);
  }
  return plain;
}

const withoutPrefix = (name: string): string => name.replace(/^(?:https?:\/\/(?:www\.)?schema\.org\/|schema:)/i, '');

/** Puts what is referred to by `@id` where it is referred to; a ring of references ends at its second time round. */
function joined(roots: readonly Fields[]): Fields[] {
  const byId = new Map<string, Record<string, unknown>>();
  const collect = (value: unknown, depth: number): void => {
    if (depth > depthMax) return;
    if (Array.isArray(value)) for (const one of value) collect(one, depth + 1);
    const fields = fieldsOf(value);
    if (!fields) return;
    const id = wordOf(fields['@id']);
    if (id !== undefined && Object.keys(fields).length > 1 && !byId.has(id)) byId.set(id, fields);
    for (const one of Object.values(fields)) collect(one, depth + 1);
  };
  collect(roots, 0);
  if (byId.size === 0) return [...roots];
  const isReference = (fields: Fields): boolean =>
    Object.keys(fields).length === 1 && wordOf(fields['@id']) !== undefined;
  // A thing that several refer to stands in several places, and is gone through in one.
  const seen = new Set<Fields>();
  const join = (value: unknown, depth: number): unknown => {
    if (depth > depthMax) return value;
    if (Array.isArray(value)) return value.map((one) => join(one, depth + 1));
    const fields = fieldsOf(value);
    if (!fields) return value;
    if (isReference(fields)) return byId.get(wordOf(fields['@id']) ?? '') ?? fields;
    if (seen.has(fields)) return fields;
    seen.add(fields);
    for (const [name, one] of Object.entries(fields)) (fields as Record<string, unknown>)[name] = join(one, depth + 1);
    return fields;
  };
  return roots.map((root) => join(root, 0) as Fields);
}

/** The types of a thing, without prefixes. */
export function typesOf(node: Fields): string[] {
  return listOf(node['@type'] ?? node['type']).flatMap((one) => {
    const word = wordOf(one);
    return word === undefined ? [] : [withoutPrefix(word)];
  });
}

/** Whether a thing is of this type. */
export const isOf = (node: Fields, type: string): boolean => typesOf(node).includes(type);

/** What a thing is called: itself when it is only a name, else its `name`. */
export function nameOf(value: unknown): unknown {
  const [first] = listOf(value);
  const fields = fieldsOf(first);
  return fields ? firstOf(fields, 'name', 'legalName', 'alternateName', 'description') : first;
}

/** A member of one of schema.org's lists of names, such as `OrderDelivered`, however it is written. */
export function memberOf(value: unknown): string | undefined {
  const [first] = listOf(value);
  const fields = fieldsOf(first);
  const word = wordOf(fields ? (fields['@id'] ?? fields['name'] ?? fields['url']) : first);
  return word === undefined ? undefined : withoutPrefix(word).split(/[/#]/).at(-1);
}
