import type { Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { hoursOf, openAt } from '../queue/hours.ts';
import { toldOf, type LiveCase } from './case-row.ts';
import { enterHappened, giveAway } from './claiming.ts';
import { sealerOf } from './entries.ts';

/** Puts a case back into its team's queue, where its promise gives it its place; its customer sees that nobody has it now. */
export async function putBack(tx: Transaction, parts: DeskParts, row: LiveCase): Promise<void> {
  await sealerOf(tx, parts, row.linkId);
  await giveAway(tx, parts, row, { team: row.team, passedOn: false });
  const nowMs = parts.clock.nowMs();
  const { isOpen } = openAt(await hoursOf(tx, row.bankId), nowMs);
  const { claimedName, dueAt } = row;
  if (claimedName === null) await parts.tell.passedOn(tx, toldOf(row));
  else
    await parts.tell.returned(tx, toldOf(row), {
      by: claimedName,
      ...(dueAt.getTime() > nowMs && { answerBy: dueAt }),
      isOpenNow: isOpen,
    });
  const by = claimedName === null ? {} : { by: claimedName };
  await enterHappened(tx, parts, row, { entry: 'happened', what: 'returned', ...by });
}
