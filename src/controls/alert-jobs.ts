import { limits, type AccountRef } from '#base';
import { sql, type Transaction } from '#db';
import { createRunner } from '#linking';
import { taskActor, type AlertContent } from '#vault';
import { moveAlert, type AlertRow, type AlertsParts } from './alerts.ts';
import { degraded, freezeLeft, freezeUnknown, toldByBank, wellAgain } from './alert-standing.ts';
import type { Cards, LinkedCard } from './cards.ts';
import type { ControlsApi } from './controls-api.ts';
import type { ControlsJobs } from './jobs.ts';
import type { Requested, Wish } from './request.ts';

/** What looking after alerts takes. */
export interface AlertJobsParts extends AlertsParts {
  readonly banks: Pick<ControlsApi, 'hold'>;
  readonly cards: Pick<Cards, 'list'>;
  readonly request: (tx: Transaction, wish: Wish) => Promise<Requested>;
}

type Due = AlertRow & {
  readonly answerBy: Date;
  readonly freezeAction: string | null;
  readonly attempts: number;
  /** How often the bank has told something that may have answered it, since it was last asked. */
  readonly woken: number;
  readonly seenAt: Date | null;
  readonly accountRef: AccountRef | null;
};

/** What another process left is found within this. */
const roundMs = 2_000;
const atOnceMax = 16;

/**
 * Looks after alerts: asks the bank how a purchase stands when the time to answer is over, has the card frozen that
 * "no" was said of, and shows the bank's telephone where that takes long.
 */
export function startAlerts(parts: AlertJobsParts): ControlsJobs {
  const { database, clock, log } = parts;
  const { run, later, isStopping, stop } = createRunner(log);
  let atWork = 0;

  const takeUp = async (): Promise<void> => {
    const most = atOnceMax - atWork;
    if (most <= 0 || isStopping()) return;
    await noteLookers(parts);
    for (const due of await claim(parts, most)) {
      atWork += 1;
      run(`alert|${due.linkId}|${due.caseIndex.toString('hex')}`, async () => {
        try {
          await lookAfter(parts, due);
        } finally {
          atWork -= 1;
          look();
        }
      });
    }
  };
  let timedMs = Infinity;
  const look = (): void =>
    run('look', async () => {
      await takeUp();
      const [next] = await database.query<{ at: Date | null }>(
        sql`select min(greatest(next_at, lease_until)) as at from alerts where next_at is not null`,
      );
      const waitMs = Math.max(50, (next?.at?.getTime() ?? Infinity) - clock.nowMs());
      if (waitMs > roundMs || timedMs <= waitMs) return;
      timedMs = waitMs;
      later(waitMs, () => {
        timedMs = Infinity;
        look();
      });
    });
  const round = (): void => {
    look();
    later(roundMs, round);
  };
  return { start: round, look, stop };
}

function claim({ database, clock }: AlertJobsParts, most: number): Promise<Due[]> {
  const now = new Date(clock.nowMs());
  const leaseUntil = new Date(now.getTime() + limits.bankActionLeaseMs);
  return database.query<Due>(sql`
    with due as materialized (
      select link_id, case_index from alerts where next_at <= ${now} and lease_until <= ${now}
      order by next_at, case_index limit ${most} for update skip locked
    )
    update alerts a set lease_until = ${leaseUntil}, attempts = attempts + 1
    from due where a.link_id = due.link_id and a.case_index = due.case_index
    returning a.link_id as "linkId", a.case_index as "caseIndex", a.customer_id as "customerId", a.bank_id as "bankId",
      a.message_id as "messageId", a.state, a.answer_by as "answerBy", a.freeze_action as "freezeAction", a.attempts, a.woken,
      a.seen_at as "seenAt", a.account_ref as "accountRef"`);
}

/**
 * Enters of the alerts that are due by the next round whose customers look on here: any process may take them up, and
 * only this one knows who is connected to it.
 */
async function noteLookers({ database, delivery, clock }: AlertJobsParts): Promise<void> {
  const nowMs = clock.nowMs();
  const [soon, seen] = [new Date(nowMs + 2 * roundMs), new Date(nowMs - limits.alertAskedMs / 2)];
  const due = await database.query<Pick<Due, 'customerId'>>(sql`select distinct customer_id as "customerId" from alerts
    where state = 'open' and next_at <= ${soon} and (seen_at is null or seen_at <= ${seen})`);
  if (due.length === 0) return;
  const connected = new Set(await delivery.connectedHere(database));
  const looking = due.flatMap(({ customerId }) => (connected.has(customerId) ? [customerId] : []));
  if (looking.length === 0) return;
  await database.execute(sql`update alerts set seen_at = ${new Date(nowMs)}
    where state = 'open' and customer_id = any(${looking}::uuid[])`);
}

/**
 * One look at an alert; whatever throws is looked at again, with growing pauses. Before its time is over the bank is
 * asked about an open one only while its customer looks on, who may have answered in the bank's own app.
 */
async function lookAfter(parts: AlertJobsParts, due: Due): Promise<void> {
  try {
    if (due.state === 'open' && due.woken === 0 && !(await isLookedAt(parts, due))) return await waitOn(parts, due);
    await giveBack(parts, due, due.state === 'open' ? await askBank(parts, due) : await carryOn(parts, due));
  } catch (error) {
    const { bankId, state, attempts } = due;
    parts.log.info({ err: error, bank: bankId, state, attempts }, 'an alert is still open');
    await move(parts, due, degraded).catch(() => undefined);
    const pauseMs = Math.min(60_000, 500 * 2 ** Math.min(attempts, 10));
    await giveBack(parts, due, { nextAtMs: parts.clock.nowMs() + pauseMs, hasAnswered: false });
  }
}

/** Its time is over, or somebody looks on and the bank was not asked too often yet. */
async function isLookedAt({ database, delivery, clock }: AlertJobsParts, due: Due): Promise<boolean> {
  if (due.answerBy.getTime() <= clock.nowMs()) return true;
  if (due.attempts > limits.alertAsksMax) return false;
  if (clock.nowMs() - (due.seenAt?.getTime() ?? -Infinity) <= limits.alertAskedMs) return true;
  return delivery.hasWritten(database, due.customerId, new Date(clock.nowMs() - limits.lookingOnMs));
}

/** Looked at again in a while; that nobody was asked does not count. */
async function waitOn({ database, clock }: AlertJobsParts, due: Due): Promise<void> {
  const nextAt = new Date(nextLookMs(due, clock.nowMs()));
  await database.execute(sql`update alerts set lease_until = 'epoch', attempts = attempts - 1,
      next_at = case when state = 'open' and woken = ${due.woken} then ${nextAt}::timestamptz else next_at end
    where link_id = ${due.linkId} and case_index = ${due.caseIndex}`);
}

const nextLookMs = ({ answerBy }: Due, nowMs: number): number =>
  Math.min(answerBy.getTime(), nowMs + limits.alertAskedMs);

/** How a look ended: when the next one is, and whether the bank has answered to it. */
interface Looked {
  readonly nextAtMs: number | null;
  readonly hasAnswered: boolean;
}

/**
 * What the bank told before it answered is heard by that; what it has told since keeps its place: the alert is looked at
 * again at once. A bank that did not answer is asked about the same once more.
 */
async function giveBack({ database }: AlertJobsParts, due: Due, { nextAtMs, hasAnswered }: Looked): Promise<void> {
  const nextAt = nextAtMs === null ? null : new Date(nextAtMs);
  await database.execute(sql`update alerts set lease_until = 'epoch',
      woken = case when ${hasAnswered} and woken = ${due.woken} then 0 else woken end,
      next_at = case when state = 'settled' then null
        when state <> ${due.state} or (state = 'open' and woken <> ${due.woken}) then next_at
        else ${nextAt}::timestamptz end
    where link_id = ${due.linkId} and case_index = ${due.caseIndex}`);
}

/** Nobody has answered here: how the purchase stands is the bank's word, entered as a use before it is asked. */
async function askBank(parts: AlertJobsParts, due: Due): Promise<Looked> {
  const { vault, linking, banks, clock, reach } = parts;
  const { linkId, customerId } = due;
  // A bank that is known to fail is left in peace until it is believed again, or the time to answer is over.
  if (reach.fails(due.bankId) && due.answerBy.getTime() > clock.nowMs())
    return { nextAtMs: lookAgainAtMs(parts, due), hasAnswered: false };
  const actor = taskActor('act', customerId);
  await vault.gate.enter({ actor, purpose: 'fraud-alerts', linkId, fields: ['hold'], reason: 'hold-asked' });
  const content = await move(parts, due, (one) => one);
  if (!content) return { nextAtMs: null, hasAnswered: false };
  const told = await linking.atBank(linkId, 'USER', (session) => banks.hold(session, content.caseId));
  const at = new Date(clock.nowMs()).toISOString();
  if (told.state !== 'held') {
    // The answer may have been given here meanwhile: then the bank's answer to that settles it.
    await move(parts, due, (one) => (one.card.answer === undefined ? toldByBank(one, told, at) : one));
    return { nextAtMs: null, hasAnswered: true };
  }
  const overMs = clock.nowMs() - due.answerBy.getTime();
  if (content.card.degraded) await move(parts, due, wellAgain);
  if (overMs < 0) return { nextAtMs: nextLookMs(due, clock.nowMs()), hasAnswered: true };
  // The bank's clock may be behind; a bank that holds on and on is asked less and less.
  return { nextAtMs: clock.nowMs() + Math.min(60_000, Math.max(1_000, overMs)), hasAnswered: true };
}

const lookAgainAtMs = ({ clock }: AlertJobsParts, { answerBy }: Due): number =>
  Math.min(answerBy.getTime(), clock.nowMs() + limits.alertDegradedLookMs);

/** An answer is on its way: the card that "no" was said of is frozen, and a bank that is slow is telephoned. */
async function carryOn(parts: AlertJobsParts, due: Due): Promise<Looked> {
  const { clock, log } = parts;
  const content = await move(parts, due, (one) => one);
  const over = { nextAtMs: null, hasAnswered: false };
  if (!content) return over;
  const sinceMs = clock.nowMs() - Date.parse(content.card.answeredAt ?? '');
  if (content.freeze === 'wanted') {
    if (sinceMs > limits.bankActionUnknownMs) {
      log.error(
        { bank: due.bankId, alarm: 'bank_action_unknown' },
        'a card could not be frozen: its bank does not tell its cards',
      );
      await move(parts, due, (one) => freezeUnknown(one, new Date(clock.nowMs()).toISOString()));
      return over;
    }
    await askToFreeze(parts, due, content);
  }
  if (sinceMs < limits.alertDegradedMs) return { ...over, nextAtMs: clock.nowMs() + limits.alertDegradedMs - sinceMs };
  await move(parts, due, (one) => (one.card.state === 'sending' ? degraded(one) : one));
  return over;
}

async function askToFreeze(parts: AlertJobsParts, due: Due, content: AlertContent): Promise<void> {
  const { linkId, customerId, bankId, accountRef, caseIndex } = due;
  const cards = (await parts.cards.list(customerId, linkId)).filter(({ card }) => isOf(card, content));
  const [only] = cards;
  if (!only || cards.length > 1) {
    await move(parts, due, (one) => freezeLeft(one, new Date(parts.clock.nowMs()).toISOString()));
    return;
  }
  await parts.vault.askAhead({ linkIds: [linkId] });
  await parts.database.transaction(async (tx) => {
    // Links' keys are locked before anything of theirs.
    await parts.vault.linkSealers(tx, [linkId]);
    const free = await tx.query(sql`select from alerts
      where link_id = ${linkId} and case_index = ${caseIndex} and freeze_action is null for update`);
    if (free.length === 0) return;
    const of = { customerId, linkId, bankId, ...(accountRef && { accountRef }) };
    const { actionId } = await parts.request(tx, { ...of, ask: freezeOf(only) });
    await tx.execute(sql`update alerts set freeze_action = ${actionId}
      where link_id = ${linkId} and case_index = ${caseIndex}`);
    await moveAlert(tx, parts, due, (one) => ({ ...one, freeze: 'sent' }));
  });
}

/** The card that was used: by its last four digits where the bank names them, else the one of its account. */
function isOf({ accountId, last4 }: LinkedCard['card'], { card, accountId: ofAccount }: AlertContent): boolean {
  const { cardLast4 } = card.transaction;
  return accountId === ofAccount && (cardLast4 === undefined || cardLast4 === last4);
}

const freezeOf = ({ cardRef, card, account }: LinkedCard): Wish['ask'] => ({
  kind: 'card',
  cardRef,
  cardId: card.cardId,
  cardLast4: card.last4,
  account,
  action: 'freeze',
  forAlert: true,
});

async function move(
  parts: AlertJobsParts,
  due: Due,
  change: (content: AlertContent) => AlertContent,
): Promise<AlertContent | undefined> {
  await parts.vault.askAhead({ linkIds: [due.linkId] });
  return parts.database.transaction((tx) => moveAlert(tx, parts, due, change));
}
