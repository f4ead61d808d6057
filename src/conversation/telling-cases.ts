import { newId, type Clock, type MessageId } from '#base';
import type { BankFace } from '#contract';
import type { Transaction } from '#db';
import type { Delivery, Said } from '#delivery';
import type { CaseTold, TellCustomer, ToldMessage } from '#desk';
import { say } from './words.ts';

/** What telling of cases takes. */
export interface CaseTellingParts {
  readonly delivery: Pick<Delivery, 'write'>;
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
}

/**
 * Tells customers what staff do, in their thread: sealed under the link's key, by the purpose `customer-chat`, so that it
 * goes with the link. Staff's own words are the bank's; all else Tellerline says.
 */
export function caseTellers(parts: CaseTellingParts): TellCustomer {
  const words = (of: CaseTold, staff = '') => ({
    bank: parts.faces().find(({ id }) => id === of.bankId)?.name ?? of.bankId,
    case: String(of.number),
    staff,
  });
  const plain = async (tx: Transaction, of: CaseTold, text: string, isQuiet = false): Promise<void> => {
    const said: Said = { content: { kind: 'text', text }, ...(isQuiet && { canWait: true }) };
    await write(tx, parts, of, 'tellerline', said);
  };
  return {
    saidByStaff: (tx, of, { text }) => write(tx, parts, of, 'bank', { content: { kind: 'text', text } }),
    sentPictureByStaff: (tx, of, { by }) =>
      write(tx, parts, of, 'bank', { content: { kind: 'text', text: say(of.locale, 'desk.picture', words(of, by)) } }),
    looked: (tx, of, { by, field, reason, count }) => {
      const why = say(of.locale, `desk.why.${reason}`);
      return plain(tx, of, say(of.locale, `desk.looked.${field}`, { ...words(of, by), why, count }), true);
    },
    proposed: (tx, of, { by, action }) => {
      const what = say(of.locale, `desk.propose.${action}`);
      const text = say(of.locale, 'desk.proposed', { ...words(of, by), what });
      return write(tx, parts, of, 'tellerline', { content: { kind: 'text', text } });
    },
    proposalOver: (tx, of, { action }) => {
      const what = say(of.locale, `desk.propose.${action}`);
      return plain(tx, of, say(of.locale, 'desk.proposal-over', { ...words(of), what }), true);
    },
    askedForField: (tx, of, { by, field }) => plain(tx, of, say(of.locale, `desk.asked.${field}`, words(of, by))),
    claimed: (tx, of, by) => plain(tx, of, say(of.locale, 'desk.claimed', words(of, by))),
    calledBack: (tx, of, by) => plain(tx, of, say(of.locale, 'desk.called-back', words(of, by))),
    passedOn: (tx, of) => plain(tx, of, say(of.locale, 'desk.passed-on', words(of)), true),
    closed: (tx, of, by) => plain(tx, of, say(of.locale, 'desk.closed', words(of, by))),
    reopened: (tx, of, by) => plain(tx, of, say(of.locale, 'desk.reopened', words(of, by))),
    placesChanged: async (tx, places) => {
      // A message for each place would be as loud as hold music: whoever is next is told.
      for (const { standing, ...of } of places.filter((one) => one.standing.place === 1)) {
        const minutes = Math.max(1, Math.round(standing.expectedWaitSeconds / 60));
        await plain(tx, of, say(of.locale, 'desk.next', { ...words(of), minutes }), true);
      }
    },
  };
}

async function write(
  tx: Transaction,
  { delivery, clock }: CaseTellingParts,
  { thread, linkId }: CaseTold,
  author: 'bank' | 'tellerline',
  said: Said,
): Promise<ToldMessage | undefined> {
  const messageId = newId<MessageId>();
  const [written] = await delivery.write(tx, [
    {
      ...thread,
      entry: 'message',
      messageId,
      author,
      atMs: clock.nowMs(),
      body: { from: 'link', linkId, purpose: 'customer-chat', said },
    },
  ]);
  return written && { messageId, seq: written.seq };
}
