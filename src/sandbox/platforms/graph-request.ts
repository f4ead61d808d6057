import { GraphError } from './graph-error.ts';

/** A call as it came: JSON, a form, or several parts. */
export interface GraphBody {
  /** A value of a form that looks like JSON is read as such. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The one file of several parts. */
  readonly file?: { readonly mimeType: string; readonly bytes: Buffer };
}

/** Reads what was sent, whatever it is. @throws GraphError `parameter` */
export async function readGraphBody(raw: Buffer | undefined, contentType = ''): Promise<GraphBody> {
  if (!raw || raw.length === 0) return { fields: {} };
  if (contentType.startsWith('multipart/form-data')) return readParts(raw, contentType);
  if (contentType.startsWith('application/x-www-form-urlencoded')) return { fields: readForm(raw.toString('utf8')) };
  return { fields: asFields(parseJson(raw.toString('utf8'))) };
}

/** Reads a form; the values that look like JSON are. */
export function readForm(form: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(form))
    fields[name] = /^\s*[[{]/.test(value) ? parseJson(value) : value;
  return fields;
}

async function readParts(raw: Buffer, contentType: string): Promise<GraphBody> {
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw new GraphError('parameter', 'The parts of the request cannot be read');
    });
  const fields: Record<string, unknown> = {};
  let file: GraphBody['file'];
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value;
    else file = { mimeType: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
  }
  return { fields, ...(file && { file }) };
}

/** Reads JSON. @throws GraphError `parameter` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Meta tells of it as of any other parameter that it cannot read.
    throw new GraphError('parameter', 'Invalid JSON in the request');
  }
}

/** An object as names and values; anything else has none. */
export function asFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A field that is text, or nothing. */
export function textField(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
