/** What one parameter of an operation holds. An array holds a column of many rows; any of it may be null. */
interface Kinds {
  readonly text: string;
  readonly int4: number;
  readonly int8: number;
  readonly uuid: string | null;
  readonly bytea: Buffer;
  readonly timestamptz: Date;
  readonly 'text[]': readonly (string | null)[];
  readonly 'uuid[]': readonly (string | null)[];
  readonly 'bytea[]': readonly (Buffer | null)[];
  readonly 'bool[]': readonly boolean[];
  readonly 'int2[]': readonly (number | null)[];
  readonly 'int4[]': readonly (number | null)[];
  readonly 'int8[]': readonly (number | bigint | null)[];
  /** Local days, `2026-11-20`. */
  readonly 'date[]': readonly (string | null)[];
  readonly 'timestamptz[]': readonly (Date | null)[];
}

type Parameters = Readonly<Record<string, keyof Kinds>>;

/** What is handed to an operation: each parameter by its name. */
export type Input<Of extends Parameters> = { readonly [Name in keyof Of]: Kinds[Of[Name]] };

/**
 * A statement of the event path: prepared once a connection, its columns sent in PostgreSQL's binary form,
 * which costs half of what text does. By its name a model of the storage carries it out in memory.
 */
export interface Operation<In, Row> {
  readonly name: string;
  /** The statement with numbered parameters. */
  readonly text: string;
  /** The values of the parameters, in their order, as the driver wants them. */
  encode(input: In): unknown[];
  /** Never there: it carries the type of a row. */
  readonly row?: Row;
}

/**
 * Names a statement.
 *
 * @param statement with parameters by name, `$linkIds`; each gets its type here, so a cast is not needed
 * @example operation<{ seq: bigint }>()('x.read', { id: 'uuid' }, 'select seq from entries where conversation_id = $id')
 */
export const operation =
  <Row extends object>() =>
  <const Of extends Parameters>(name: string, parameters: Of, statement: string): Operation<Input<Of>, Row> => {
    const names = Object.keys(parameters) as (keyof Of & string)[];
    const text = statement.replaceAll(/\$([a-zA-Z]+)/g, (_, parameter: string) => {
      const at = names.indexOf(parameter);
      if (at < 0) throw new TypeError(`${name} has no parameter ${parameter}`);
      return `$${at + 1}::${parameters[parameter] as string}`;
    });
    return { name, text, encode: (input) => names.map((one) => encode(parameters[one] as keyof Kinds, input[one])) };
  };

function encode(kind: keyof Kinds, value: unknown): unknown {
  const writer = arrays[kind];
  return writer ? writer(value as readonly unknown[]) : value;
}

/** Writes one element behind the position given; what it answers is the position behind it. */
interface Element {
  readonly oid: number;
  /** Bytes of an element; of a variable one, how many this value needs. */
  readonly size: number | ((value: never) => number);
  write(into: Buffer, at: number, value: never): void;
}

const dayMs = 86_400_000;
/** PostgreSQL counts from 2000-01-01. */
const epochMs = Date.UTC(2000, 0, 1);

const elements = {
  'text[]': {
    oid: 25,
    size: (value: string) => Buffer.byteLength(value),
    write: (into: Buffer, at: number, value: string) => into.write(value, at),
  },
  'uuid[]': {
    oid: 2950,
    size: 16,
    write: (into: Buffer, at: number, value: string) => writeUuid(into, at, value),
  },
  'bytea[]': {
    oid: 17,
    size: (value: Buffer) => value.length,
    write: (into: Buffer, at: number, value: Buffer) => into.set(value, at),
  },
  'bool[]': {
    oid: 16,
    size: 1,
    write: (into: Buffer, at: number, value: boolean) => into.writeInt8(value ? 1 : 0, at),
  },
  'int2[]': { oid: 21, size: 2, write: (into: Buffer, at: number, value: number) => into.writeInt16BE(value, at) },
  'int4[]': { oid: 23, size: 4, write: (into: Buffer, at: number, value: number) => into.writeInt32BE(value, at) },
  'int8[]': {
    oid: 20,
    size: 8,
    write: (into: Buffer, at: number, value: number | bigint) => into.writeBigInt64BE(BigInt(value), at),
  },
  'date[]': {
    oid: 1082,
    size: 4,
    write: (into: Buffer, at: number, value: string) => into.writeInt32BE((Date.parse(value) - epochMs) / dayMs, at),
  },
  'timestamptz[]': {
    oid: 1184,
    size: 8,
    write: (into: Buffer, at: number, value: Date) =>
      into.writeBigInt64BE(BigInt(value.getTime() - epochMs) * 1000n, at),
  },
} as const satisfies Readonly<Record<string, Element>>;

const arrays: Readonly<Partial<Record<keyof Kinds, (values: readonly unknown[]) => Buffer>>> = Object.fromEntries(
  Object.entries(elements).map(([kind, element]) => [
    kind,
    (values: readonly unknown[]) => writeArray(element, values),
  ]),
);

const headBytes = 20;

/**
 * An array of one dimension in PostgreSQL's binary form (`array_recv` of its source): dimensions, whether there
 * are nulls, type, length, lower bound; then each element behind its length, −1 for null.
 */
function writeArray({ oid, size, write }: Element, values: readonly unknown[]): Buffer {
  const sizes = values.map((value) => (value === null ? -1 : typeof size === 'number' ? size : size(value as never)));
  let total = headBytes;
  let nulls = 0;
  for (const bytes of sizes) {
    total += 4 + Math.max(0, bytes);
    if (bytes < 0) nulls = 1;
  }
  const into = Buffer.allocUnsafe(total);
  into.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  into.writeInt32BE(nulls, 4);
  into.writeInt32BE(oid, 8);
  into.writeInt32BE(values.length, 12);
  into.writeInt32BE(1, 16);
  let at = headBytes;
  for (const [n, bytes] of sizes.entries()) {
    into.writeInt32BE(bytes, at);
    at += 4;
    if (bytes < 0) continue;
    write(into, at, values[n] as never);
    at += bytes;
  }
  return values.length === 0 ? into.subarray(0, 12) : into;
}

/** Its 32 digits, whatever stands between them. */
function writeUuid(into: Buffer, at: number, value: string): void {
  if (value.length !== 36) throw new TypeError('a UUID has 36 characters');
  into.write(value.replaceAll('-', ''), at, 'hex');
}
