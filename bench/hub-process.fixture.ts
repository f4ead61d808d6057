import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import { createLog, systemClock } from '#base';
import { readConfig } from '../src/app/config.ts';
import { startHub } from '../src/app/wire.ts';
import { stepsOf } from './profile.ts';

// The hub as `npm start` runs it, as a process of its own over a database that the bench made, so that its
// processor time and memory are its own.

/** What it is told at its start. */
export interface HubSettings {
  readonly databaseUrl: string;
  readonly data: string;
  readonly keys: string;
  /** Where its banks are: their event keys are read there. */
  readonly banksUrl: string;
}

/** What it is asked for afterwards. */
export type HubOrder = 'profile' | 'profiled' | 'stop';

// Nobody else ends it when the bench is gone.
process.once('disconnect', () => process.exit());
const [settings] = (await once(process, 'message')) as [HubSettings];
const config = readConfig({
  TELLERLINE_DATA: settings.data,
  TELLERLINE_KEYS: settings.keys,
  TELLERLINE_PORT: '0',
  TELLERLINE_STAFF_PORT: '0',
});
const hub = await startHub({
  config,
  databaseUrl: settings.databaseUrl,
  log: createLog('error'),
  clock: systemClock,
  sandboxUrl: () => settings.banksUrl,
});
const inspector = new Session();
process.on('message', (order: HubOrder) => {
  obey(order).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
    process.disconnect?.();
  });
});
process.send?.({ url: hub.url });

async function obey(order: HubOrder): Promise<void> {
  if (order === 'stop') {
    await hub.close();
    process.disconnect?.();
    return;
  }
  if (order === 'profile') {
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.start');
    process.send?.({});
    return;
  }
  const { profile } = await inspector.post('Profiler.stop');
  inspector.disconnect();
  process.send?.(stepsOf(profile));
}
