import type { PictureAddresses } from '#channels/pictures';
import type { Clock, Log, MessageId } from '#base';
import type { BankFace } from '#contract';
import type { Database } from '#db';
import type { Channel, ConfiguredChannel, Delivery, Patience } from '#delivery';
import { setUpChannels } from './channel-setup.ts';
import { repeat, type Job } from './repeat.ts';

const hourMs = 3_600_000;
const setUpFirstMs = 500;

/** What the messengers are wired with. */
export interface ChannelWiring {
  readonly database: Database;
  /** Made later, with the messengers. */
  readonly delivery: () => Delivery;
  readonly pictures: Pick<PictureAddresses, 'mint'>;
  readonly publicUrl: () => string;
  readonly faces: () => readonly BankFace[];
}

/** The messengers, wired in. */
export interface WiredChannels {
  /** Those at which people write to us. */
  readonly channels: readonly Channel[];
  /** Starts what is done for them again and again. */
  jobs(log: Log): Job[];
}

/** Wires in whatever messengers are set up. */
export function wireChannels(
  options: {
    readonly messengers?: readonly ConfiguredChannel[];
    readonly messengersOfSandbox?: boolean;
    readonly patience?: Patience;
    readonly clock: Clock;
    readonly log: Log;
  },
  { database, delivery, pictures, publicUrl, faces }: ChannelWiring,
): WiredChannels {
  const { messengers = [], messengersOfSandbox = false, patience, clock, log } = options;
  const parts = {
    database,
    parts: () => delivery().sending.parts,
    addressOf: (identityId) => delivery().addresses.addressOf(identityId),
    mintView: async ({ customerId, identityId, message }) => {
      const messageId = message.id as MessageId;
      const token = await delivery().views.mint({ customerId, identityId, messageId }, clock.nowMs());
      return new URL(`/v#${token}`, publicUrl()).href;
    },
    mintPicture: async (told) => {
      const token = await pictures.mint(told);
      return token && new URL(`/pictures/${token}`, publicUrl()).href;
    },
    threadAway: (identityId, routedAtMs) => delivery().addresses.foundAway(database, identityId, routedAtMs),
    processes: () => delivery().sending.processes(),
    ...(patience && { patience }),
    publicUrl,
    faces,
    clock,
    log,
  } satisfies Parameters<ConfiguredChannel['create']>[0];
  const channels = messengers.map((one) => one.create(parts));
  return {
    channels,
    jobs: (jobLog) => {
      const upkeep = channels.flatMap((one) => one.upkeep ?? []);
      const kept = upkeep.map(({ run, ...when }) => repeat(run, { ...when, log: jobLog }));
      // A real page is set up by the operator's command; the sandbox has no operator.
      if (!messengersOfSandbox) return kept;
      const setUp = repeat(
        () => setUpChannels(messengers, { database, publicUrl: publicUrl(), nowMs: clock.nowMs() }),
        {
          firstMs: setUpFirstMs,
          everyMs: hourMs,
          log: jobLog,
          failed: 'the sandbox’s messengers could not be set up; it is tried again',
        },
      );
      return [...kept, setUp];
    },
  };
}
