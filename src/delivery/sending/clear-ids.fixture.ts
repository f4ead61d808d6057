import { createHash } from 'node:crypto';
import type { PlatformIds } from './platform-ids.ts';

/** Ids that nothing seals: for stores over customers who have no keys. */
export const clearIds: PlatformIds = {
  indexOf: (platformId) => createHash('sha256').update(platformId).digest(),
  keep: async (_, ids) =>
    ids.map(({ platformId }) => ({ index: clearIds.indexOf(platformId), sealed: Buffer.from(platformId) })),
  open: async (_, __, sealed) => sealed.toString(),
};
