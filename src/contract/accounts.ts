import type { AccountLabel } from './purchase.ts';

/** The few signs by which a person knows an account, out of whatever else is known of it. */
export function labelOf({ kind, last4, nickname }: AccountLabel): AccountLabel {
  return { kind, last4, ...(nickname !== undefined && { nickname }) };
}
