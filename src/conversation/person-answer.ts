import type { CaseId, LinkId, MessageId } from '#base';
import { whenWords } from './moments.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { ofNoBank, plain, wayToLink, type Answer, type Ask, type Turn } from './turn.ts';
import { say } from './words.ts';

/** What a customer who asks for a person can be offered. */
export interface CustomerPeople {
  /** What was said just now: the question, where only the bank's staff can do it. */
  readonly said: { readonly messageId: MessageId; readonly text: string };
  /** The question that goes with it: the customer's own words. */
  readonly question: { readonly messageId: MessageId; readonly text: string } | undefined;
  readonly topic: string;
  readonly confidence?: number;
  /** When a bank's staff are there. */
  hours(bankId: string): Promise<{ readonly isOpen: boolean; readonly opensAt?: Date }>;
  /** The open case of a link, if there is one already. */
  open(linkId: LinkId): Promise<{ readonly caseId: CaseId; readonly number: number } | undefined>;
}

/** As many banks as anybody is asked to choose between. */
const banksMax = 4;
/** How much of the customer's own words is said back to them. */
const echoedCharactersMax = 160;

/**
 * "I want to talk to somebody": a button for each bank, which says who will read what. At a messenger it works at
 * every level of detail, so nothing of a bank stands in it.
 */
export async function answerPerson(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, money } = turn;
  const links = (await money.links()).filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (links.length > 0) return Promise.all(links.slice(0, banksMax).map((link) => offer(turn, link, slots.lead)));
  const named = money.banks().find(({ id }) => id === slots.bank);
  if (named === undefined) return [plain(locale, 'person.none', {}, { waysOn: [wayToLink(locale)] })];
  const { name: bank, telephone } = named;
  return [plain(locale, 'person.none.bank', { bank, telephone }, { waysOn: [wayToLink(locale, named)] })];
}

async function offer(
  { locale, timeZone, now, people }: Turn,
  link: LinkOfCustomer,
  lead: Slots['lead'],
): Promise<Answer> {
  const { name: bank, telephone, id } = link.bank;
  if (link.unreadable || !people) return plain(locale, 'person.telephone', { bank, telephone });
  const standing = await people.open(link.linkId);
  if (standing) {
    const { caseId, number } = standing;
    const back = say(locale, 'act.case.resume', { number: String(number) });
    const asks: Ask[] = [
      { act: 'in-case', linkId: link.linkId, inCase: { caseId, what: 'resume' }, label: back, weight: 'main' },
    ];
    return plain(locale, 'person.open', { bank, telephone, number: String(number) }, { asks });
  }
  const { question, topic, confidence } = lead ? { ...lead, question: people.said, topic: lead.intent } : people;
  const { isOpen, opensAt } = await people.hours(id);
  const sentences = [
    say(locale, 'person.offer', { bank }),
    question
      ? say(locale, 'person.reads.question', { bank, question: shortened(question.text) })
      : say(locale, 'person.reads', { bank }),
    ...(isOpen || !opensAt
      ? []
      : [say(locale, 'person.shut', { bank, when: whenWords(opensAt.toISOString(), locale, timeZone, now) })]),
    say(locale, 'person.call', { bank, telephone }),
  ];
  const asks: Ask[] = [
    {
      act: 'open-case',
      linkId: link.linkId,
      opening: {
        topic,
        ...(confidence !== undefined && { confidence: Math.round(confidence * 100) / 100 }),
        ...(question && { asked: question.messageId }),
      },
      label: say(locale, 'act.case.open', { bank }),
      weight: 'main',
    },
  ];
  return ofNoBank(sentences.join(' '), { asks });
}

const shortened = (text: string): string =>
  text.length > echoedCharactersMax ? `${text.slice(0, echoedCharactersMax)}…` : text;
