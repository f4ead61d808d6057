/** A statement with its parameters apart, as `sql` makes it. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Tagged SQL: every `${value}` becomes a parameter, never text, so a value cannot change the statement. A piece that
 * this tag has made itself is put in as text, for a statement that is longer than a screen.
 *
 * @example sql`select seq from entries where conversation_id = ${id}`
 */
export function sql(parts: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  const own: unknown[] = [];
  let text = parts[0] ?? '';
  for (const [n, value] of values.entries()) {
    if (isPiece(value)) {
      const before = own.length;
      text += value.text.replaceAll(/\$(\d+)/g, (_, place: string) => `$${before + Number(place)}`);
      own.push(...value.values);
    } else text += `$${own.push(value)}`;
    text += parts[n + 1] ?? '';
  }
  const made = { text, values: own };
  pieces.add(made);
  return made;
}

/** What this tag made, and nothing that only looks like it: what a person sent is never text of a statement. */
const pieces = new WeakSet<object>();

const isPiece = (value: unknown): value is Sql => typeof value === 'object' && value !== null && pieces.has(value);
