import type { Clock, Log } from '#base';
import type { Database } from '#db';
import type { Addresses } from '../addresses.ts';
import type { Channel, Evidence, FromPlatform } from '../channel.ts';
import { markRead } from '../conversations.ts';
import type { DeliverySettles, SeenMarks } from './receiving.ts';
import type { PlatformIds } from '../sending/platform-ids.ts';
import { readReference } from '../sending/reference.ts';
import type { Failed } from '../sending/sender.ts';
import {
  deliveredAs,
  deliveredUpTo,
  enterCopy,
  enterStatus,
  markApplied,
  nameDelivery,
  waitingStatuses,
  type SeenSoFar,
  type StatusOf,
  type ToldOf,
} from './statuses.ts';

/** What taking evidence takes. */
export interface EvidenceParts {
  readonly database: Database;
  readonly addresses: Addresses;
  /** The messengers, by their names. */
  readonly named: ReadonlyMap<string, Channel>;
  readonly settles: DeliverySettles;
  readonly marks: SeenMarks;
  readonly ids: PlatformIds;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
}

/** Takes what a messenger says of our own messages, and of itself. The same again changes nothing. */
export async function takeEvidence(
  parts: EvidenceParts,
  channel: string,
  said: Evidence | FromPlatform,
): Promise<void> {
  const { database, addresses, ids, clock, log } = parts;
  switch (said.kind) {
    case 'echo':
      // Never answered: it is what was said to the person, by this program or by somebody at the page's inbox.
      if (said.own && said.reference !== undefined) await takeEcho(parts, channel, said.reference, said.platformId);
      else log.debug({ channel, own: said.own }, 'a message of the page that this program did not send was noted');
      return;
    case 'status': {
      const { platformId, reference, status, code } = said;
      if (reference !== undefined) await parts.settles.taken(reference, platformId);
      const of = { channel, platformIndex: ids.indexOf(platformId), status, code };
      const ours = reference === undefined ? undefined : readReference(reference);
      if (await enterStatus(database, of, ours?.deliveryId)) await applyStatus(parts, of);
      return;
    }
    case 'watermark': {
      const known = await addresses.find(database, { channel, account: said.account, person: said.person });
      const seen = known && (await deliveredUpTo(database, known, said.upToMs));
      if (seen) await mark(parts, seen, said.status);
      return;
    }
    case 'template':
      return parts.named.get(channel)?.templateHeard?.(said);
    case 'routing': {
      if (!said.person || said.ours === undefined) return;
      const known = await addresses.find(database, { channel, account: said.account, person: said.person });
      if (!known) return;
      const nowMs = clock.nowMs();
      const atMs = Math.min(nowMs, said.atMs > 0 ? said.atMs : nowMs);
      const isNews = await addresses.routed(database, known.identityId, { away: !said.ours, atMs });
      if (isNews && said.ours) await parts.settles.heard(known.identityId);
      return;
    }
    case 'account':
      if (said.grave)
        log.error({ channel, what: said.what, alarm: 'messenger_warns' }, 'a messenger warns of our account');
      else log.warn({ channel, what: said.what }, 'a messenger told something of our account');
      return;
    case 'ignored':
      return;
  }
}

/** The messenger has what carries a reference of ours, under this id of its own. */
async function takeEcho(parts: EvidenceParts, channel: string, text: string, platformId: string): Promise<void> {
  await parts.settles.taken(text, platformId);
  const reference = readReference(text);
  const of = { channel, platformIndex: parts.ids.indexOf(platformId) };
  if (reference) await enterCopy(parts.database, of, reference.deliveryId);
}

/** Applies a status to what it is of; it waits when that is not known yet. */
async function applyStatus(parts: EvidenceParts, of: StatusOf): Promise<void> {
  const { database } = parts;
  const { status } = of;
  const delivered = await deliveredAs(database, of);
  if (!delivered) return;
  if (status === 'failed') {
    // What failed stands with its delivery no more when that has been settled.
    await nameDelivery(database, of, delivered.deliveryId);
    if (!(await applyFailed(parts, of, delivered))) return;
  }
  if (status === 'read' || status === 'delivered') await mark(parts, delivered, status);
  await markApplied(database, of, delivered.deliveryId);
}

/** They have, or have read, their conversation up to there: whoever wrote to them may see it. */
async function mark({ database, marks }: EvidenceParts, seen: SeenSoFar, what: 'delivered' | 'read'): Promise<void> {
  if (what === 'read') await markRead(database, seen, seen.seq);
  await marks.has(seen, seen.seq, what);
}

/** States in which it is settled for good that nothing of a delivery goes out. */
const over = ['parked', 'skipped'];

/** What a messenger could not show is treated as if the call had been answered so. False: it waits for its turn. */
async function applyFailed(parts: EvidenceParts, of: StatusOf, told: ToldOf): Promise<boolean> {
  const { named, settles } = parts;
  const { channel, platformIndex, code } = of;
  if (over.includes(told.state)) return true;
  // Another part of it is on its way: what is missing is known when that has ended.
  if (told.state === 'attempted') return false;
  const messenger = named.get(channel);
  const { account, identityId, attempt, windowOver } = told;
  const failed: Failed =
    account === undefined || !messenger?.failed
      ? { outcome: 'refused', code: code === undefined ? 'failed' : `failed-${code}` }
      : await messenger.failed({ account, identityId, attempt, windowOver, code });
  return settles.failed({ deliveryId: told.deliveryId, platformIndex }, failed);
}

/** Applies what came before the answer to its own sending. */
export async function applyWaiting(parts: EvidenceParts): Promise<void> {
  for (const status of await waitingStatuses(parts.database)) await applyStatus(parts, status);
}
