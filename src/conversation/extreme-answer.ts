import { parseMoney } from '#base';
import { accountWords, moneyWords, type ChartCard } from '#contract';
import type { Figure } from './figure.ts';
import { aboutWords } from './filtering.ts';
import type { Slots } from './frame.ts';
import {
  countedOf,
  currenciesOf,
  gather,
  nounWords,
  tellingAll,
  wholePeriod,
  type Found,
  type Gathered,
} from './gathering.ts';
import { todayOf } from './history.ts';
import { fullDayWords, listWords, spanWords } from './moments.ts';
import { wire } from './purchases-answer.ts';
import { showing, type Answer, type Turn } from './turn.ts';
import { say, type Sentence } from './words.ts';

/** How many are named, whatever was asked for. */
const namedMax = 10;

/** "Biggest purchase in March", "when did I last pay Delta": one of those that count, or the first few of their order. */
export async function answerExtreme(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const which = slots.which ?? 'last';
  const gathered = await gather(turn, slots, slots.period ?? (await wholePeriod(turn)));
  const { chosen, said, period } = gathered;
  const [currency] = currenciesOf(gathered.found);
  const byAmount = which === 'biggest' || which === 'smallest';
  const found = byAmount ? gathered.found.filter((one) => one.currency === currency) : gathered.found;
  const begin = (slots.nth ?? 1) - 1;
  const ordered = inOrder(found, which).slice(begin, begin + Math.min(slots.count ?? 1, namedMax));
  const [first] = ordered;
  const about = aboutWords(slots, locale);
  const span = spanWords(period, locale, todayOf(turn));
  const counted = countedOf(found, gathered, slots);
  if (first === undefined) {
    const text = say(locale, found.length === 0 ? 'extreme.none' : 'extreme.few', {
      noun: nounWords(found.length, slots, locale),
      about,
      span,
    });
    return [...tellingAll(chosen, text, { measure: 'extreme', value: null, counted }), ...said];
  }
  const inMoney = byAmount || slots.flow === 'pay' || slots.howMuch === true;
  const figure: Figure = {
    measure: 'extreme',
    value: inMoney ? first.amount : first.localDate,
    ...(inMoney ? { currency: first.currency } : {}),
    of: nameOf(first),
    parts: ordered.map((one) => ({
      label: nameOf(one),
      value: one.amount,
      currency: one.currency,
      from: one.localDate,
    })),
    counted,
  };
  const one = listWords(
    ordered.map((purchase) => onePurchase(turn, gathered, purchase)),
    locale,
  );
  const others = gathered.found.length - found.length;
  const text = [
    say(locale, sentenceOf(which, slots.nth), {
      nth: slots.nth ?? 1,
      noun: nounWords(found.length, slots, locale),
      about,
      span,
      one,
      many: ordered.length,
    }),
    ...(others === 0 ? [] : [say(locale, 'note.uncompared', { count: others })]),
  ].join(' ');
  const [answer] = tellingAll(chosen, text, figure);
  return [...(answer === undefined ? [] : [withCard(answer, first, ordered, gathered)]), ...said];
}

function sentenceOf(which: NonNullable<Slots['which']>, nth: number | undefined): Sentence {
  if (nth !== undefined) return which === 'smallest' ? 'extreme.nth.smallest' : 'extreme.nth.biggest';
  return `extreme.${which === 'next' ? 'last' : which}`;
}

function inOrder(found: readonly Found[], which: Slots['which']): Found[] {
  if (which === 'first') return found.toReversed();
  if (which !== 'biggest' && which !== 'smallest') return [...found];
  const minor = ({ amount, currency }: Found) => parseMoney(amount, currency).minor;
  const sign = which === 'biggest' ? 1 : -1;
  return found.toSorted((one, other) => sign * Number(minor(other) - minor(one)));
}

/** Of one purchase its card, with the words that say why it is shown. */
function withCard(answer: Answer, first: Found, ordered: readonly Found[], { chosen }: Gathered): Answer {
  if (ordered.length > 1 || chosen.length > 1) return answer;
  const account = first.link.accounts.find(({ accountRef }) => accountRef === first.accountRef);
  const { link, ...purchase } = first;
  const card: ChartCard = {
    card: 'chart',
    chart: 'purchases',
    bank: link.bank.id,
    ...(account && {
      account: {
        kind: account.kind,
        last4: account.last4,
        ...(account.nickname === undefined ? {} : { nickname: account.nickname }),
      },
    }),
    count: 1,
    purchases: [wire(purchase)],
  };
  const { figure } = answer;
  return showing(link, 'transactions', card, answer.content.text, figure ? { figure } : {});
}

/** What a movement is called: its merchant, else the bank's words. */
export const nameOf = ({ merchant, description }: Pick<Found, 'merchant' | 'description'>): string =>
  merchant?.name ?? description;

/** "$249.00 at Marlow on November 8, 2026 (Citi, card ending 2291)". */
function onePurchase({ locale }: Turn, { chosen }: Gathered, purchase: Found): string {
  const { link, amount, currency, localDate } = purchase;
  const account = chosen
    .flatMap(({ accounts }) => accounts)
    .find(({ accountRef }) => accountRef === purchase.accountRef);
  return say(locale, 'extreme.one', {
    money: moneyWords(amount, currency, locale),
    name: nameOf(purchase),
    date: fullDayWords(localDate, locale),
    bank: link.bank.name,
    account: account ? accountWords(account, locale) : '',
  });
}
