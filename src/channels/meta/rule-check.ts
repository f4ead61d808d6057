import { fieldsOf, wordOf, type Fields } from './fields.ts';

/** What is wrong with a body, in a word that stays. */
export type RuleCode =
  /** A field that the platform requires is not there. */
  | 'missing'
  /** Not of the kind that the platform takes: a number where text belongs, a word that it does not know. */
  | 'not-taken'
  | 'too-long'
  | 'too-many'
  | 'too-few'
  /** Two of what may be there once. */
  | 'duplicate'
  /** Two fields that may not stand beside each other, or one that may not stand there. */
  | 'not-together'
  /** No http or https address, or one that has to be https. */
  | 'bad-address'
  /** One of the three tags that have failed with error 100 since 27 April 2026. */
  | 'dead-tag'
  /** A tag that was gone before. */
  | 'retired-tag'
  /** A feature that the platform has ended. */
  | 'retired'
  /** Nothing that this checker knows: it was not checked. */
  | 'unknown-body';

/** One rule of the platform that a body breaks. Says nothing of what the body tells. */
export interface RuleBreak {
  readonly code: RuleCode;
  /** The field's path: `message.quick_replies[3].title`. */
  readonly where: string;
  /** A plain sentence. */
  readonly what: string;
  /** The number that was passed, in characters or pieces. */
  readonly limit?: number;
}

/** What a body was taken for, and what it breaks. */
export interface Checked {
  readonly kind: string;
  readonly breaks: readonly RuleBreak[];
}

/** How a text is bounded. */
export interface TextRule {
  /** In UTF-16 units. */
  readonly max?: number;
  readonly optional?: boolean;
  readonly form?: RegExp;
}

/** Looks at a body's fields one by one and gathers what is wrong with them. */
export class RuleCheck {
  readonly breaks: RuleBreak[] = [];

  add(code: RuleCode, where: string, what: string, limit?: number): void {
    this.breaks.push({ code, where, what, ...(limit !== undefined && { limit }) });
  }

  /** A text that is there, not blank, and short enough. Answers it, also when it is too long. */
  text(fields: Fields, name: string, at: string, rule: TextRule = {}): string | undefined {
    const where = under(at, name);
    const value = fields[name];
    if (value === undefined || value === null || value === '') {
      if (!rule.optional) this.add('missing', where, 'This text is required.');
      return undefined;
    }
    if (typeof value !== 'string') {
      this.add('not-taken', where, 'This is not text.');
      return undefined;
    }
    if (rule.max !== undefined && value.length > rule.max)
      this.add('too-long', where, `This text has ${value.length} characters.`, rule.max);
    if (rule.form && !rule.form.test(value)) this.add('not-taken', where, 'This text has not the form it needs.');
    return value;
  }

  /** One of the words that the platform knows there. */
  word(fields: Fields, name: string, at: string, known: readonly string[], optional = false): string | undefined {
    const value = fields[name];
    if (value === undefined && optional) return undefined;
    const where = under(at, name);
    if (value === undefined) this.add('missing', where, `One of ${known.join(', ')} is required.`);
    else if (typeof value !== 'string' || !known.includes(value))
      this.add('not-taken', where, `“${wordOf(value)}” is none of ${known.join(', ')}.`);
    else return value;
    return undefined;
  }

  /** An object that is there. */
  object(fields: Fields, name: string, at: string, optional = false): Fields | undefined {
    const value = fields[name];
    if (value === undefined && optional) return undefined;
    const found = fieldsOf(value);
    if (found) return found;
    const where = under(at, name);
    if (value === undefined) this.add('missing', where, 'This is required.');
    else this.add('not-taken', where, 'This is not an object.');
    return undefined;
  }

  /** A list of objects of so many pieces, each with its path; a longer one is looked through to its end. */
  list(
    fields: Fields,
    name: string,
    at: string,
    { min = 1, max, optional = false }: { min?: number; max?: number; optional?: boolean },
  ): [Fields, string][] {
    const where = under(at, name);
    const value = fields[name];
    if (value === undefined && optional) return [];
    if (!Array.isArray(value)) {
      if (value === undefined) this.add('missing', where, 'This list is required.');
      else this.add('not-taken', where, 'This is not a list.');
      return [];
    }
    const pieces: readonly unknown[] = value;
    if (pieces.length < min) this.add('too-few', where, `This list has ${pieces.length} pieces.`, min);
    if (max !== undefined && pieces.length > max)
      this.add('too-many', where, `This list has ${pieces.length} pieces.`, max);
    return pieces.flatMap((piece, n): [Fields, string][] => {
      const found = fieldsOf(piece);
      if (found) return [[found, `${where}[${n}]`]];
      this.add('not-taken', `${where}[${n}]`, 'This is not an object.');
      return [];
    });
  }

  /** An address that a browser, or the platform itself, can open. */
  address(fields: Fields, name: string, at: string, { https = false, optional = false } = {}): void {
    const value = fields[name];
    const where = under(at, name);
    if (value === undefined) {
      if (!optional) this.add('missing', where, 'This address is required.');
      return;
    }
    const url = typeof value === 'string' ? URL.parse(value) : null;
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
      this.add('bad-address', where, 'This is no http or https address.');
    else if (https && url.protocol !== 'https:') this.add('bad-address', where, 'This address has to be https.');
  }

  /** A number that is there. */
  number(fields: Fields, name: string, at: string, optional = false): void {
    const value = fields[name];
    if (value === undefined && optional) return;
    const isNumber = typeof value === 'string' ? /^-?\d+(\.\d+)?$/.test(value) : Number.isFinite(value);
    if (value === undefined) this.add('missing', under(at, name), 'This number is required.');
    else if (!isNumber) this.add('not-taken', under(at, name), 'This is not a number.');
  }

  /** What may be there once: titles of buttons, ids. */
  unlike(values: readonly unknown[], where: string, what: string): void {
    const known = values.filter((value) => typeof value === 'string');
    if (new Set(known).size < known.length) this.add('duplicate', where, what);
  }
}

/** A path below a path. */
export const under = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
