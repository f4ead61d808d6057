import type { Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { toldOf, type LiveCase } from './case-row.ts';
import { enterHappened, giveAway } from './claiming.ts';
import { sealerOf } from './entries.ts';

/** Puts a case back into its team's queue, where its promise gives it its place; its customer sees that nobody has it now. */
export async function putBack(tx: Transaction, parts: DeskParts, row: LiveCase): Promise<void> {
  await sealerOf(tx, parts, row.linkId);
  await giveAway(tx, parts, row, { team: row.team, passedOn: false });
  await parts.tell.passedOn(tx, toldOf(row));
  const by = row.claimedName === null ? {} : { by: row.claimedName };
  await enterHappened(tx, parts, row, { entry: 'happened', what: 'returned', ...by });
}
