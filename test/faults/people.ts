import { newId, type BankId, type IdentityId, type LinkId, type MessageId } from '#base';
import { enterIdentity } from '#customers';
import type { Database } from '#db';
import type { Change, Thread } from '#delivery';
import type { HttpParts } from '#http';
import { makeLinks } from '../many-links.ts';

/** Somebody with a link to a bank, who is met on these messengers. */
export interface Person extends Thread {
  readonly linkId: LinkId;
  readonly identities: Readonly<Record<string, IdentityId>>;
}

/** Makes people with a link each; everything that is told them goes to these messengers too, in full. */
export async function makePeople(
  parts: HttpParts,
  database: Database,
  count: number,
  channels: readonly string[],
): Promise<Person[]> {
  const links = await makeLinks(parts, (work) => database.transaction(work), 'citi' as BankId, count);
  return database.transaction(async (tx) => {
    const people: Person[] = [];
    for (const { thread, linkId } of links) {
      const identities: Record<string, IdentityId> = {};
      for (const channel of channels) {
        const identityId = await enterIdentity(tx, thread.customerId, channel, Date.now());
        await parts.delivery.putDestination(tx, thread, { identityId, channel, detail: 'full' }, Date.now());
        identities[channel] = identityId;
      }
      people.push({ ...thread, linkId, identities });
    }
    return people;
  });
}

/** Tells each of them something that was read from their bank, sealed under their link's key, in one transaction. */
export async function tell(
  { delivery }: HttpParts,
  database: Database,
  people: readonly Person[],
  text: string,
): Promise<void> {
  const changes = people.map(({ customerId, conversationId, linkId }): Change => {
    const body = { from: 'link', linkId, purpose: 'balances', said: { content: { kind: 'text', text } } } as const;
    const messageId = newId<MessageId>();
    return { customerId, conversationId, messageId, atMs: Date.now(), entry: 'message', author: 'bank', body };
  });
  await database.transaction((tx) => delivery.write(tx, changes));
}
