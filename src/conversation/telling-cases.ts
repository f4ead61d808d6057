import { limits, newId, type Clock, type MessageId } from '#base';
import { moneyWords, type BankFace, type Locale, type LooseningActName, type Proposal, waitWords } from '#contract';
import { findCustomer, type ActTokens } from '#customers';
import type { Transaction } from '#db';
import type { Change, Delivery, Said } from '#delivery';
import type { CaseTold, CustomerDesk, TellCustomer, ToldMessage } from '#desk';
import { proofFor } from './card-answer.ts';
import { ratings } from './in-talk.ts';
import { whenWords } from './moments.ts';
import type { TalkCards } from './talk-card.ts';
import type { Ask } from './turn.ts';
import { say } from './words.ts';

/** What telling of cases takes. */
export interface CaseTellingParts {
  readonly delivery: Pick<Delivery, 'write' | 'outlets' | 'seqOf'>;
  /** Made after whoever tells of its cases. */
  readonly desk: () => Pick<CustomerDesk, 'customerHas'>;
  readonly talkCards: Pick<TalkCards, 'soon' | 'nowAndThen'>;
  readonly acts: ActTokens;
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
}

/**
 * Tells customers what staff do, in their thread: sealed under the link's key, by the purpose `customer-chat`, so that it
 * goes with the link. Staff's own words are the bank's; all else Tellerline says.
 */
export function caseTellers(parts: CaseTellingParts): TellCustomer {
  const words = (of: CaseTold, staff = '') => ({ bank: bankOf(parts, of), case: String(of.number), staff });
  const plain = async (
    tx: Transaction,
    of: CaseTold,
    text: string,
    more: Omit<Said, 'content'> = {},
  ): Promise<void> => {
    await write(tx, parts, of, { author: 'tellerline', said: { content: { kind: 'text', text }, ...more } });
    drawn(tx, parts, of);
  };
  return {
    saidByStaff: (tx, of, { by, text }) =>
      byStaff(tx, parts, of, { content: { kind: 'text', text }, by: signature(parts, of, by) }),
    sentPictureByStaff: (tx, of, { by, pictureId }) => {
      const text = say(of.locale, 'desk.picture', words(of, by));
      const label = say(of.locale, 'act.case.picture');
      const way = { way: 'picture', label, address: `/api/case-pictures/${pictureId}` } as const;
      return byStaff(tx, parts, of, {
        content: { kind: 'text', text },
        by: signature(parts, of, by),
        waysOn: [way],
      });
    },
    looked: (tx, of, { by, field, reason, count }) => {
      const why = say(of.locale, `desk.why.${reason}`);
      const text = say(of.locale, `desk.looked.${field}`, { ...words(of, by), why, count });
      return aside(tx, parts, of, text);
    },
    proposed: (tx, of, proposal) => propose(tx, parts, of, proposal),
    proposalOver: async (tx, of, { messageId, ...proposal }) => {
      const text = say(of.locale, 'desk.proposal-over', { ...words(of), what: whatOf(proposal, of.locale) });
      await write(tx, parts, of, { author: 'tellerline', messageId, said: { content: { kind: 'text', text } } });
      drawn(tx, parts, of);
    },
    askedForField: (tx, of, { by, field }) =>
      askForField(tx, parts, of, { field, text: say(of.locale, `desk.asked.${field}`, words(of, by)) }),
    askOver: async (tx, of, messageId) => {
      const text = say(of.locale, 'desk.ask-over', words(of));
      await write(tx, parts, of, { author: 'tellerline', messageId, said: { content: { kind: 'text', text } } });
    },
    claimed: (tx, of, by) => plain(tx, of, say(of.locale, 'desk.claimed', words(of, by))),
    calledBack: (tx, of, by) => plain(tx, of, say(of.locale, 'desk.called-back', words(of, by))),
    passedOn: (tx, of) => plain(tx, of, say(of.locale, 'desk.passed-on', words(of)), { canWait: true }),
    closed: async (tx, of, by) => {
      await plain(tx, of, say(of.locale, 'desk.closed', words(of, by)), {
        quickReplies: ratings(of.number, of.locale),
      });
      changed(tx, parts, of);
    },
    reopened: async (tx, of, by) => {
      await plain(tx, of, say(of.locale, 'desk.reopened', words(of, by)));
      changed(tx, parts, of);
    },
    ...queueTellers(parts),
  };
}

/** Asks the customer for one field, for this talk alone. */
async function askForField(
  tx: Transaction,
  parts: CaseTellingParts,
  of: CaseTold,
  { field, text }: { readonly field: Parameters<TellCustomer['askedForField']>[2]['field']; readonly text: string },
): ReturnType<TellCustomer['askedForField']> {
  const { linkId, locale } = of;
  const share = { caseId: of.caseId, field };
  const label = say(locale, 'act.case.share');
  const ask: Ask = { act: 'share-in-case', linkId, share, label, weight: 'grave', proof: 'widen-consent' };
  const no: Ask = { act: 'no-control', linkId, label: say(locale, 'act.not-now'), weight: 'plain' };
  return write(tx, parts, of, { author: 'tellerline', said: { content: { kind: 'text', text } }, asks: [no, ask] });
}

/** An instant, by the clock on the customer's wall. */
async function momentFor(
  tx: Transaction,
  { clock }: CaseTellingParts,
  { thread, locale }: CaseTold,
  at: Date,
): Promise<string> {
  const { timeZone = 'UTC' } = (await findCustomer(tx, thread.customerId)) ?? {};
  return whenWords(at.toISOString(), locale, timeZone, Temporal.Instant.fromEpochMilliseconds(clock.nowMs()));
}

/** How it stands now; nothing that another case, or a colleague, could make untrue the next minute. */
function lateWords(
  parts: CaseTellingParts,
  of: CaseTold,
  { place, by, isUp }: Parameters<TellCustomer['late']>[2],
  time: string,
): string {
  const values = { bank: bankOf(parts, of), case: String(of.number), time };
  if (by !== undefined) return say(of.locale, isUp ? 'desk.late.held' : 'desk.late.taken', { ...values, staff: by });
  if (place === 1) return say(of.locale, 'desk.late.first', values);
  return say(of.locale, 'desk.late.place', { ...values, place: String(place ?? 1) });
}

/** What changes without anybody saying something: what was read, places in the queue, promises missed, people gone. */
function queueTellers(
  parts: CaseTellingParts,
): Pick<TellCustomer, 'late' | 'returned' | 'readByStaff' | 'placesChanged'> {
  return {
    late: async (tx, of, missed) => {
      const text = lateWords(parts, of, missed, await momentFor(tx, parts, of, missed.promisedAt));
      await write(tx, parts, of, { author: 'tellerline', said: { content: { kind: 'text', text }, canWait: true } });
      drawn(tx, parts, of);
    },
    returned: async (tx, of, { by: staff, answerBy, isOpenNow }) => {
      const time = answerBy && (await momentFor(tx, parts, of, answerBy));
      const values = { bank: bankOf(parts, of), case: String(of.number), staff };
      const text =
        time === undefined
          ? say(of.locale, 'desk.returned.late', values)
          : say(of.locale, 'desk.returned', { ...values, time });
      const said: Said = { content: { kind: 'text', text }, canWait: true, ...(!isOpenNow && { isQuiet: true }) };
      await write(tx, parts, of, { author: 'tellerline', said });
      drawn(tx, parts, of);
    },
    readByStaff: async (tx, of, messageId) => {
      const seq = await parts.delivery.seqOf(tx, of.thread, messageId);
      if (seq === undefined) return;
      const frame = { frame: 'marks', deliveredSeq: seq, readSeq: seq } as const;
      tx.afterCommit(() => parts.delivery.outlets.send(of.thread.conversationId, frame));
    },
    placesChanged: async (tx, places) => {
      for (const { standing, ...of } of places) {
        tx.afterCommit(() => parts.talkCards.nowAndThen(of.thread, of.caseId));
        // A message for each place would be as loud as hold music: whoever is next is told.
        if (standing.place !== 1) continue;
        const next = { bank: bankOf(parts, of), case: String(of.number) };
        const { expectedWaitSeconds: wait, waitSpan } = standing;
        const text =
          wait === undefined
            ? say(of.locale, 'desk.next.place', next)
            : say(of.locale, 'desk.next', { ...next, wait: waitWords(wait, waitSpan, of.locale) });
        await write(tx, parts, of, { author: 'tellerline', said: { content: { kind: 'text', text }, canWait: true } });
      }
    },
  };
}

const bankOf = ({ faces }: CaseTellingParts, { bankId }: CaseTold): string =>
  faces().find(({ id }) => id === bankId)?.name ?? bankId;

/** "agent-1, Citi"; a bank that speaks as itself needs no second name. */
function signature(parts: CaseTellingParts, of: CaseTold, by: string): string {
  const bank = bankOf(parts, of);
  return by === bank ? bank : `${by}, ${bank}`;
}

/** The card of the talk shows it as well, once it is committed. */
function drawn(tx: Transaction, { talkCards }: CaseTellingParts, { thread, caseId }: CaseTold): void {
  tx.afterCommit(() => talkCards.soon(thread, caseId));
}

/** To whom words go may have changed. */
function changed(tx: Transaction, { delivery }: CaseTellingParts, { thread }: CaseTold): void {
  tx.afterCommit(() => delivery.outlets.send(thread.conversationId, { frame: 'changed' }));
}

/** Words of a person at the bank: the only ones that are the bank's own, and go out as theirs. */
async function byStaff(
  tx: Transaction,
  parts: CaseTellingParts,
  of: CaseTold,
  said: Said,
): Promise<ToldMessage | undefined> {
  const told = await write(tx, parts, of, { author: 'bank', said });
  drawn(tx, parts, of);
  const { conversationId } = of.thread;
  if (told)
    tx.afterCommit(() => {
      const isThere = parts.delivery.outlets.identitiesOf(conversationId).size > 0;
      // What nobody was connected for is marked when a browser comes back and says how far it is.
      if (isThere)
        void parts
          .desk()
          .customerHas(conversationId, told.seq, 'delivered')
          .catch(() => undefined);
    });
  return told;
}

/** A line of small print; at a messenger it is brought in full or not at all. */
async function aside(tx: Transaction, parts: CaseTellingParts, of: CaseTold, text: string): Promise<void> {
  const said: Said = { content: { kind: 'text', text }, aside: true, canWait: true };
  await write(tx, parts, of, { author: 'tellerline', said, isAside: true });
}

/** "abroad off (card 2291)": what would be done. */
export function whatOf({ action, cardLast4, limit }: Omit<Proposal, 'state' | 'proposalId'>, locale: Locale): string {
  const what =
    action === 'limit' && limit
      ? say(locale, 'desk.propose.limit.to', { limit: moneyWords(limit.amount, limit.currency, locale) })
      : say(locale, `desk.propose.${action}`);
  return cardLast4 === undefined ? what : say(locale, 'desk.propose.card', { what, last4: cardLast4 });
}

/** With a button that does it as the customer's own act, by whatever proof that act takes, and one that does not. */
function propose(
  tx: Transaction,
  parts: CaseTellingParts,
  of: CaseTold,
  proposal: Parameters<TellCustomer['proposed']>[2],
): Promise<ToldMessage | undefined> {
  const { locale, linkId } = of;
  const what = whatOf(proposal, locale);
  const text = say(locale, 'desk.proposed', { bank: bankOf(parts, of), staff: proposal.by, what });
  const id = proposal.proposalId;
  const proof = proofOf(proposal);
  const minutes = limits.proposalMinutesMax;
  const label = `${what.charAt(0).toLocaleUpperCase(locale)}${what.slice(1)}`;
  return write(tx, parts, of, {
    author: 'tellerline',
    said: { content: { kind: 'text', text } },
    asks: [
      { act: 'control', linkId, proposal: id, label, weight: 'main', minutes, ...(proof && { proof }) },
      { act: 'no-proposal', linkId, proposal: id, label: say(locale, 'act.proposal.no'), weight: 'plain', minutes },
    ],
  });
}

/** How a card stands at its bank is not known here, so a limit may be a wider one: it takes the proof of that. */
function proofOf({ action, limit }: Proposal): LooseningActName | undefined {
  return action === 'limit' ? 'raise-limit' : proofFor(action, limit && { ...limit, per: 'day' }, {});
}

interface ToWrite {
  readonly author: 'bank' | 'tellerline';
  readonly said: Said;
  readonly asks?: readonly Ask[];
  /** Of a message that stands there already. */
  readonly messageId?: MessageId;
  readonly isAside?: true;
}

/** Where the customer wrote last; who wrote in a browser is told everywhere, as they may have closed it. */
async function write(
  tx: Transaction,
  { delivery, clock, acts }: CaseTellingParts,
  { thread, linkId, identityId }: CaseTold,
  { author, said, asks, messageId: standing, isAside }: ToWrite,
): Promise<ToldMessage | undefined> {
  const messageId = standing ?? newId<MessageId>();
  const atMs = clock.nowMs();
  const actions = asks?.map(({ label, weight, minutes, ...ask }) => ({
    act: ask.act,
    label,
    weight,
    token: acts.sign({ ...ask, ...thread, messageId }, atMs, minutes),
    ...(ask.proof && { proof: ask.proof }),
  }));
  const body = {
    from: 'link',
    linkId,
    purpose: 'customer-chat',
    said: { ...said, ...(actions && { actions }) },
  } as const;
  const to = identityId
    ? { to: identityId, ...(isAside && { saidOtherwiseAt: identityId }) }
    : isAside
      ? ({ to: 'browsers' } as const)
      : {};
  const of = { ...thread, messageId, author, atMs, body, ...to };
  const change: Change = standing ? { ...of, entry: 'edit' } : { ...of, entry: 'message' };
  const [written] = await delivery.write(tx, [change]);
  return written && { messageId, seq: written.seq };
}
