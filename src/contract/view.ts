import * as z from 'zod';
import { bankFaceSchema, localeSchema } from './api.ts';
import { messageSchema } from './entries.ts';

/**
 * `POST /api/view`: opens what a one-time address leads to, for a browser that is signed in as its customer. The
 * token comes from the address's fragment, which no server is ever asked with.
 */
export const viewRequestSchema = z.object({ token: z.string().min(1).max(100) });

/** What it showed: without buttons, which stand in the chat, but for the ways to statements. */
export const viewAnswerSchema = z.object({
  locale: localeSchema,
  timeZone: z.string(),
  banks: z.array(bankFaceSchema),
  /** None when the message is gone, or may no longer be read. */
  messages: z.array(
    messageSchema.pick({ id: true, revision: true, author: true, at: true, content: true, waysOn: true }),
  ),
});
/** What a one-time address showed. */
export type ViewAnswer = z.infer<typeof viewAnswerSchema>;
