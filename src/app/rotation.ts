import { isTellerlineError } from '#base';
import type { HttpParts } from '#http';

/** Renews the root keys whose time has come. A rotation by hand or in another process goes before. */
export async function renewDueRoots({ vault, log }: Pick<HttpParts, 'vault' | 'log'>, hours: number): Promise<void> {
  try {
    const { rotated, failed } = await vault.rotation.rotateDue(hours * 3_600_000);
    for (const root of rotated) log.info({ ...root }, 'a root key was renewed and the one before destroyed');
    for (const { owner, error } of failed) log.warn({ err: error, owner }, 'a root key was not renewed and is due');
  } catch (error) {
    if (!isTellerlineError(error, 'rotation_running')) throw error;
  }
}
