import type { PictureAddresses } from '#channels/pictures';
import type { Clock, Log, MessageId } from '#base';
import { templateHeard } from '#channels/meta';
import type { BankFace } from '#contract';
import type { Database } from '#db';
import type { Channel, Delivery, FromPlatform } from '#delivery';
import { setUpPlatforms } from './channel-setup.ts';
import type { PlatformSettings } from './channels-file.ts';
import { createChannels, type Patience } from './channels.ts';
import { repeat, type Job } from './repeat.ts';

const hourMs = 3_600_000;
/** A token that died while nothing was sent is found within a day. */
const tokensEveryMs = 24 * hourMs;
/** The start itself comes first. */
const firstMs = 20_000;
const templatesFirstMs = 500;

/** What the messengers of Meta are wired with. */
export interface PlatformWiring {
  readonly database: Database;
  /** Made later, with the messengers. */
  readonly delivery: () => Delivery;
  readonly pictures: Pick<PictureAddresses, 'mint'>;
  readonly publicUrl: () => string;
  readonly faces: () => readonly BankFace[];
}

/** The messengers, wired in. */
export interface WiredPlatforms {
  /** Those of Meta, and whatever else people write to us at. */
  readonly channels: readonly Channel[];
  /** A messenger said what became of a template. */
  readonly onTemplate: (channel: string, said: Extract<FromPlatform, { kind: 'template' }>) => Promise<void>;
  /** Starts what is done for them again and again. */
  jobs(log: Log): Job[];
}

/** States of a template in which it is not sent any more. */
const over = new Set(['REJECTED', 'PAUSED', 'DISABLED']);

/** Wires Messenger and WhatsApp in, as far as they are set up. */
export function wirePlatforms(
  options: {
    readonly platforms?: PlatformSettings;
    readonly platformsOfSandbox?: boolean;
    /** More messengers, beside those of Meta. */
    readonly channels?: readonly Channel[];
    readonly patience?: Patience;
    readonly clock: Clock;
    readonly log: Log;
  },
  { database, delivery, pictures, publicUrl, faces }: PlatformWiring,
): WiredPlatforms {
  const { platforms: settings = {}, platformsOfSandbox = false, patience, clock, log } = options;
  const { channels: ofMeta, checkTokens } = createChannels({
    settings,
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
    threadAway: (identityId) => delivery().addresses.setAway(database, identityId, true),
    processes: () => delivery().sending.processes(),
    ...(patience && { patience }),
    publicUrl,
    faces,
    clock,
    log,
  });
  return {
    channels: [...(options.channels ?? []), ...ofMeta],
    onTemplate: async (channel, { account, template: name, language, status }) => {
      if (channel !== 'messenger' && channel !== 'whatsapp') return;
      const heard = { channel, account, name, language, status } as const;
      const isOurs = await templateHeard(database, heard, clock.nowMs());
      if (isOurs && over.has(status.toUpperCase()))
        log.warn(
          { channel, template: name, status, alarm: 'template_over' },
          'a message template may not be sent any more',
        );
    },
    jobs: (jobLog) => {
      if (ofMeta.length === 0) return [];
      const tokens = repeat(checkTokens, {
        firstMs,
        everyMs: tokensEveryMs,
        log: jobLog,
        failed: 'the access tokens could not be checked; it is tried again',
      });
      // A real page's templates are made by the operator's command; the sandbox has no operator.
      if (!platformsOfSandbox) return [tokens];
      const templates = repeat(() => setUpPlatforms(database, settings, publicUrl(), clock.nowMs()), {
        firstMs: templatesFirstMs,
        everyMs: hourMs,
        log: jobLog,
        failed: 'the sandbox’s messengers could not be set up; it is tried again',
      });
      return [tokens, templates];
    },
  };
}
