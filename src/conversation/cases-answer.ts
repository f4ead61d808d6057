import { isTellerlineError } from '#base';
import { gistOfCase, type CaseCard } from '#contract';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { whenWords } from './moments.ts';
import { notLinked } from './selecting.ts';
import { plain, showing, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import type { OpenCase } from './customer-cases.ts';
import { say } from './words.ts';

/** Of each bank the newest disputes; the chat holds the others. */
const disputesShown = 3;
const decided: ReadonlySet<CaseCard['state']> = new Set(['won', 'lost', 'closed']);

/** "My open cases", "how is my dispute going": talks with staff that are not closed, and disputes as the bank told them last. */
export async function answerCases(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, money, cases } = turn;
  const links = await money.links();
  if (links.length === 0) return [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })];
  const named = links.filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (named.length === 0) return [notLinked(turn, slots.bank ?? '')];
  const open = await cases.open();
  const answers: Answer[] = [];
  for (const link of named) {
    answers.push(...open.filter(({ linkId }) => linkId === link.linkId).map((one) => talkOf(turn, link, one)));
    answers.push(...(await disputesOf(turn, link)));
  }
  if (answers.length > 0) return answers;
  const isAllSeen = named.every((link) => link.unreadable !== true && link.purposes.includes('account-management'));
  return [plain(locale, isAllSeen ? 'cases.none' : 'cases.none.seen')];
}

function talkOf({ locale, timeZone, now }: Turn, link: LinkOfCustomer, one: OpenCase): Answer {
  const { number, state, staff, answerBy } = one;
  const due = answerBy && answerBy.getTime() > now.epochMilliseconds ? answerBy.toISOString() : undefined;
  const values = {
    number,
    bank: link.bank.name,
    staff: staff ?? '',
    when: due === undefined ? '' : whenWords(due, locale, timeZone, now),
  };
  const key = state === 'with-customer' ? 'answered' : state === 'claimed' ? 'claimed' : 'waiting';
  const promise = due === undefined ? '' : ` ${say(locale, 'cases.promise', values)}`;
  return telling(link, 'customer-chat', `${say(locale, `cases.${key}`, values)}${promise}`);
}

async function disputesOf({ locale, cases }: Turn, link: LinkOfCustomer): Promise<Answer[]> {
  if (link.unreadable === true || !link.purposes.includes('account-management')) return [];
  try {
    const disputes = await cases.disputes(link.linkId);
    const open = disputes.filter(({ state }) => !decided.has(state));
    const shown = open.length > 0 ? open.slice(0, disputesShown) : disputes.slice(0, 1);
    const cards = shown.map((card) =>
      showing(link, 'account-management', card, gistOfCase(card, link.bank.name, locale)),
    );
    if (open.length > 0 || cards.length === 0) return cards;
    return [telling(link, 'account-management', say(locale, 'cases.decided', { bank: link.bank.name })), ...cards];
  } catch (error) {
    // The consent ended between the two readings.
    if (isTellerlineError(error, 'purpose_not_consented') || isTellerlineError(error, 'link_ended')) return [];
    throw error;
  }
}
