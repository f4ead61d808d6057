import { limits } from '#base';
import { sql } from '#db';
import { createRunner } from '#linking';
import { taskActor } from '#vault';
import { change, columnsOf, openRow, told, type DisputeParts, type Row } from './dispute-standing.ts';
import type { ControlsJobs } from './jobs.ts';

const atOnceMax = 16;
const roundMs = 2_000;
const lookersMs = 60_000;

/** Asks banks now and then how far their disputes have come, until they are decided. */
export function startDisputes(parts: DisputeParts): ControlsJobs {
  const { database, clock, log } = parts;
  const { run, later, stop } = createRunner(log);
  const look = (): void =>
    run('look', async () => {
      const now = new Date(clock.nowMs());
      const due = await database.query<Row>({
        text: `with due as materialized (
            select link_id, action_id from disputes where next_at <= $1 and lease_until <= $1
            order by next_at, action_id limit $2 for update skip locked
          )
          update disputes d set lease_until = $3, asked = asked + 1, asked_at = $1,
            next_at = $1::timestamptz + least($4, $5 * 2 ^ least(asked + 1, 20)) * interval '1 millisecond'
          from due where d.link_id = due.link_id and d.action_id = due.action_id
          returning ${columnsOf('d.')}`,
        values: [
          now,
          atOnceMax,
          new Date(now.getTime() + limits.bankActionLeaseMs),
          limits.disputePauseMsMax,
          limits.disputeAskedMs,
        ],
      });
      for (const one of due) run(`dispute|${one.actionId}`, () => askBank(parts, one));
    });
  const round = (): void => {
    look();
    later(roundMs, round);
  };
  const minute = (): void => {
    run('lookers', () => sooner(parts));
    later(lookersMs, minute);
  };
  return {
    start: () => {
      round();
      minute();
    },
    look,
    stop,
  };
}

/** Whoever looks on wants to know: their disputes are asked about as soon as may be. */
async function sooner({ database, delivery, clock }: DisputeParts): Promise<void> {
  const customerIds = await delivery.connectedHere(database);
  if (customerIds.length === 0) return;
  const now = new Date(clock.nowMs());
  await database.execute(sql`update disputes set next_at = ${now}
    where customer_id = any(${customerIds}::uuid[]) and next_at > ${now}
      and (asked_at is null or asked_at <= ${new Date(now.getTime() - limits.disputeAskedMs)})`);
}

async function askBank(parts: DisputeParts, { linkId, customerId, actionId, ...row }: Row): Promise<void> {
  const { vault, linking, banks, database } = parts;
  const actor = taskActor('act', customerId);
  const use = { actor, purpose: 'account-management', linkId, fields: ['dispute'], reason: 'dispute-asked' } as const;
  await vault.gate.enter(use);
  const kept = await database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    return sealer && openRow(sealer, { actionId, ...row });
  });
  const disputeId = kept?.disputeId;
  if (disputeId === undefined) return;
  const now = await linking.atBank(linkId, 'USER', (session) => banks.dispute(session, disputeId));
  await vault.askAhead({ linkIds: [linkId] });
  await database.transaction((tx) => change(tx, parts, linkId, actionId, (before) => told(before, now)));
}
