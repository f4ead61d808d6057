import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { TellerlineError, type MessageId } from '#base';
import { messageOriginSchema, type MessageOrigin } from '#contract';
import { isEntryOfTold } from '#conversation';
import { customerActor } from '#vault';
import { coveredEntries } from './covered.ts';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

/** An answer is written soon after what it was read for was entered; what a bank tells, in the same transaction. */
const answeredWithinMs = 15_000;
/** Entries of before messages and entries had one time. */
const enteredWithinMs = 2_000;

/** "Is this really my bank?", asked of one message of the customer's own. */
export function messageOriginRoutes(server: FastifyInstance, parts: HttpParts): void {
  server.withTypeProvider<ZodTypeProvider>().get(
    '/api/messages/:message/origin',
    {
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        tags: ['messenger'],
        summary: 'Who signed what a message says, and where that stands in the proof log',
        params: z.object({ message: z.uuid() }),
        response: { 200: messageOriginSchema },
      },
    },
    async (request): Promise<MessageOrigin> => {
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      const shown = {
        channel: 'web',
        identityId: session.identityId,
        detail: 'full',
        reason: 'message-checked',
      } as const;
      const actor = customerActor(session);
      const origin = await parts.delivery.originOf(actor, thread, request.params.message as MessageId, shown);
      if (!origin) throw new TellerlineError('message_unknown', 404, 'This message is not here any more.');
      const { at, linkId, purpose, isOfBank, signed } = origin;
      const links = await parts.linking.links(session.customerId);
      const bankId = links.find((link) => link.linkId === linkId)?.bank;
      const bank = parts.faces().find(({ id }) => id === bankId);
      const [from, to] = isOfBank
        ? [at, new Date(at.getTime() + enteredWithinMs)]
        : [new Date(at.getTime() - answeredWithinMs), at];
      const { proven, waiting } = await coveredEntries(parts, session.customerId, { from, to }, (record) =>
        isOfBank ? isEntryOfTold(record, linkId, purpose) : isReadFor(record, linkId, purpose),
      );
      const { key, checkpoint, entries } = proven;
      // Newest first: what a bank told was entered first, and what was read for an answer last.
      const entry = isOfBank ? entries.at(-1) : entries[0];
      return {
        from: signed ? 'signed' : isOfBank ? 'fetched' : 'tellerline',
        ...(bank && { bank: { name: bank.name, telephone: bank.telephone } }),
        at: at.toISOString(),
        ...(signed && { signed }),
        log: { key, checkpoint, entries: entry ? [entry] : [], waiting: entry ? [] : waiting.slice(0, 1) },
      };
    },
  );
}

/** Whether an entry of the ledger is a use by which an answer of this link and purpose may have come to be. */
function isReadFor(record: Readonly<Record<string, unknown>>, linkId: string | null, purpose: string | null): boolean {
  if (record['type'] !== 'access' || record['link'] !== linkId || record['purpose'] !== purpose) return false;
  return !['conversation-shown', 'message-checked', 'sent-on'].includes(String(record['reason']));
}
