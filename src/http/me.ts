import { invariant } from '#base';
import type { Me } from '#contract';
import { findCustomer, type Session } from '#customers';
import type { HttpParts } from './parts.ts';

/** What a browser knows of its customer. */
export async function meOf(parts: HttpParts, { customerId }: Session): Promise<Me> {
  const customer = await findCustomer(parts.database, customerId);
  const thread = await parts.delivery.conversationOf(parts.database, customerId);
  invariant(customer && thread, 'a customer with a session has a conversation');
  const links = await parts.linking.links(customerId);
  const talk = await parts.talk.goesTo({ customerId, conversationId: thread.conversationId });
  return {
    locale: customer.locale,
    timeZone: customer.timeZone,
    banks: [...parts.faces()],
    links: links.map(({ id, bank, state, purposes, accounts, expiresAt, historyRead, unreadable, unreadSince }) => ({
      id,
      bank,
      state,
      purposes,
      accounts,
      expiresAt,
      historyRead,
      ...(unreadable && { unreadable }),
      ...(unreadSince !== undefined && { unreadSince }),
    })),
    lastSeq: thread.lastSeq,
    readSeq: thread.readSeq,
    ...(talk && {
      talk: {
        case: talk.caseId,
        number: talk.number,
        bank: talk.bankId,
        ...(talk.staff !== undefined && { staff: talk.staff }),
      },
    }),
  };
}

/** The conversation of a session, with how its customer is spoken to. */
export async function threadOf(parts: HttpParts, { customerId }: Session) {
  const customer = await findCustomer(parts.database, customerId);
  const thread = await parts.delivery.conversationOf(parts.database, customerId);
  invariant(customer && thread, 'a customer with a session has a conversation');
  return { customer, thread: { customerId, conversationId: thread.conversationId } };
}
