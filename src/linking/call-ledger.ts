import type { BankId, LinkId } from '#base';
import { TellerlineError } from '#base';
import { sql, type Transaction } from '#db';
import type { BankApi } from './bank-api.ts';
import type { LinkingParts } from './parts.ts';

/** How many calls a bank takes of one grant in any window, and how many of them are kept for the customer. */
export type CallAllowance = ReturnType<BankApi['allowance']>;

/** Slots of one window. One more is counted, so that no window wherever it begins holds more than is allowed. */
const slotsPerWindow = 60;

/** Calls by slot, the newest first; `newest` counts slots since 1970. */
export interface CallCounts {
  readonly newest: number;
  readonly calls: readonly number[];
}

/** The length of a slot in milliseconds. */
export function slotMs(allowance: CallAllowance): number {
  return (allowance.windowMinutes * 60_000) / slotsPerWindow;
}

/**
 * Counts one more call, or answers how long to wait for one. What is kept for the customer is spent by the
 * customer's own questions alone. Calls of a time that is still to come (a clock was set back, or a window is counted
 * in longer slots than before) count as made just now.
 */
export function takeCall(
  before: CallCounts | undefined,
  allowance: CallAllowance,
  actor: 'USER' | 'BATCH',
  nowMs: number,
): { readonly counts: CallCounts } | { readonly waitMs: number } {
  const length = slotMs(allowance);
  const newest = Math.floor(nowMs / length);
  const known = before && before.newest > newest ? madeNow(before, newest, allowance) : before;
  const passed = newest - (known?.newest ?? newest);
  const empty = Array.from({ length: Math.min(passed, slotsPerWindow + 1) }, () => 0);
  const calls = [...empty, ...(known?.calls ?? [])].slice(0, slotsPerWindow + 1);
  if (calls.length === 0) calls.push(0);
  const most = actor === 'USER' ? allowance.callsMax : allowance.callsMax - allowance.keptForCustomer;
  let made = calls.reduce((sum, one) => sum + one, 0);
  if (made < most) return { counts: { newest, calls: [(calls[0] ?? 0) + 1, ...calls.slice(1)] } };
  // The oldest slots leave the window one after the other.
  let oldest = calls.length - 1;
  while (oldest > 0 && made - (calls[oldest] ?? 0) >= most) made -= calls[oldest--] ?? 0;
  return { waitMs: Math.max(1, (newest - oldest + slotsPerWindow + 1) * length - nowMs) };
}

/** Slots in which nothing can have been called yet, put into that of now. */
function madeNow({ newest, calls }: CallCounts, now: number, { callsMax }: CallAllowance): CallCounts {
  const early = Math.min(newest - now, calls.length - 1);
  const ahead = calls.slice(0, early + 1).reduce((sum, one) => sum + one, 0);
  return { newest: now, calls: [Math.min(ahead, callsMax), ...calls.slice(early + 1)] };
}

/**
 * Enters one call to a link's bank before it is made, in whichever process. `first` runs in the same transaction.
 *
 * @throws TellerlineError `bank_rate_limited` with `detail.retryAfterSeconds` and `detail.spent`, when the calls
 *   are spent: the bank was not asked
 */
export async function enterCall(
  parts: LinkingParts,
  link: { readonly linkId: LinkId; readonly bankId: BankId },
  actor: 'USER' | 'BATCH',
  first?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const { linkId, bankId } = link;
  const allowance = parts.banks.allowance(bankId);
  const waitMs = await parts.database.transaction(async (tx) => {
    await first?.(tx);
    await tx.execute(sql`insert into call_ledgers (link_id, bank_id, newest_slot, calls)
      values (${linkId}, ${bankId}, 0, '{}') on conflict do nothing`);
    const [row] = await tx.query<{ newest: bigint; calls: number[] }>(sql`
      select newest_slot as newest, calls from call_ledgers where link_id = ${linkId} for update`);
    const before = row && row.calls.length > 0 ? { newest: Number(row.newest), calls: row.calls } : undefined;
    const taken = takeCall(before, allowance, actor, parts.clock.nowMs());
    if ('waitMs' in taken) return taken.waitMs;
    const { newest, calls } = taken.counts;
    await tx.execute(sql`update call_ledgers set newest_slot = ${newest}, calls = ${[...calls]}::integer[]
      where link_id = ${linkId}`);
    return undefined;
  });
  if (waitMs === undefined) return;
  throw new TellerlineError('bank_rate_limited', 503, 'The calls that the bank allows are spent for now.', {
    bank: bankId,
    spent: true,
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  });
}
