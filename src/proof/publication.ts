import type { Signer } from './note.ts';
import type { LogStorage } from './storage.ts';
import { bundle, parseTileAddress, tileName, tileWidth, widthOf } from './tiles.ts';
import { hashBytes } from './merkle.ts';

/** What the log shows to everybody, as C2SP tlog-tiles names it. */
export interface Publication {
  /** The newest checkpoint; undefined until the first is signed. */
  checkpoint(): Promise<string | undefined>;
  /** The verifier key, with a newline. */
  key(): string;
  /** What stands below `tile/`: hashes or a bundle of entries. It never changes. Undefined when there is none. */
  tile(path: string): Promise<Buffer | undefined>;
}

export function createPublication(storage: LogStorage, signer: Signer): Publication {
  return {
    checkpoint: async () => (await storage.published())?.note,
    key: () => `${signer.text}\n`,
    tile: async (path) => {
      const address = parseTileAddress(path);
      if (!address) return undefined;
      const head = await storage.head();
      // What no checkpoint covers is not part of the log yet, whatever is stored.
      if (!head || widthOf(address, head.size) < address.width) return undefined;
      if (address.of === 'entries') {
        const first = address.index * tileWidth;
        return bundle(await storage.leaves(first, first + address.width));
      }
      const stored = (await storage.tiles([address])).get(tileName(address));
      return stored?.subarray(0, address.width * hashBytes);
    },
  };
}
