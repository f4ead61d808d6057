import * as z from 'zod';
import { bankFaceSchema } from './api.ts';

/** Bodies of a bank's withdrawal: the bank's own signed calls, and the console's. */

const instant = z.iso.datetime({ offset: true });

/** What the withdrawal of a bank ends, or would end now. */
export const withdrawalCountsSchema = z.object({
  links: z.int(),
  customers: z.int(),
  keys: z.int(),
  records: z.int(),
  messages: z.int(),
});
/** What the withdrawal of a bank ends, or would end now. */
export type WithdrawalCounts = z.infer<typeof withdrawalCountsSchema>;

/** How far the withdrawal of a bank has come. */
export const withdrawalViewSchema = z.object({
  id: z.uuid(),
  bank: z.string(),
  by: z.enum(['bank', 'operator']),
  /** `begun`: nothing new comes; `closed`: nothing is readable; `keys-gone`; `done`: the receipt is there. */
  step: z.enum(['begun', 'closed', 'keys-gone', 'done']),
  begunAt: instant,
  closedAt: instant.nullable(),
  /** The bank's root key of that time is destroyed, and with it every backup. */
  rootGoneAt: instant.nullable(),
  doneAt: instant.nullable(),
  /** From then on the bank may be linked again. */
  returnedAt: instant.nullable(),
  /** How many links there were to end, and how many have ended: each with its consent and its customer told. */
  links: z.int(),
  ended: z.int(),
  keys: z.int(),
  records: z.int(),
  messages: z.int(),
});
/** How far the withdrawal of a bank has come. */
export type WithdrawalView = z.infer<typeof withdrawalViewSchema>;

/** `POST /v1/banks/{bank}/withdraw`: names the bank again, so that no other signed body passes for it. */
export const withdrawOrderSchema = z.strictObject({ withdraw: z.string() });
/** `POST /v1/banks/{bank}/return` */
export const returnOrderSchema = z.strictObject({ return: z.string() });

/** `GET /api/console`: every bank, with its newest withdrawal. */
export const consoleSchema = z.object({
  banks: z.array(z.object({ face: bankFaceSchema, withdrawal: withdrawalViewSchema.nullable() })),
});
/** Every bank, with its newest withdrawal. */
export type Console = z.infer<typeof consoleSchema>;

/** `POST /api/console/banks/{bank}/withdraw`: the bank's name, as a person typed it. */
export const confirmationSchema = z.strictObject({ name: z.string().max(200) });
