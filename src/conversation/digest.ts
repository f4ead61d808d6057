import { formatDecimal, isTellerlineError, parseMoney, sumMoney } from '#base';
import { accountWords, moneyWords, type Locale } from '#contract';
import { digestsDue, findCustomer, markDigest, nextDigestMs, type Customer, type DueDigest } from '#customers';
import type { Transaction } from '#db';
import type { Thread } from '#delivery';
import type { LinkView } from '#linking';
import { taskActor } from '#vault';
import type { AccountPurchase } from './money.ts';
import { listWords, whenWords } from './moments.ts';
import { changesOf } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';
import type { Answer } from './turn.ts';
import { say } from './words.ts';

/**
 * Tells the digests whose hour has come: one message a day, of what was spent and what came in, by account.
 * A day on which nothing moved has none. One that fails is tried again and holds up nobody else's.
 */
export async function tellDigests(parts: TalkParts): Promise<void> {
  const nowMs = parts.clock.nowMs();
  for (let due = await digestsDue(parts.database, nowMs); due.length > 0;) {
    for (const one of due)
      await parts.database
        .transaction((tx) => tellDigest(parts, tx, one, nowMs))
        .catch((error: unknown) => parts.log.warn({ err: error }, 'a digest could not be told and is tried again'));
    due = await digestsDue(parts.database, nowMs, due.at(-1));
  }
}

/** Marked first, in the transaction that tells it: of two processes one reads and tells, and the other waits. */
async function tellDigest(parts: TalkParts, tx: Transaction, due: DueDigest, nowMs: number): Promise<void> {
  if (!(await markDigest(tx, due, nowMs))) return;
  const { customerId } = due;
  const customer = await findCustomer(tx, customerId);
  const thread = await parts.delivery.conversationOf(tx, customerId);
  if (!customer || !thread) return;
  const span = spanOf(due, nowMs);
  const read = await Promise.all(
    (await parts.linking.links(customerId)).map(async (view) => ({
      view,
      moved: await movedOn(parts, due, view, span),
    })),
  );
  const answer = digestOf(
    parts,
    customer,
    read.filter(({ moved }) => moved.length > 0),
    span,
  );
  if (!answer) return;
  const of: Thread = { customerId, conversationId: thread.conversationId };
  await parts.delivery.write(tx, changesOf(parts, of, [answer]));
}

/** Milliseconds since 1970; the first is not in it, the last is. */
interface Span {
  readonly afterMs: number;
  readonly toMs: number;
}

/** From the hour of the day before to the hour that has come; of days that nothing ran in, all of them. */
function spanOf({ dueAt, digestHour, timeZone }: DueDigest, nowMs: number): Span {
  const dayBefore = (ms: number): number =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).subtract({ days: 1 }).epochMilliseconds;
  return { afterMs: dayBefore(dueAt.getTime()), toMs: dayBefore(nextDigestMs(digestHour, timeZone, nowMs)) };
}

/** Refusals of one link that leave the others to be told. */
const leftOut = ['link_ended', 'purpose_not_consented', 'key_service_unavailable'];

/** What moved on a link's accounts within the span, by when it happened; reversed purchases do not count. */
async function movedOn(
  { vault }: TalkParts,
  { customerId, timeZone }: DueDigest,
  { linkId, purposes, unreadable }: LinkView,
  { afterMs, toMs }: Span,
): Promise<readonly AccountPurchase[]> {
  if (unreadable || !purposes.includes('transactions')) return [];
  // The bank's days may be those of another zone than the customer's.
  const dayOf = (ms: number, more: number): string =>
    Temporal.Instant.fromEpochMilliseconds(ms)
      .toZonedDateTimeISO(timeZone)
      .toPlainDate()
      .add({ days: more })
      .toString();
  const use = {
    actor: taskActor('digest', customerId),
    purpose: 'transactions',
    linkId,
    fields: ['transaction'],
    reason: 'digest',
  } as const;
  try {
    const opened = await vault.gate.records(use, { kind: 'transaction', from: dayOf(afterMs, -1), to: dayOf(toMs, 1) });
    return opened.use((records) =>
      records.flatMap(({ accountRef, content }): AccountPurchase[] => {
        if (content.kind !== 'transaction' || content.transaction.status === 'reversed') return [];
        const at = Date.parse(content.transaction.occurredAt);
        return afterMs < at && at <= toMs ? [{ ...content.transaction, accountRef }] : [];
      }),
    );
  } catch (error) {
    if (leftOut.some((code) => isTellerlineError(error, code))) return [];
    throw error;
  }
}

function digestOf(
  { faces }: TalkParts,
  { locale, timeZone }: Customer,
  read: readonly { readonly view: LinkView; readonly moved: readonly AccountPurchase[] }[],
  { afterMs, toMs }: Span,
): Answer | undefined {
  const [first, ...others] = read;
  if (!first) return undefined;
  const lines = read.flatMap(({ view, moved }) =>
    view.accounts.flatMap((account, n) => {
      const ofAccount = moved.filter((one) => one.accountRef === view.accountRefs[n]);
      if (ofAccount.length === 0) return [];
      const bank = faces().find((face) => face.id === view.bank)?.name ?? view.bank;
      const parts = [totalWords(ofAccount, 'debit', locale), totalWords(ofAccount, 'credit', locale)].flatMap(
        (part) => part ?? [],
      );
      return [say(locale, 'digest.account', { bank, account: accountWords(account, locale), moved: parts.join('; ') })];
    }),
  );
  const now = Temporal.Instant.fromEpochMilliseconds(toMs);
  const since = whenWords(new Date(afterMs).toISOString(), locale, timeZone, now);
  const text = [say(locale, 'digest', { since }), ...lines].join('\n');
  const alsoDerivedFrom = others.map(({ view }) => view.linkId);
  const of = { derivedFrom: first.view.linkId, ...(others.length > 0 && { alsoDerivedFrom }) };
  return { content: { kind: 'text', text }, ...of, purpose: 'transactions', canWait: true };
}

/** "3 charges, $54.20 in all"; amounts of other currencies beside. Undefined when there is none. */
function totalWords(
  moved: readonly AccountPurchase[],
  direction: AccountPurchase['direction'],
  locale: Locale,
): string | undefined {
  const some = moved.filter((one) => one.direction === direction);
  if (some.length === 0) return undefined;
  const totals = [...Map.groupBy(some, (one) => one.currency)].map(([currency, ofCurrency]) => {
    const amounts = ofCurrency.map(({ amount }) => parseMoney(amount, currency));
    return moneyWords(formatDecimal(sumMoney(amounts, currency)), currency, locale);
  });
  return say(locale, `digest.${direction}`, { count: some.length, total: listWords(totals, locale) });
}
