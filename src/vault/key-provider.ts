import type { BankId } from '#base';
import { isTellerlineError, TellerlineError } from '#base';

/** Whose root key it is: a bank's, or the operator's own for what customers keep here. */
export type RootOwner = BankId | typeof operator;
export const operator = 'operator';

/**
 * Holds root keys, each under a key-encrypting key that never leaves the holder. A root is handed out
 * to be kept for at most `rootLeaseMs`. A file, a key service of the bank's own, a cloud key service
 * or an HSM implements the same three. Generations of an owner count from 1.
 */
export interface RootHolder {
  /** Makes a root of 32 random bytes; what is there already stays as it is. */
  createRoot(owner: RootOwner, generation: number): Promise<void>;
  /**
   * Releases a root for one lease.
   *
   * @throws TellerlineError `root_gone` (destroyed, or never there), `key_withdrawn` (its owner lets nobody have
   *   it any more), `key_service_unavailable` (cannot be asked now)
   */
  leaseRoot(owner: RootOwner, generation: number): Promise<Buffer>;
  /** Destroys the roots of all earlier generations. */
  destroyRootsBefore(owner: RootOwner, generation: number): Promise<void>;
}

/** What the vault needs of the operator's keys. */
export interface KeyProvider extends RootHolder {
  /** Banks that hold their own roots: each asking for one is entered in the log, and may have to wait. */
  readonly holders: ReadonlySet<string>;
  /** Keyed hash (HMAC-SHA-256, a key of its own) for finding a value without storing it: a blind index. */
  index(domain: string, value: string): Buffer;
  /**
   * Opens what the key-encrypting key wrapped itself, before there were roots.
   *
   * @throws TellerlineError `sealed_unreadable`
   */
  unwrapDirect(context: string, wrapped: Buffer): Promise<Buffer>;
  /** Puts a new key-encrypting key in the old one's place. The roots stay the same, wrapped anew. */
  rotateKek(): Promise<void>;
}

/** Longest time for which a process keeps a released root: after a withdrawal nothing is readable for longer. */
export const rootLeaseMs = 30_000;

export function rootGone(owner: RootOwner, generation: number, cause?: unknown): TellerlineError {
  return new TellerlineError(
    'root_gone',
    410,
    'This was sealed under a key that has been destroyed.',
    { owner, generation },
    { cause },
  );
}

/**
 * The operator's provider, with some banks' roots held by the banks themselves. A root from before a
 * bank took its own is still the operator's until the next rotation, which destroys it.
 */
export function withBankHolders(provider: KeyProvider, holders: ReadonlyMap<string, RootHolder>): KeyProvider {
  if (holders.size === 0) return provider;
  return {
    ...provider,
    holders: new Set(holders.keys()),
    createRoot: (owner, generation) => (holders.get(owner) ?? provider).createRoot(owner, generation),
    leaseRoot: async (owner, generation) => {
      const holder = holders.get(owner);
      if (!holder) return provider.leaseRoot(owner, generation);
      try {
        return await holder.leaseRoot(owner, generation);
      } catch (error) {
        if (isTellerlineError(error, 'root_gone')) return provider.leaseRoot(owner, generation);
        throw error;
      }
    },
    destroyRootsBefore: async (owner, generation) => {
      await holders.get(owner)?.destroyRootsBefore(owner, generation);
      await provider.destroyRootsBefore(owner, generation);
    },
  };
}
