import type { Client, Connection, Submittable } from 'pg';

/** A value as COPY's text format writes it, of those that occur here: no text with a backslash, tab or line break. */
export type CopyValue = string | number | boolean | Buffer | Date | readonly string[];

/** One row as a line of COPY's text format. */
export function copyLine(values: readonly CopyValue[]): string {
  return `${values.map(textOf).join('\t')}\n`;
}

function textOf(value: CopyValue): string {
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? `{${value.join(',')}}` : String(value);
}

/** A connection's part in COPY, which the types of `pg` leave out. */
interface Copying extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** COPY as a query that `pg` drives by these calls. */
interface CopyQuery extends Submittable {
  handleCopyInResponse(connection: Copying): void;
  handleCommandComplete(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/** Copies rows into a table: `into` names it with its columns, `lines` are those of `copyLine`. */
export function copyIn(client: Client, into: string, lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query<CopyQuery>({
      submit: (connection) => connection.query(`copy ${into} from stdin`),
      handleCopyInResponse: (connection) => {
        connection.sendCopyFromChunk(Buffer.from(lines));
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleError: reject,
      handleReadyForQuery: resolve,
    });
  });
}
