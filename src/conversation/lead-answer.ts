import type { BankId } from '#base';
import type { DisputeReason, Locale } from '#contract';
import { ourIntentAnswer } from '#desk';
import { answerBalance } from './balance-answer.ts';
import { calendarOf, lastPeriod } from './calendar.ts';
import { answerCard, answerCards, answerPin } from './card-answer.ts';
import { answerTwice } from './charged-twice.ts';
import { disputeReply } from './dispute-replies.ts';
import { isPurchase } from './filtering.ts';
import type { Flow, Slots } from './frame.ts';
import type { BankingIntent } from './intents/banking-intents.ts';
import { LEADS, type LeadsTo } from './intents/leads.ts';
import { answerPerson } from './person-answer.ts';
import { answerRecent } from './purchases-answer.ts';
import { answerMovements } from './sum-answer.ts';
import { ofNoBank, plain, suggest, wayToLink, wayToPrivacy, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** What a bank has written for a question of that kind; undefined: nothing of its own, and ours stands. */
export type PreparedTexts = (bankId: BankId, intent: BankingIntent, locale: Locale) => Promise<string | undefined>;

/** Fees and refunds are looked for in so many days. */
const lookedAtDays = 90;
/** So many purchases are offered to be disputed at once. */
const disputedMax = 5;

/** What people ask a bank besides figures: the bank's text, what it leads to, and always a person. */
export async function answerLead(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, money } = turn;
  const { lead } = slots;
  if (lead === undefined) return [plain(locale, 'unsure.nothing', {}, { quickReplies: suggest(locale) })];
  const to = LEADS[lead.intent];
  const linked = await money.links();
  const isLinked = linked.some(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  const text = await textOf(turn, slots, lead.intent, to);
  const shown = isLinked || to === 'pin' ? await answersTo[to](turn, slots, lead.intent) : [unlinked(turn, slots, to)];
  const said = announces.has(to) && !shown.some(isOfBank) ? withoutOpening(text) : text;
  const told = said === '' ? [] : [ofNoBank(said)];
  const answers = [...told, ...shown.map(withoutFigure)];
  return withPerson(answers, locale, to === 'notMine' || to === 'phone' ? suggest(locale, ['freeze']) : []);
}

/** No figure was asked for, so none is to be checked. */
const withoutFigure = ({ figure: _, ...answer }: Answer): Answer => answer;

/** These show something, which the text announces. */
const announces: ReadonlySet<LeadsTo> = new Set([
  'balance',
  'fees',
  'refunds',
  'pending',
  'recent',
  'notMine',
  'twice',
  'cards',
]);

/** Something of the bank was looked at, be it that there is none; what is only refused is of no purpose. */
const isOfBank = ({ purpose }: Answer): boolean => purpose !== null;

const isTextAlone = (to: LeadsTo): boolean => to === 'text' || to === 'person' || to === 'phone';

/** The bank's own text, as it stands just now, or ours; an answer by text alone says that it is general. */
async function textOf(turn: Turn, { bank }: Slots, intent: BankingIntent, to: LeadsTo): Promise<string> {
  const { locale, money, prepared } = turn;
  const own = bank === undefined ? undefined : await prepared(bank, intent, locale);
  const text = own ?? ourIntentAnswer(intent, locale) ?? '';
  const name = money.banks().find(({ id }) => id === bank)?.name;
  const filled = name === undefined ? ofYourBank(text, locale) : text.replaceAll('{bank}', name);
  if (to !== 'text' && to !== 'person') return filled;
  const general = name === undefined ? say(locale, 'lead.general') : say(locale, 'lead.general.bank', { bank: name });
  return `${filled} ${general}`;
}

/** Nobody knows which bank: "your bank", at the beginning of a sentence with a capital. */
function ofYourBank(text: string, locale: Locale): string {
  const words = say(locale, 'lead.yourBank');
  const first = words.charAt(0).toUpperCase() + words.slice(1);
  return text.replaceAll(/(^|[.?] )\{bank\}/g, (_, before: string) => before + first).replaceAll('{bank}', words);
}

/** "Here is what …" announces figures; where they may not be seen the rest is said alone. */
const withoutOpening = (text: string): string =>
  /^(?:Here|These|Est[aeo]s?|Así) /.test(text) ? text.replace(/^[^.]*\.\s*/, '') : text;

/** No bank to look at: the way to link one. */
function unlinked({ locale, money }: Turn, { bank }: Slots, to: LeadsTo): Answer {
  const named = money.banks().find(({ id }) => id === bank);
  const waysOn = [wayToLink(locale, named), ...(to === 'phone' ? [wayToPrivacy(locale)] : [])];
  if (named) return plain(locale, 'none.bank', { bank: named.name }, { waysOn });
  return plain(locale, isTextAlone(to) ? 'lead.unlinked.text' : 'lead.unlinked', {}, { waysOn });
}

type Answering = (turn: Turn, slots: Slots, intent: BankingIntent) => Promise<Answer[]> | Answer[];

const purchases = (turn: Turn, slots: Slots): Promise<Answer[]> =>
  answerRecent(turn, { ...aboutOf(slots), purchasesOnly: true });

const answersTo: Readonly<Record<LeadsTo, Answering>> = {
  text: () => [],
  person: (turn, slots) => answerPerson(turn, slots),
  balance: (turn, slots) => answerBalance(turn, aboutOf(slots)),
  fees: (turn, slots) => ofFlow(turn, slots, 'fees'),
  refunds: (turn, slots) => ofFlow(turn, slots, 'refunds'),
  pending: (turn, slots) => answerRecent(turn, { ...aboutOf(slots), purchasesOnly: true, pending: true }),
  recent: (turn, slots, intent) =>
    intent === 'extra_charge_on_statement' ? answerRecent(turn, aboutOf(slots)) : purchases(turn, slots),
  notMine: async (turn, slots, intent) => disputable(await purchases(turn, slots), turn, reasonOf(intent)),
  twice: async (turn, slots) => disputable(await answerTwice(turn, aboutOf(slots)), turn, 'wrong-amount'),
  cards: (turn, slots) => answerCards(turn, aboutOf(slots)),
  freeze: answerCard,
  lost: answerCard,
  pin: (turn, slots) => answerPin(turn, aboutOf(slots)),
  phone: ({ locale }) => [plain(locale, 'lead.phone', {}, { waysOn: [wayToPrivacy(locale)] })],
};

const aboutOf = ({ bank, account }: Slots): Slots => ({
  ...(bank !== undefined && { bank }),
  ...(account && { account }),
});

/** Whoever wants money back says why only when asked; what somebody does not know was not theirs. */
const reasonOf = (intent: BankingIntent): DisputeReason | undefined =>
  intent === 'request_refund' ? undefined : 'not-mine';

/** The sum, and where there is any, the list. */
async function ofFlow(turn: Turn, slots: Slots, flow: Flow): Promise<Answer[]> {
  const period = lastPeriod(lookedAtDays, 'day', calendarOf(turn.locale, turn.timeZone, turn.now));
  const about = { ...aboutOf(slots), flow, period };
  const summed = await answerMovements(turn, about);
  const isAny = summed.some(({ figure }) => (figure?.counted.transactions ?? 0) > 0);
  if (!isAny) return summed;
  const listed = await answerRecent(turn, about);
  return [...summed.filter(({ figure }) => figure !== undefined), ...listed];
}

/** Each purchase of a list can be disputed by a tap. */
function disputable(answers: readonly Answer[], { locale }: Turn, reason: DisputeReason | undefined): Answer[] {
  return answers.map((one) => {
    const { content } = one;
    if (content.kind !== 'card' || content.card.card !== 'chart' || content.card.chart !== 'purchases') return one;
    const paid = content.card.purchases.filter(isPurchase).slice(0, disputedMax);
    return { ...one, quickReplies: paid.map((purchase) => disputeReply(purchase, reason, locale)) };
  });
}

/** "Talk to a person" stands among the words to tap of every answer: with the last that has any, which are those shown. */
export function withPerson(answers: readonly Answer[], locale: Locale, also: Answer['quickReplies'] = []): Answer[] {
  const at = Math.max(
    answers.findLastIndex(({ quickReplies }) => quickReplies !== undefined),
    0,
  );
  const from = answers[at]?.quickReplies === undefined ? answers.length - 1 : at;
  return answers.map((one, n) => {
    if (n !== from) return one;
    return { ...one, quickReplies: [...(one.quickReplies ?? []), ...also, ...suggest(locale, ['person'])] };
  });
}
