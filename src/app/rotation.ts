import type { HttpParts } from '#http';
import { isTellerlineError } from '#base';

/** How often is looked what is due: the window of a deletion is one interval of rotation and this. */
const lookEveryMs = 5 * 60_000;
const firstLookMs = 30_000;
const hourMs = 3_600_000;

/** Renews the root keys when their time has come. A rotation by hand or in another process goes before. */
export function startRotation(
  { vault, log }: Pick<HttpParts, 'vault' | 'log'>,
  hours: number,
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      const { rotated, failed } = await vault.rotation.rotateDue(hours * hourMs);
      for (const root of rotated) log.info({ ...root }, 'a root key was renewed and the one before destroyed');
      for (const { owner, error } of failed) log.warn({ err: error, owner }, 'a root key was not renewed and is due');
    } catch (error) {
      if (isTellerlineError(error, 'rotation_running')) return;
      log.warn({ err: error }, 'root keys could not be renewed; it is tried again');
    }
  };
  const run = (): void => {
    running = running.then(look);
  };
  const first = setTimeout(run, firstLookMs);
  const timer = setInterval(run, lookEveryMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
