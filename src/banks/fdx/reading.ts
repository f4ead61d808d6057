import type * as z from 'zod';
import type { BankRef } from './connection.ts';
import { bankAnswerUnreadable } from './faults.ts';

/**
 * Reads a part of a bank's answer by its schema: unknown fields are ignored; a missing or impossible one
 * is an error that names it and never quotes it.
 *
 * @param at dotted path of this part in the answer, or empty for all of it
 * @throws TellerlineError `bank_answer_unreadable`
 */
export function readPart<Schema extends z.ZodType>(
  bank: BankRef,
  schema: Schema,
  value: unknown,
  at = '',
): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = [at, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.');
  throw bankAnswerUnreadable(bank, path || 'body', issue ? reason(issue, value) : 'not as expected');
}

/** zod's codes in plain words; its own messages could quote what was received. */
function reason(issue: z.core.$ZodIssue, value: unknown): string {
  if (valueAt(value, issue.path) === undefined) return 'missing';
  switch (issue.code) {
    case 'invalid_type':
      return `not of type ${issue.expected}`;
    case 'too_big':
    case 'too_small':
      return 'of a length or size that is not allowed';
    case 'invalid_format':
      return `not a ${issue.format}`;
    case 'invalid_value':
      return 'not one of the values that FDX knows';
    default:
      return 'not as FDX describes it';
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}
