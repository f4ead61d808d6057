import type { FastifyInstance, FastifyReply } from 'fastify';
import { limits, type LinkId } from '#base';
import type { KeptReceipt, Message } from '#contract';
import type { HeldControls } from '#controls';
import type { Customer, Session } from '#customers';
import type { HeldCases } from '#desk';
import { customerActor, type LedgerPage } from '#vault';
import { coveredLedger, coveredReceipt } from './covered.ts';
import { exportPage } from './export-page.ts';
import { exportedRecords, type ExportedRecord } from './export-records.ts';
import { threadOf } from './me.ts';
import type { HeldOrders } from '#orders';
import type { HttpParts } from './parts.ts';
import { privacyOf } from './privacy-routes.ts';
import { sessionOf } from './session-cookie.ts';

/**
 * Everything that is kept of a customer, opened: what is taken along. `test/export.test.ts` holds it against the
 * list of all tables.
 */
export interface CustomerExport {
  readonly format: 'tellerline-customer-export/1';
  readonly madeAt: string;
  readonly settings: Pick<Customer, 'locale' | 'timeZone' | 'quiet' | 'digestHour'>;
  readonly links: Awaited<ReturnType<typeof privacyOf>>['links'];
  readonly ended: Awaited<ReturnType<typeof privacyOf>>['ended'];
  /** What was signed for each link, word for word, oldest first: also what another consent took the place of. */
  readonly consents: readonly Awaited<ReturnType<HttpParts['linking']['signedCopy']>>[];
  /** The same as records for programs (JSON-LD), in the same order. */
  readonly consentRecords: readonly object[];
  /** Purchases and balances, as the banks told them. */
  readonly records: readonly ExportedRecord[];
  readonly conversation: readonly Message[];
  /** The receipts of deletions that are still kept, each with what `tellerline verify` checks. */
  readonly receipts: readonly (KeptReceipt & { readonly signed: LedgerPage['proven'] })[];
  readonly signIn: Awaited<ReturnType<HttpParts['signIn']['held']>>;
  readonly linking: Awaited<ReturnType<HttpParts['linking']['held']>>;
  /** What banks were asked to do for them, and which cards were told of. */
  readonly controls: HeldControls;
  /** Their cases with banks' staff, and what they allowed in each. */
  readonly desk: HeldCases;
  readonly orders: HeldOrders;
  /** Where they are met at messengers, and the pictures that they sent from there. */
  readonly messengers: Awaited<ReturnType<HttpParts['receiving']['held']>>;
  /** Where they are told that there is something new: an e-mail address, and browsers. */
  readonly notifications: {
    readonly email: string | undefined;
    readonly browsers: Awaited<ReturnType<HttpParts['push']['held']>>;
  };
  /** How much is told in each channel besides the browsers' chat, as the customer chose. */
  readonly channels: Awaited<ReturnType<HttpParts['channelChoices']['list']>>;
  /** A log export of its own: `tellerline verify` checks it. */
  readonly ledger: LedgerPage['proven'];
  /** Entries that no checkpoint covered in time, without their proofs. */
  readonly waiting: LedgerPage['waiting'];
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
      .send(exportPage(exported, { faces: parts.faces(), channels: parts.channels }));
  });
}

async function exportOf(parts: HttpParts, session: Session): Promise<CustomerExport> {
  const { customerId } = session;
  const { linking } = parts;
  const { links, ended, receipts } = await privacyOf(parts, session);
  const { thread, customer } = await threadOf(parts, session);
  const { locale, timeZone, quiet, digestHour } = customer;
  // Read before the ledger, which is waited for until this very reading stands in it with its proof.
  const records = await exportedRecords(parts, session, links);
  const conversation = await wholeConversation(parts, session);
  const held = await linking.held(customerId);
  const linkIds = links.map(({ id }) => id as LinkId);
  const desk = await parts.desk.held(customerId, session.identityId, linkIds);
  const signed = await Promise.all(
    receipts.map(async (receipt) => {
      const id = receipt.address.split('/').at(-1) ?? '';
      return { ...receipt, signed: await coveredReceipt(parts, id) };
    }),
  );
  const { proven, waiting } = await coveredLedger(parts, customerId);
  return {
    format: 'tellerline-customer-export/1',
    madeAt: new Date(parts.clock.nowMs()).toISOString(),
    settings: { locale, timeZone, quiet, digestHour },
    links,
    ended,
    consents: await Promise.all(held.consents.map((id) => linking.signedCopy(customerId, id))),
    consentRecords: await Promise.all(
      held.consents.map((id) => linking.consentRecord(customerId, id, parts.publicUrl())),
    ),
    records,
    conversation,
    receipts: signed,
    signIn: await parts.signIn.held(customerId),
    linking: held,
    controls: await parts.controls.held(customerId, linkIds),
    desk,
    orders: await parts.following.held(linkIds),
    messengers: await parts.receiving.held(customerId),
    notifications: {
      email: (await parts.email.state(customerId)).address,
      browsers: await parts.push.held(customerId),
    },
    channels: await parts.channelChoices.list(thread),
    ledger: proven,
    waiting,
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
