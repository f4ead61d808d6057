import { failPoint, type IdentityId } from '#base';
import type { Locale } from '#contract';
import { enterIdentity } from '#customers';
import type { Address, Channel, FromPerson } from '../channel.ts';
import { putDestination } from '../sending/destinations.ts';
import type { MetPerson, PictureTaken } from './arrivals.ts';
import { enterSeen, isSeen } from './inbox.ts';
import { encodeAnew, keepPicture } from './pictures.ts';
import type { Working } from './receiving.ts';

/** Until then after somebody was first met, "get started" is what they were greeted for. */
const justGreetedMs = 60_000;
/** Where nobody tells a time zone; the customer says another in the privacy centre. */
const timeZone = 'America/New_York';

/**
 * Takes what a person did: finds or begins the customer, then hands it to the conversation. What was handled
 * before is known by its key.
 *
 * @throws what the conversation or the database throws: it is tried again
 */
export async function takePerson(working: Working, channel: Channel, reading: FromPerson): Promise<void> {
  const { database, vault, arrivals, clock } = working;
  const { account, person, key } = reading;
  const name = channel.channel;
  const keyIndex = vault.index('channel key', JSON.stringify([name, account, key]));
  if (await isSeen(database, name, keyIndex)) return;
  const address: Address = { channel: name, account, person };
  if (reading.kind === 'readdressed') return endAddress(working, address, keyIndex);
  const who = await meet(working, channel, address, reading);
  failPoint('person met');
  await working.settles.heard(who.identityId);
  const picture = await pictureOf(channel, reading);
  await arrivals.arrived(who, {
    reading,
    ...(picture && { picture }),
    once: (tx) => enterSeen(tx, name, keyIndex),
    keepPicture: async (tx) => {
      if (picture?.taken) await keepPicture(tx, vault, who, picture.bytes, clock.nowMs());
    },
  });
  failPoint('arrival committed');
}

/** Finds who it is, or begins a new customer: of two first messages at once one begins, and the other finds it. */
async function meet(working: Working, channel: Channel, address: Address, reading: FromPerson): Promise<MetPerson> {
  const { database, addresses, arrivals, clock } = working;
  const nowMs = clock.nowMs();
  const isKnown = (await addresses.find(database, address)) !== undefined;
  const locale = isKnown ? 'en' : await localeOf(working, channel, address);
  // A body that was late opens no window that the messenger has closed by now.
  const heardMs = Math.min(nowMs, reading.atMs > 0 ? reading.atMs : nowMs);
  return database.transaction(async (tx) => {
    const known = await addresses.meet(tx, address);
    if (known) {
      await addresses.heard(tx, known.identityId, heardMs);
      const { customerId, conversationId, identityId } = known;
      const justGreeted = nowMs - known.metAtMs < justGreetedMs;
      return {
        customerId,
        conversationId,
        identityId,
        channel: address.channel,
        account: address.account,
        justGreeted,
      };
    }
    const begun = await arrivals.begin(tx, { locale, timeZone }, async (thread): Promise<IdentityId> => {
      const identityId = await enterIdentity(tx, thread.customerId, address.channel, nowMs);
      await addresses.enter(tx, identityId, thread.customerId, address, nowMs);
      await addresses.heard(tx, identityId, heardMs);
      await putDestination(tx, thread, { identityId, channel: address.channel, detail: 'pointer' }, nowMs);
      return identityId;
    });
    return { ...begun, channel: address.channel, account: address.account, justGreeted: true };
  });
}

/** In which language somebody is greeted: as their messenger says, else in English. */
async function localeOf({ log }: Working, channel: Channel, address: Address): Promise<Locale> {
  try {
    const profile = await channel.profile?.(address);
    return profile?.locale?.toLowerCase().startsWith('es') ? 'es' : 'en';
  } catch (error) {
    log.info({ err: error, channel: channel.channel }, 'a messenger did not tell how somebody is spoken to');
    return 'en';
  }
}

async function pictureOf(channel: Channel, reading: FromPerson): Promise<PictureTaken | undefined> {
  if (reading.kind !== 'media' || reading.media !== 'picture') return undefined;
  const { account, source } = reading;
  if (!source || !channel.media) return { taken: false, why: 'not-there' };
  const fetched = await channel.media(account, source);
  return fetched.fetched ? encodeAnew(fetched.bytes) : { taken: false, why: fetched.why };
}

/** They are somebody else from now on, and are met anew when they write: until then nothing more is sent there. */
async function endAddress({ database, addresses }: Working, address: Address, keyIndex: Buffer): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await enterSeen(tx, address.channel, keyIndex))) return;
    await addresses.end(tx, address);
  });
}
