import * as z from 'zod';

/** Text that is there and has up to so many characters, a surrogate pair being one. */
export function words(most: number): z.ZodString {
  return z
    .string()
    .min(1, 'may not be empty')
    .refine((text) => Array.from(text).length <= most, `must be no longer than ${most} characters`);
}
