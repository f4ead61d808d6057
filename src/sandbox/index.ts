export { canMakeCertificates, makeAuthority } from './authority.ts';
/** Folder of the sandbox's migrations; all of it lies in schema `sandbox`. */
export const sandboxMigrations = new URL('./migrations/', import.meta.url);

export { isHeld, writeHistory, type AccountKind } from './history.ts';
export { playFile, type PlayOptions, type PlayTotals } from './play.ts';
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export { digitsOf } from './cards/cards.ts';
export { sandboxBankIds, tellYear, type ToldAccount, type ToldYear } from './told-year.ts';
