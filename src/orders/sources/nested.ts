import { fieldsOf, type Fields } from './fields.ts';
import { ignored, type Understood } from './understood.ts';

/** Reads what stands in fields of those names, one deeper; undefined when nothing does, or it is too deep already. */
export type Within = (names: readonly string[]) => readonly Understood[] | undefined;

/** Reads a value of a body: an object as its dialect does, and of a list each. Platforms wrap what they tell at will. */
export function readNested(
  value: unknown,
  depthMax: number,
  read: (fields: Fields, within: Within) => readonly Understood[],
  depth = 0,
): readonly Understood[] {
  const deeper = (one: unknown): readonly Understood[] => readNested(one, depthMax, read, depth + 1);
  if (Array.isArray(value)) {
    if (value.length === 0) return [ignored('an empty list')];
    return depth > depthMax ? [ignored('nested too deeply')] : value.flatMap(deeper);
  }
  const fields = fieldsOf(value);
  if (!fields) return [ignored('no object')];
  return read(fields, (names) => {
    const there = names.filter((name) => typeof fields[name] === 'object' && fields[name] !== null);
    return there.length > 0 && depth <= depthMax ? there.flatMap((name) => deeper(fields[name])) : undefined;
  });
}
