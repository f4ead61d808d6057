import * as z from 'zod';
import { drawsFrom, type Draws } from '../draws.ts';
import type { PlatformName } from './phone-api.ts';

const chance = z.number().min(0).max(1);
const count = z.int().min(0).max(100_000);

/** What a platform can suffer from; everything has the value of a good day unless it is set. Chances are of each send. */
export const faultSettings = z.strictObject({
  seed: z.string().max(100).default('platform').describe('the same seed gives the same row of faults'),
  serverErrors: chance.default(0).describe('answered with 500 or 503 and not taken'),
  serverErrorsNext: count.default(0).describe('so many sends from now'),
  rateLimited: chance.default(0).describe('answered with the rate limit’s error and not taken'),
  rateLimitedNext: count.default(0),
  rateCode: z
    .union([z.literal(4), z.literal(613), z.literal(80004), z.literal(80007), z.literal(130429), z.literal(131056)])
    .optional()
    .describe('613 in Messenger and 130429 in WhatsApp, unless it is set'),
  resetAfterTaking: chance.default(0).describe('taken, and the connection is cut instead of an answer'),
  resetAfterTakingNext: count.default(0),
  resetBeforeTaking: chance.default(0).describe('not taken, and the connection is cut'),
  resetBeforeTakingNext: count.default(0),
  slow: chance.default(0).describe('taken at once, answered after slowMs'),
  slowMs: z.int().min(0).max(60_000).default(3_000),
  permissionMissing: z.boolean().default(false).describe('code 200'),
  accountRestricted: z.boolean().default(false).describe('10/1893063 in Messenger, 131031 in WhatsApp'),
  tokensDead: z.array(z.string()).default([]).describe('ids of pages or numbers whose token is dead: code 190'),
  proofRequired: z.boolean().default(false).describe('calls without appsecret_proof are refused'),
  ratesKept: z.boolean().default(true).describe('the platform’s own rates: 300 a second; 80 a second, and pairs'),
  echo: z.enum(['before-answer', 'after-answer', 'none']).default('before-answer').describe('Messenger alone'),
  receipts: z.enum(['read', 'delivered', 'none']).default('delivered').describe('what a telephone tells by itself'),
  receiptsAfterMs: z.int().min(0).max(60_000).default(40),
  refusals: z
    .enum(['status', 'answer'])
    .default('status')
    .describe('WhatsApp: 131026, 131047 and 131050 come by a status after the send was taken, as at Meta, or at once'),
  webhooksDoubled: chance.default(0).describe('of each body'),
  webhooksLate: chance.default(0).describe('of each event, by up to webhooksLateMs'),
  webhooksLateMs: z.int().min(0).max(120_000).default(2_000),
  webhooksShuffled: z.boolean().default(false).describe('events of one moment in any order, statuses backwards too'),
  webhooksHeld: z.boolean().default(false).describe('none are sent while this holds'),
  redeliverAfterMs: z.int().min(10).max(60_000).default(1_000).describe('the first pause; doubled up to a minute'),
  templates: z.enum(['approve', 'reject', 'leave']).default('approve'),
  templatesAfterMs: z.int().min(0).max(60_000).default(100),
  utilityUnavailable: z.boolean().default(false).describe('utility messages are not offered in the person’s country'),
});

/** How one platform behaves. */
export type FaultSettings = z.infer<typeof faultSettings>;

/** What becomes of one send. */
export type Fate = 'served' | 'server-error' | 'rate-limited' | 'reset-before' | 'reset-after' | 'slow';

/** The faults of one platform; they end with the process. */
export interface PlatformFaults {
  readonly settings: FaultSettings;
  /** Sets some of them and leaves the others; a new seed begins its row anew. */
  set(some: Readonly<Record<string, unknown>>): FaultSettings;
  heal(): void;
  /** Decides about the next send. */
  fate(): Fate;
  readonly draws: Draws;
}

/** Makes the faults of a platform that has none. */
export function createPlatformFaults(platform: PlatformName): PlatformFaults {
  let settings = faultSettings.parse({});
  let fates = drawsFrom(`${platform} fates ${settings.seed}`);
  let draws = drawsFrom(`${platform} webhooks ${settings.seed}`);
  const reseed = (): void => {
    fates = drawsFrom(`${platform} fates ${settings.seed}`);
    draws = drawsFrom(`${platform} webhooks ${settings.seed}`);
  };
  const next = (
    key: 'serverErrorsNext' | 'rateLimitedNext' | 'resetAfterTakingNext' | 'resetBeforeTakingNext',
  ): boolean => {
    if (settings[key] === 0) return false;
    settings = { ...settings, [key]: settings[key] - 1 };
    return true;
  };
  return {
    get settings() {
      return settings;
    },
    get draws() {
      return draws;
    },
    set: (some) => {
      settings = faultSettings.parse({ ...settings, ...some });
      if (some['seed'] !== undefined) reseed();
      return settings;
    },
    heal: () => {
      settings = faultSettings.parse({});
      reseed();
    },
    fate: () => {
      const drawn = fates.fraction();
      if (next('serverErrorsNext')) return 'server-error';
      if (next('rateLimitedNext')) return 'rate-limited';
      if (next('resetBeforeTakingNext')) return 'reset-before';
      if (next('resetAfterTakingNext')) return 'reset-after';
      const chances: readonly (readonly [Fate, number])[] = [
        ['server-error', settings.serverErrors],
        ['rate-limited', settings.rateLimited],
        ['reset-before', settings.resetBeforeTaking],
        ['reset-after', settings.resetAfterTaking],
        ['slow', settings.slow],
      ];
      let upTo = 0;
      for (const [fate, share] of chances) {
        upTo += share;
        if (drawn < upTo) return fate;
      }
      return 'served';
    },
  };
}
