/**
 * The canonical form of a JSON value (RFC 8785): keys in the order of their UTF-16 code units, numbers and strings as
 * ECMAScript writes them.
 *
 * @throws TypeError for what has none: a number that JSON cannot write, half a surrogate pair, anything that is no JSON
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return stringOf(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('this number has no canonical form');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object') throw new TypeError('this is no JSON');
  let text = '{';
  for (const key of Object.keys(value).toSorted()) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    // As JSON does: what is not defined is not there.
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += `${stringOf(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
}

function stringOf(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('half a surrogate pair has no canonical form');
  return JSON.stringify(text);
}
