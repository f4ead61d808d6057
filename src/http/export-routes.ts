import type { FastifyInstance, FastifyReply } from 'fastify';
import { limits } from '#base';
import type { Message } from '#contract';
import type { Session } from '#customers';
import { customerActor } from '#vault';
import { exportPage } from './export-page.ts';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { privacyOf } from './privacy-routes.ts';
import { sessionOf } from './session-cookie.ts';

/** Everything that is kept of a customer, opened: what is taken along. */
export interface CustomerExport {
  readonly format: 'tellerline-customer-export/1';
  readonly madeAt: string;
  readonly settings: { readonly locale: string; readonly timeZone: string };
  readonly links: Awaited<ReturnType<typeof privacyOf>>['links'];
  readonly ended: Awaited<ReturnType<typeof privacyOf>>['ended'];
  /** What was signed for each link, word for word. */
  readonly consents: readonly Awaited<ReturnType<HttpParts['linking']['signedCopy']>>[];
  readonly conversation: readonly Message[];
  /** A log export of its own: `tellerline verify` checks it. */
  readonly ledger: Awaited<ReturnType<HttpParts['vault']['ledger']['export']>>;
}

/** The customer's own export, as JSON with all proofs and as a page to read without a connection. */
export async function exportRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const config = { rateLimit: { max: 6, timeWindow: '1 minute' } };
  const attached = (reply: FastifyReply, name: string): FastifyReply =>
    reply.header('cache-control', 'no-store').header('content-disposition', `attachment; filename="${name}"`);
  server.get('/api/export.json', { config, schema: { hide: true } }, async (request, reply) => {
    const exported = await exportOf(parts, await sessionOf(parts, request));
    return attached(reply, 'tellerline-export.json')
      .type('application/json; charset=utf-8')
      .send(`${JSON.stringify(exported, undefined, 2)}\n`);
  });
  server.get('/api/export.html', { config, schema: { hide: true } }, async (request, reply) => {
    const exported = await exportOf(parts, await sessionOf(parts, request));
    return attached(reply, 'tellerline-export.html')
      .type('text/html; charset=utf-8')
      .send(exportPage(exported, parts.faces()));
  });
}

async function exportOf(parts: HttpParts, session: Session): Promise<CustomerExport> {
  const { customerId } = session;
  const { locale, timeZone, links, ended } = await privacyOf(parts, session);
  // Read before the ledger, so that this very reading stands in it as well.
  const conversation = await wholeConversation(parts, session);
  const copies = [...links, ...ended].map(({ copy }) => copy.split('/').at(-1) ?? '');
  return {
    format: 'tellerline-customer-export/1',
    madeAt: new Date(parts.clock.nowMs()).toISOString(),
    settings: { locale, timeZone },
    links,
    ended,
    consents: await Promise.all(copies.map((consentId) => parts.linking.signedCopy(customerId, consentId))),
    conversation,
    ledger: await parts.vault.ledger.export(customerId),
  };
}

/** Every message that is there, in its newest revision, oldest first. */
async function wholeConversation(parts: HttpParts, session: Session): Promise<Message[]> {
  const { thread, customer } = await threadOf(parts, session);
  const messages = new Map<string, Message>();
  for (let after = 0; ;) {
    const span = { after, limit: limits.entriesPerPageMax };
    const page = await parts.delivery.page(customerActor(session), thread, span, customer);
    for (const entry of page.entries) {
      if (entry.entry === 'removal') messages.delete(entry.messageId);
      else messages.set(entry.message.id, entry.message);
    }
    const last = page.entries.at(-1)?.seq;
    if (last === undefined || last >= page.lastSeq) return [...messages.values()];
    after = last;
  }
}
