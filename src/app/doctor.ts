import type { Clock } from '#base';
import type { ConfiguredChannel } from '#delivery';
import { readChannelsFile } from './channels-file.ts';
import type { SetupCommand } from './channel-setup.ts';

/** What is looked at, and how it is told. */
interface DoctorParts {
  readonly channels: readonly ConfiguredChannel[];
  /** Our public address. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** `tellerline doctor`. Answers whether everything is well. */
export async function doctorCommand({ config, clock, say }: SetupCommand): Promise<boolean> {
  if (config.channels === undefined) {
    say('TELLERLINE_CHANNELS names no file, so there is no page and no number to look at. See docs/messenger.md.');
    return false;
  }
  const channels = readChannelsFile(config.channels);
  const publicUrl = config.url ?? `http://localhost:${config.port}`;
  const ills = await examineChannels({ channels, publicUrl, clock, say });
  say(ills === 0 ? 'All is well.' : `To be mended: ${ills}.`);
  return ills === 0;
}

const marks = { well: '✔', ill: '✖', unknown: '?' } as const;

/** Examines every page and number that is set up, and says what to mend. Changes nothing. Answers how much is not well. */
export async function examineChannels({ channels, publicUrl, clock, say }: DoctorParts): Promise<number> {
  let ills = 0;
  for (const channel of channels) {
    for (const { name, findings } of (await channel.examine?.(publicUrl, clock.nowMs())) ?? []) {
      say(name);
      for (const { what, state, said, mend } of findings) {
        if (state !== 'well') ills += 1;
        say(`  ${marks[state]} ${what.padEnd(13)} ${said}`);
        if (mend !== undefined) say(`    ${mend}`);
      }
    }
  }
  return ills;
}
