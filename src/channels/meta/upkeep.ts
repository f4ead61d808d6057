import type { Log } from '#base';
import type { Finding, Upkeep } from '#delivery';
import type { MetaPlatform } from './errors.ts';
import { stopAlarms } from './outcomes.ts';
import type { MetaSender } from './sender.ts';

const hourMs = 3_600_000;
/** The start itself comes first. */
const tokensFirstMs = 20_000;
/** A token that died while nothing was sent is found within a day, and so is a webhook that was switched off. */
const dayMs = 24 * hourMs;
/** What was decided of a template while we could not be told is known within an hour. */
const templatesFirstMs = 40_000;
const examinedFirstMs = 60_000;

/** What is not noticed by sending: an alarm says it, and `tellerline doctor` how to mend it. */
const unheard: ReadonlySet<string> = new Set(['permissions', 'subscription', 'webhook']);

/** What is looked at again and again, at real pages and numbers as at the sandbox's. */
export function metaUpkeep(of: {
  readonly channel: MetaPlatform;
  readonly checkTokens: MetaSender['checkTokens'];
  readonly examine: () => Promise<readonly Finding[]>;
  readonly lookAtTemplates: () => Promise<unknown>;
  readonly log: Log;
}): readonly Upkeep[] {
  const { channel, log } = of;
  return [
    {
      firstMs: tokensFirstMs,
      everyMs: dayMs,
      failed: 'the access tokens could not be checked; it is tried again',
      run: async () => {
        for (const { name, why, isNew } of await of.checkTokens())
          if (!isNew) log.warn({ account: name, ...stopAlarms[why] }, 'nothing can be sent from there still');
      },
    },
    {
      firstMs: templatesFirstMs,
      everyMs: hourMs,
      failed: 'the messenger could not be asked how its templates stand; it is tried again',
      run: of.lookAtTemplates,
    },
    {
      firstMs: examinedFirstMs,
      everyMs: dayMs,
      failed: 'the subscriptions could not be looked at; it is tried again',
      run: async () => {
        const ill = (await of.examine()).filter(({ what, state }) => state === 'ill' && unheard.has(what));
        for (const { what } of ill)
          log.warn(
            { channel, what, alarm: 'messenger_unheard' },
            'a messenger does not tell us everything that is needed',
          );
      },
    },
  ];
}
