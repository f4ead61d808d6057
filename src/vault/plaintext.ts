import { inspect } from 'node:util';

/**
 * What was sealed and has been opened. It cannot be logged, serialised or compared by accident: turned
 * into text it says "[plaintext]", turned into JSON it throws. `use` is the one way to its value, so
 * every place where plaintext is used can be found by that word.
 */
export class Plaintext<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  use<Result>(work: (value: Value) => Result): Result {
    return work(this.#value);
  }

  toString(): string {
    return '[plaintext]';
  }

  toJSON(): never {
    throw new Error('plaintext of a sealed record cannot be serialised');
  }

  [Symbol.toPrimitive](): never {
    throw new Error('plaintext of a sealed record cannot be compared or turned into text');
  }

  [inspect.custom](): string {
    return '[plaintext]';
  }
}
