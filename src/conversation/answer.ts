import { answerBalance } from './balance-answer.ts';
import { answerCases } from './cases-answer.ts';
import { answerParcels, answerReceipts } from './orders-answer.ts';
import { answerShop, answerTrack } from './shop-answer.ts';
import { answerDeleteAccount, answerLinkBank, answerLinks, answerStop } from './control-answer.ts';
import { answerHear, answerHearing } from './hearing-answer.ts';
import { answerHours } from './hours-answer.ts';
import { answerShareLess } from './narrow-answer.ts';
import { answerWhoSaw } from './uses-answer.ts';
import { answerCard, answerCards, answerPin } from './card-answer.ts';
import { answerPerson } from './person-answer.ts';
import { answerCheck } from './check-answer.ts';
import { answerLead, withPerson } from './lead-answer.ts';
import { answerStatements } from './statement-answer.ts';
import { isMoneyIntent, type Doubt, type Intent, type MoneyIntent, type Slots } from './frame.ts';
import { unseen } from './gathering.ts';
import { answerRecent, answerWhereUsed } from './purchases-answer.ts';
import { answerSpending } from './spending-answer.ts';
import { answerBreakdown } from './breakdown-answer.ts';
import { answerCompare } from './compare-answer.ts';
import { answerExtreme } from './extreme-answer.ts';
import { answerNewest } from './newest-answer.ts';
import { answerDue, answerPayday, answerRecurring } from './recurring-answer.ts';
import { answerAverage, answerCount, answerMovements, answerShare } from './sum-answer.ts';
import { say } from './words.ts';
import { plain, suggest, telling, type Answer, type Suggestion, type Turn } from './turn.ts';

const answers: Readonly<Record<Intent, (turn: Turn, slots: Slots) => Promise<Answer[]> | Answer[]>> = {
  balance: answerBalance,
  recent: answerRecent,
  whereUsed: answerWhereUsed,
  spending: (turn, slots) => {
    if (slots.count !== undefined) return answerNewest(turn, slots, 'spending');
    return slots.flow === undefined ? answerSpending(turn, slots) : answerMovements(turn, slots);
  },
  count: answerCount,
  extreme: answerExtreme,
  average: (turn, slots) =>
    slots.count === undefined ? answerAverage(turn, slots) : answerNewest(turn, slots, 'average'),
  compare: answerCompare,
  breakdown: answerBreakdown,
  share: answerShare,
  recurring: answerRecurring,
  due: answerDue,
  payday: answerPayday,
  stop: answerStop,
  shareLess: answerShareLess,
  hear: answerHear,
  hearing: answerHearing,
  hours: answerHours,
  deleteAccount: answerDeleteAccount,
  card: answerCard,
  cards: answerCards,
  pin: answerPin,
  pinTyped: (turn, slots) => answerPin(turn, slots, true),
  statements: answerStatements,
  linkBank: answerLinkBank,
  shop: answerShop,
  track: answerTrack,
  parcels: answerParcels,
  receipts: answerReceipts,
  cases: answerCases,
  links: answerLinks,
  whoSaw: answerWhoSaw,
  check: answerCheck,
  lead: answerLead,
  talkToPerson: answerPerson,
  help: ({ locale }) => [
    plain(locale, 'help', {}, { quickReplies: suggest(locale, ['balance', 'where', 'spending']) }),
  ],
  thanks: ({ locale }) => [plain(locale, 'thanks')],
  greeting: ({ locale }) => [plain(locale, 'greeting', {}, { quickReplies: suggest(locale) })],
};

/**
 * Answers what was understood, as the messages to send, in order. What would act is in
 * `asks`, for buttons that carry a signed token; only what the customer wants to hear, and when, is set by the words alone.
 *
 * A refusal of the bank becomes a sentence; any other error of the port is thrown on.
 */
export async function answer(turn: Turn): Promise<Answer[]> {
  const { understood } = turn;
  if (understood.intent === 'unsure') return withPerson([await doubtful(turn, understood.doubt)], turn.locale);
  const { intent, slots } = understood;
  const before = isMoneyIntent(intent) && intent !== 'balance' ? await unseen(turn, slots) : undefined;
  return before === undefined ? answers[intent](turn, slots) : before;
}

const suggestionOf: Readonly<Partial<Record<MoneyIntent, Suggestion>>> = {
  balance: 'balance',
  recent: 'recent',
  whereUsed: 'where',
  spending: 'spending',
  due: 'due',
};

/** How much of the customer's own words is said back to them. */
const echoedCharactersMax = 60;

const echoed = (words: string): string =>
  words.length > echoedCharactersMax ? `${words.slice(0, echoedCharactersMax)}…` : words;

/** That there is no purchase by a name is said only where everything that can be read has been. */
async function noSuchShop({ locale, money }: Turn, name: string): Promise<Answer> {
  const quickReplies = suggest(locale);
  const links = (await money.links()).filter(({ purposes }) => purposes.includes('transactions'));
  const [first, ...others] = links;
  if (first === undefined || links.some(({ history }) => !history.done))
    return plain(locale, 'unsure.words', { words: echoed(name) }, { quickReplies });
  const answer = telling(first, 'transactions', say(locale, 'unsure.unknownShop', { name: echoed(name) }), {
    quickReplies,
  });
  return others.length === 0 ? answer : { ...answer, alsoDerivedFrom: others.map(({ linkId }) => linkId) };
}

async function doubtful(turn: Turn, doubt: Doubt): Promise<Answer> {
  const { locale, money } = turn;
  switch (doubt.reason) {
    case 'words':
      return plain(locale, 'unsure.words', { words: echoed(doubt.words) }, { quickReplies: suggest(locale) });
    case 'unknownShop':
      return noSuchShop(turn, doubt.name);
    case 'whichMerchant': {
      const [first, ...others] = doubt.options;
      const quickReplies = doubt.options.map(({ name }) => ({ label: name, text: name }));
      const asked = plain(locale, 'unsure.whichMerchant', {}, { quickReplies });
      if (first === undefined) return asked;
      const also = [...new Set(others.map(({ linkId }) => linkId))].filter((linkId) => linkId !== first.linkId);
      return {
        ...asked,
        derivedFrom: first.linkId,
        purpose: 'transactions',
        ...(also.length === 0 ? {} : { alsoDerivedFrom: also }),
      };
    }
    case 'twoQuestions':
      return plain(
        locale,
        'unsure.twoQuestions',
        {},
        {
          quickReplies: suggest(
            locale,
            doubt.intents.flatMap((intent) => suggestionOf[intent] ?? []),
          ),
        },
      );
    case 'missing': {
      const choices = (['one', 'other'] as const).map((which) => ({
        label: say(locale, `quick.missing.${doubt.what}.${which}`),
        text: say(locale, `quick.missing.${doubt.what}.${which}.text`),
      }));
      return plain(locale, `unsure.missing.${doubt.what}`, {}, { quickReplies: choices });
    }
    case 'advice':
      return plain(locale, 'unsure.advice', {}, { quickReplies: suggest(locale, ['balance', 'due']) });
    case 'card':
      return plain(locale, 'unsure.card', {}, { quickReplies: suggest(locale, ['freeze', 'lost', 'cards']) });
    case 'whichBank': {
      const names = new Set((await money.links()).map(({ bank }) => bank.name));
      const quickReplies = [...names].map((name) => ({ label: name, text: name }));
      return plain(locale, 'unsure.whichBank', {}, { quickReplies });
    }
    case 'whichDay':
      return plain(locale, 'unsure.whichDay');
    case 'nothing':
    case 'notYet':
    case 'future':
      return plain(locale, `unsure.${doubt.reason}`, {}, { quickReplies: suggest(locale) });
  }
}
