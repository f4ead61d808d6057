import { isTellerlineError, limits, type CaseId, type Clock, type Log, type MessageId } from '#base';
import { gistOfTalk, type Action, type BankFace, type Locale, type TalkCard } from '#contract';
import { findCustomer, type Act, type ActTokens } from '#customers';
import type { Database, Transaction } from '#db';
import { uuidOf, type Audience, type Delivery, type Thread } from '#delivery';
import type { CaseOfCustomer, CustomerDesk, Standing } from '#desk';
import { say } from './words.ts';

/** What drawing the card of a talk takes. */
export interface TalkCardParts {
  readonly database: Database;
  readonly delivery: Delivery;
  /** Made after whoever tells of its cases. */
  readonly desk: () => Pick<CustomerDesk, 'cases' | 'standing'>;
  readonly faces: () => readonly BankFace[];
  readonly acts: ActTokens;
  readonly clock: Clock;
  readonly log: Log;
}

/** The card of each talk: one message, drawn anew at each change of its case. */
export interface TalkCards {
  /** Writes it for the first time, in the transaction that opens its case. */
  begin(tx: Transaction, thread: Thread, caseId: CaseId, at?: Audience): Promise<void>;
  /** Draws it anew, soon: what changed is committed. */
  soon(thread: Thread, caseId: CaseId): void;
  /** The same for a place in the queue: now and then, so that a queue of many does not write many. */
  nowAndThen(thread: Thread, caseId: CaseId): void;
  stop(): Promise<void>;
}

/** Where the card of a case stands, by the case alone. */
export const talkCardId = (caseId: CaseId): MessageId => uuidOf(`talk|${caseId}`) as MessageId;

/** Makes them, with nothing under way. A card that was not drawn anew when its process ended is at the next change. */
export function createTalkCards(parts: TalkCardParts): TalkCards {
  const drawnMs = new Map<CaseId, number>();
  const waiting = new Map<CaseId, NodeJS.Timeout>();
  const running = new Map<CaseId, Promise<void>>();
  let isStopping = false;

  const run = (thread: Thread, caseId: CaseId): void => {
    waiting.delete(caseId);
    drawnMs.set(caseId, performance.now());
    const before = running.get(caseId) ?? Promise.resolve();
    const work = before
      .then(() => drawAnew(parts, thread, caseId))
      .catch((error: unknown) => {
        // A link that has ended took its card along.
        if (!isTellerlineError(error, 'link_ended')) parts.log.warn({ err: error }, 'a talk could not be drawn anew');
      })
      .finally(() => {
        if (running.get(caseId) === work) running.delete(caseId);
      });
    running.set(caseId, work);
  };
  const after = (thread: Thread, caseId: CaseId, ms: number): void => {
    if (isStopping || waiting.has(caseId)) return;
    waiting.set(caseId, setTimeout(() => run(thread, caseId), ms).unref());
  };
  return {
    begin: (tx, thread, caseId, at) => write(tx, parts, thread, caseId, 'message', at),
    soon: (thread, caseId) => {
      clearTimeout(waiting.get(caseId));
      waiting.delete(caseId);
      if (!isStopping) run(thread, caseId);
    },
    nowAndThen: (thread, caseId) => {
      const isSeen = parts.delivery.outlets.identitiesOf(thread.conversationId).size > 0;
      const every = isSeen ? limits.placeShownEveryMs : limits.placeKeptEveryMs;
      for (const [known, atMs] of drawnMs)
        if (performance.now() - atMs > limits.placeKeptEveryMs) drawnMs.delete(known);
      const since = performance.now() - (drawnMs.get(caseId) ?? -every);
      after(thread, caseId, Math.max(0, every - since));
    },
    stop: async () => {
      isStopping = true;
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
      await Promise.allSettled(running.values());
    },
  };
}

const drawAnew = ({ database, ...parts }: TalkCardParts, thread: Thread, caseId: CaseId): Promise<void> =>
  database.transaction((tx) => write(tx, { database, ...parts }, thread, caseId, 'edit'));

async function write(
  tx: Transaction,
  parts: TalkCardParts,
  thread: Thread,
  caseId: CaseId,
  entry: 'message' | 'edit',
  at?: Audience,
): Promise<void> {
  const { delivery, clock } = parts;
  const one = (await parts.desk().cases(tx, thread)).find((each) => each.caseId === caseId);
  const customer = await findCustomer(tx, thread.customerId);
  if (!one || !customer) return;
  const standing = await parts.desk().standing(tx, thread, caseId);
  const bank = parts.faces().find(({ id }) => id === one.bankId)?.name ?? one.bankId;
  const card = cardOf(one, standing, clock.nowMs());
  const text = gistOfTalk(card, bank, customer.locale, customer.timeZone);
  const messageId = talkCardId(caseId);
  const actions = actionsOf(parts, thread, one, messageId, bank, customer.locale);
  const said = { content: { kind: 'card', card, text } as const, ...(actions.length > 0 && { actions }) };
  // It is made by a program, whatever staff did: `bank` is for the words of a person there alone.
  const of = { ...thread, messageId, author: 'tellerline', atMs: clock.nowMs() } as const;
  const body = { from: 'link', linkId: one.linkId, purpose: 'customer-chat', said } as const;
  // At a messenger the same is said in words as it happens; a card that may not stand there is left out.
  const told = at === undefined || at === 'browsers' ? { to: 'browsers' as const } : { to: at, saidOtherwiseAt: at };
  await delivery.write(tx, [
    entry === 'message' ? { ...of, entry, body, ...told } : { ...of, entry, body, to: 'browsers' },
  ]);
}

function cardOf(one: CaseOfCustomer, standing: Standing, nowMs: number): TalkCard {
  const { place, expectedWaitSeconds, waitSpan, opensAt } = standing;
  const waits = one.state === 'waiting' && place > 0;
  return {
    card: 'case',
    kind: 'talk',
    bank: one.bankId,
    number: one.number,
    topic: one.topic,
    team: one.team,
    state: one.state,
    ...(waits && { place, ...(expectedWaitSeconds !== undefined && { expectedWaitSeconds, waitSpan }) }),
    ...(one.answerBy && { answerBy: one.answerBy.toISOString() }),
    ...(waits && opensAt && { opensAt: opensAt.toISOString() }),
    ...(one.staff !== undefined && one.state !== 'waiting' && { staff: one.staff }),
    openedAt: one.openedAt.toISOString(),
    updatedAt: new Date(nowMs).toISOString(),
    ...(one.rating !== undefined && { rating: one.rating }),
  };
}

/** Leaving, coming back and closing: each may be pressed as often as one likes. */
function actionsOf(
  { acts, clock }: TalkCardParts,
  thread: Thread,
  { caseId, linkId, state, isTalk }: CaseOfCustomer,
  messageId: MessageId,
  bank: string,
  locale: Locale,
): Action[] {
  if (state === 'closed') return [];
  const button = (what: NonNullable<Act['inCase']>['what'], label: string, weight: Action['weight']): Action => ({
    act: 'in-case',
    label,
    weight,
    token: acts.sign(
      { act: 'in-case', ...thread, messageId, linkId, inCase: { caseId, what } },
      clock.nowMs(),
      limits.caseButtonDays * 24 * 60,
    ),
  });
  return [
    isTalk
      ? button('leave', say(locale, 'act.case.leave'), 'plain')
      : button('resume', say(locale, 'act.case.write', { bank }), 'main'),
    button('close', say(locale, 'act.case.close'), 'plain'),
  ];
}
