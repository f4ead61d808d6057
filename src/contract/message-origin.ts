import * as z from 'zod';
import { ledgerPageSchema } from './privacy.ts';

const instant = z.iso.datetime({ offset: true });

/**
 * `GET /api/messages/{message}/origin`: who says what a message says. The proof is that of the entry in the customer's
 * own ledger which was made together with the message; the browser checks it by itself.
 */
export const messageOriginSchema = z.object({
  /**
   * `signed`: the bank told it, and its signature was verified before anything was read. `fetched`: it was read over
   * the bank's own API, which signs nothing. `tellerline`: our own words, whatever they were read from.
   */
  from: z.enum(['signed', 'fetched', 'tellerline']),
  /** Absent when nothing of a bank is in it. */
  bank: z.object({ name: z.string(), telephone: z.string() }).optional(),
  at: instant,
  signed: z
    .object({
      /** The RFC 7638 thumbprint of the bank's key, as it stands in the bank's key set. */
      key: z.string(),
      /** The `webhook-id` that was signed with the event. */
      webhook: z.string(),
      at: instant,
    })
    .optional(),
  /** At most one entry; none when nothing of a bank was used for it, or it is older than the ledger. */
  log: ledgerPageSchema.omit({ next: true }),
});
/** Who says what a message says, with its proof. */
export type MessageOrigin = z.infer<typeof messageOriginSchema>;
