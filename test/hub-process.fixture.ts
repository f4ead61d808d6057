import { once } from 'node:events';
import { createLog, systemClock } from '#base';
import { readConfig } from '../src/app/config.ts';
import { startHub } from '../src/app/wire.ts';
import { fakeChannel } from './fake-channel.ts';

// A hub in a process of its own, over a database and a sandbox that a test has: to be killed, paused, or doubled.

/** What it is told when it begins. */
export interface BeginHub {
  readonly settings: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly sandboxUrl: string;
  /** People write to it at the messenger of `fake-channel.ts` as well. */
  readonly chatter?: boolean;
}

const [{ settings, databaseUrl, sandboxUrl, chatter }] = (await once(process, 'message')) as [BeginHub];
const log = createLog(process.env['TEST_LOG'] ?? 'silent');
const hub = await startHub({
  config: readConfig(settings),
  databaseUrl,
  log,
  clock: systemClock,
  sandboxUrl: () => sandboxUrl,
  ...(chatter && { messengers: [{ channel: 'chatter', create: () => fakeChannel() }] }),
});
process.once('SIGTERM', () => void hub.close().then(() => process.exit(0)));
process.send?.({ url: hub.url });
