import type { CustomerId } from '#base';
import {
  findCustomer,
  joinCodeIn,
  lockCustomer,
  moveIdentity,
  newJoinCode,
  putJoinCode,
  takeJoinCode,
  takeJoinTry,
} from '#customers';
import { sql, type Transaction } from '#db';
import type { MetPerson } from '#delivery';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain } from './turn.ts';

/** A code by which a customer brings a chat at another messenger to their own. */
export interface JoinCode {
  /** Such as `7KQM-2XWA`; said in that chat. */
  readonly code: string;
  /** RFC 3339. */
  readonly until: string;
}

/** See `Talk.joinCode`. */
export async function makeJoinCode(parts: TalkParts, customerId: CustomerId): Promise<JoinCode> {
  const code = newJoinCode(parts.random);
  const until = await putJoinCode(parts.database, customerId, indexOf(parts, code), parts.clock.nowMs());
  return { code, until: until.toISOString() };
}

const indexOf = ({ vault }: TalkParts, code: string): Buffer => vault.index('join-code', code);

/**
 * Takes what is said in a chat at a messenger for a joining code, if it can be one: the chat becomes one more of the
 * customer who made it, at the level `pointer`, and what was said there before is deleted. A chat in which a bank
 * was ever linked stays its own. What it does, that it was handled (`once`) and what is said of it are one transaction.
 * Answers false when it is no code.
 */
export async function join(
  parts: TalkParts,
  who: MetPerson,
  text: string,
  once: (tx: Transaction) => Promise<boolean>,
): Promise<boolean> {
  const read = joinCodeIn(text);
  if (!read) return false;
  const nowMs = parts.clock.nowMs();
  const mayTry = await takeJoinTry(parts.database, who.identityId, nowMs);
  const isDone =
    mayTry && (await parts.database.transaction((tx) => moveTo(tx, parts, who, indexOf(parts, read.code), once)));
  if (isDone || !read.surely) return isDone;
  await parts.database.transaction(async (tx) => {
    if (await once(tx)) await answerThere(tx, parts, who, 'chat.join.late');
  });
  return true;
}

/** Says what became of a code, in the chat in which it was said. */
async function answerThere(
  tx: Transaction,
  parts: TalkParts,
  who: MetPerson,
  key: 'chat.join.used' | 'chat.join.late',
): Promise<void> {
  const locale = (await findCustomer(tx, who.customerId))?.locale ?? 'en';
  await parts.delivery.write(tx, changesOf(parts, who, [plain(locale, key)], { to: who.identityId }));
}

/** Carries a code out; false when it is no good, and nothing was done. */
async function moveTo(
  tx: Transaction,
  parts: TalkParts,
  who: MetPerson,
  codeIndex: Buffer,
  once: (tx: Transaction) => Promise<boolean>,
): Promise<boolean> {
  const { delivery, linking, clock } = parts;
  const { customerId: from, identityId, channel } = who;
  const to = await takeJoinCode(tx, codeIndex, clock.nowMs());
  if (to === undefined || to === from) return false;
  // In one order, so that two that join each other wait and do not block each other.
  for (const one of [from, to].toSorted()) await lockCustomer(tx, one);
  // The same words were carried out before.
  if (!(await once(tx))) return true;
  if (await linking.everLinked(tx, from)) {
    await answerThere(tx, parts, who, 'chat.join.used');
    return true;
  }
  const thread = (await delivery.threadsOf(tx, [to])).get(to);
  const customer = await findCustomer(tx, to);
  if (!thread || !customer || !(await delivery.addresses.move(tx, identityId, from, to))) {
    await answerThere(tx, parts, who, 'chat.join.late');
    return true;
  }
  await delivery.removeDestination(tx, who, identityId);
  await moveIdentity(tx, identityId, to);
  await delivery.putDestination(tx, thread, { identityId, channel, detail: 'pointer' }, clock.nowMs());
  await tx.execute(sql`delete from turns where customer_id = ${from}`);
  await linking.deleteCustomer(tx, from);
  await delivery.write(tx, changesOf(parts, thread, [plain(customer.locale, 'chat.joined')]));
  return true;
}
