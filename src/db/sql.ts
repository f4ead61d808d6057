/** A statement with its parameters apart, as `sql` makes it. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Tagged SQL: every `${value}` becomes a parameter, never text, so a value cannot change the statement.
 *
 * @example sql`select seq from entries where conversation_id = ${id}`
 */
export function sql(parts: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return { text: parts.reduce((text, part, index) => `${text}$${index}${part}`), values };
}
