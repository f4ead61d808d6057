import type { BankId, Clock, LinkId, MessageId } from '#base';
import { limits } from '#base';
import {
  fraudReasonOf,
  type BankEvent,
  type BankFace,
  type FraudAlertCard,
  type Purchase,
  type Purpose,
} from '#contract';
import type { ActTokens } from '#customers';
import type { Transaction } from '#db';
import { uuidOf, type Thread } from '#delivery';
import type { RecordPlace } from '#linking';
import { lastOwnPurchase, type AlertContent, type LinkSealer, type RecordDraft, type Vault } from '#vault';
import type { Reach } from './reach.ts';

/** A bank's word that it holds a purchase. */
export type FraudSuspected = Extract<BankEvent, { type: 'fraud.suspected' }>;

/** What drafting takes. */
export interface DraftParts {
  readonly vault: Pick<Vault, 'index'>;
  readonly acts: ActTokens;
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
  readonly reach: Pick<Reach, 'fails'>;
}

/** By what an alert is found again: the bank's own name for the case. */
export const caseIndexOf = (vault: Pick<Vault, 'index'>, bankId: BankId, linkId: LinkId, caseId: string): Buffer =>
  vault.index('alert', `${bankId}|${linkId}|${caseId}`);

/**
 * A held purchase as a record: what is shown of it, with the customer's last own purchase, and its two buttons. The
 * tokens are good as long as an answer counts. "Freeze my card" is offered where the customer lets cards be managed;
 * without that, or when its bank is known to fail, it shows the bank's own telephone number from the beginning.
 */
export async function draftAlert(
  tx: Transaction,
  parts: DraftParts,
  to: { readonly place: RecordPlace; readonly thread: Thread; readonly purposes: ReadonlySet<Purpose> },
  sealer: LinkSealer,
  event: FraudSuspected,
): Promise<RecordDraft> {
  const { place, thread, purposes } = to;
  const { linkId, accountRef, account } = place;
  const bankId = place.bank as BankId;
  const face = parts.faces().find(({ id }) => id === bankId);
  const subjectIndex = caseIndexOf(parts.vault, bankId, linkId, event.caseId);
  const caseIndex = subjectIndex.toString('hex');
  const messageId = uuidOf(`alert|${linkId}|${caseIndex}`) as MessageId;
  const nowMs = parts.clock.nowMs();
  const untilMs = Math.min(
    Math.max(nowMs, Date.parse(event.answerBy)) + limits.alertLateMinutes * 60_000,
    nowMs + limits.alertAnswerHoursMax * 3_600_000,
  );
  const freezes = purposes.has('account-management');
  const of = { act: 'answer-alert', ...thread, messageId, linkId } as const;
  const sign = (answer: 'mine' | 'not-mine'): string =>
    parts.acts.sign(
      { ...of, alert: { caseIndex, answer }, ...(answer === 'mine' && { proof: 'release-hold' }) },
      nowMs,
      (untilMs - nowMs) / 60_000,
    );
  const purchase: Purchase = { ...event.transaction, occurredAt: event.occurredAt };
  const own = purchase.merchant?.location && (await lastOwnPurchase(tx, sealer, new Date(event.occurredAt)));
  const content: AlertContent = {
    kind: 'alert',
    bank: place.bank,
    bankName: face?.name ?? place.bank,
    account,
    accountId: event.accountId,
    caseId: event.caseId,
    messageId,
    card: {
      ...cardOf(event, place, purchase, own, face?.telephone),
      ...(!freezes && { cannotFreeze: true }),
      ...(parts.reach.fails(bankId) && { degraded: true }),
    },
    buttons: [
      { answer: 'not-mine', freezes, token: sign('not-mine') },
      { answer: 'mine', freezes: false, token: sign('mine') },
    ],
  };
  return {
    linkId,
    accountRef,
    subjectIndex,
    localDate: event.transaction.localDate,
    occurredAt: new Date(event.occurredAt),
    stage: 1,
    content,
  };
}

function cardOf(
  { reasons, answerBy, otherwise }: FraudSuspected,
  { bank, account }: RecordPlace,
  transaction: Purchase,
  own: Purchase | undefined,
  telephone: string | undefined,
): FraudAlertCard {
  const lastOwn = own && apart(own, transaction);
  return {
    card: 'fraudAlert',
    bank,
    account,
    transaction,
    reasons: [...new Set(reasons.map(fraudReasonOf))],
    answerBy,
    otherwise,
    state: 'open',
    ...(lastOwn && { lastOwn }),
    ...(telephone && { telephone }),
  };
}

/** How far the last own purchase was from the held one, and how long before it; undefined where a place is missing. */
export function apart(own: Purchase, held: Purchase): NonNullable<FraudAlertCard['lastOwn']> | undefined {
  const [from, to] = [own.merchant?.location, held.merchant?.location];
  const minutes = (Date.parse(held.occurredAt) - Date.parse(own.occurredAt)) / 60_000;
  if (!from || !to || minutes < 0) return undefined;
  return { purchase: own, km: Math.round(kilometres(from, to)), minutes: Math.round(minutes) };
}

type Place = { readonly lat: number; readonly lon: number };

/** Along the great circle (haversine), on a sphere of the earth's mean radius. */
function kilometres(a: Place, b: Place): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const h =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}
