import { hash } from 'node:crypto';
import { readReference } from '#delivery';

/** An object out of a body, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object, or undefined when it is none. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The value as a list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text. Half a character becomes U+FFFD and NUL goes: no sentence needs them, and PostgreSQL refuses them. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : undefined;
}

/** The value as a messenger's id: up to 512 visible ASCII characters. Meta writes some ids as numbers. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[\x21-\x7e]{1,512}$/.test(text) ? text : undefined;
}

/** The value as a number; Meta writes some as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}(\.\d{1,16})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** No messenger's clock tells of before. */
const firstMs = Date.UTC(2009, 0, 1);
const lastMs = Date.UTC(2200, 0, 1);

/** A time as milliseconds since the epoch, from a value in units of so many milliseconds; 0 where it cannot be one. */
export function timeOf(value: unknown, unitMs: 1 | 1000): number {
  const ms = (numberOf(value) ?? 0) * unitMs;
  return ms >= firstMs && ms <= lastMs ? Math.floor(ms) : 0;
}

/** A messenger's word, cut and cleaned for a code, a count or a line of a log: nothing that a person typed can pass. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' && /^[\w:.=,;-]{1,80}$/.test(value) ? value : 'unnamed';
}

/** A key for what has no id of its own: the same at every redelivery of the same content. */
export function keyOf(...content: readonly unknown[]): string {
  return `hash:${hash('sha256', JSON.stringify(content), 'base64url')}`;
}

/** What this program sends along with a message, where this is that: anything else is another program's. */
export function referenceOf(value: unknown): string | undefined {
  return typeof value === 'string' && readReference(value) ? value : undefined;
}
