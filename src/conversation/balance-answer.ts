import { formatDecimal, isTellerlineError, parseMoney, sumMoney, type Money, type TellerlineError } from '#base';
import { accountWords, gistOfBalance, moneyWords, type BalanceCard } from '#contract';
import { calendarOf } from './calendar.ts';
import type { Figure } from './figure.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { listWords } from './moments.ts';
import { select, type Chosen } from './selecting.ts';
import { plain, showing, suggest, telling, wayToReconnect, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** "What is my balance?": one card a bank, as the bank says it now. */
export async function answerBalance(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'balances');
  const banks = await Promise.all(chosen.map((one) => ofOneBank(turn, one)));
  const all = allOf(turn, banks, slots.which);
  const answers = banks.flatMap((one) => one.answers);
  const [first] = answers;
  const told = all && first ? [{ ...first, figure: all.figure }, ...answers.slice(1), ...all.answers] : answers;
  const today = calendarOf(turn.locale, turn.timeZone, turn.now).today.toString();
  const then = slots.period !== undefined && slots.period.from !== today && chosen.length > 0;
  return [...(then ? [plain(turn.locale, 'balance.now')] : []), ...told, ...said];
}

/** The accounts of one bank that it gave a balance of, and what is said of it. */
interface OfBank {
  readonly link: LinkOfCustomer;
  readonly answers: readonly Answer[];
  readonly accounts: BalanceCard['accounts'];
}

/**
 * Over several banks, one sentence more: what is held on accounts and what is owed on cards, each for itself. The
 * figure is of what is held, or of what is owed where only cards were asked for.
 */
function allOf(
  { locale, timeZone, now }: Turn,
  banks: readonly OfBank[],
  which: Slots['which'],
): { figure: Figure; answers: Answer[] } | undefined {
  const accounts = banks.flatMap((one) => one.accounts.map((account) => ({ ...account, link: one.link })));
  const currency = accounts[0]?.balance.currency;
  const linked = [...new Map(accounts.map(({ link }) => [link.linkId, link])).values()];
  const [first, ...others] = linked;
  if (first === undefined || currency === undefined || accounts.some(({ balance }) => balance.currency !== currency))
    return undefined;
  const cards = accounts.filter(({ kind }) => kind === 'card');
  const sum = (amounts: readonly string[]) =>
    sumMoney(
      amounts.map((amount) => parseMoney(amount, currency)),
      currency,
    );
  // As each bank's own card says it: what is available, and of a card what is owed.
  const said = ({ kind, balance }: (typeof accounts)[number]) =>
    kind === 'card' ? balance.current : (balance.available ?? balance.current);
  const held = sum(accounts.filter(({ kind }) => kind !== 'card').map(said));
  const debt = sum(cards.map(said));
  const owed = { minor: -debt.minor, currency };
  const onlyCards = cards.length === accounts.length;
  const words = (money: Money) => moneyWords(formatDecimal(money), currency, locale);
  const day = calendarOf(locale, timeZone, now).today.toString();
  const ranked = accounts
    .filter(({ kind }) => kind !== 'card')
    .toSorted((a, b) => Number(parseMoney(said(b), currency).minor - parseMoney(said(a), currency).minor));
  const meant = which === undefined ? undefined : which === 'smallest' ? ranked.at(-1) : ranked[0];
  const label = (account: (typeof accounts)[number]) => `${account.link.bank.name}, ${accountWords(account, locale)}`;
  const figure: Figure = {
    measure: 'balance',
    value: meant ? said(meant) : formatDecimal(onlyCards ? owed : held),
    ...(meant && { of: label(meant) }),
    currency,
    parts: accounts.map((account) => ({
      label: label(account),
      value: said(account),
      currency,
    })),
    counted: { transactions: 0, pending: 0, from: day, to: day, accounts: accounts.length, refunds: 0 },
  };
  const text = say(locale, onlyCards ? 'balance.owed' : 'balance.all', {
    held: words(held),
    owed: words(owed),
    accounts: accounts.length - cards.length,
    cards: cards.length,
  });
  const also = others.map(({ linkId }) => linkId);
  const sentences = [
    ...(meant
      ? [
          say(locale, which === 'smallest' ? 'balance.least' : 'balance.most', {
            account: label(meant),
            money: moneyWords(said(meant), currency, locale),
          }),
        ]
      : []),
    ...(also.length === 0 ? [] : [text]),
  ];
  if (sentences.length === 0) return { figure, answers: [] };
  const answer = telling(first, 'balances', sentences.join(' '));
  return { figure, answers: [also.length === 0 ? answer : { ...answer, alsoDerivedFrom: also }] };
}

async function ofOneBank(turn: Turn, { link, accounts }: Chosen): Promise<OfBank> {
  if (link.state === 'reconnect') return { link, answers: [lost(turn, link)], accounts: [] };
  try {
    const refs = accounts.map(({ accountRef }) => accountRef);
    const balances = new Map(
      (await turn.money.balances(link.linkId, refs)).map((one) => [one.accountRef, one.balance]),
    );
    const labelled = accounts.flatMap(({ accountRef, kind, last4, nickname }) => {
      const balance = balances.get(accountRef);
      return balance === undefined ? [] : [{ kind, last4, ...(nickname === undefined ? {} : { nickname }), balance }];
    });
    const missing = accounts.filter(({ accountRef }) => !balances.has(accountRef));
    const answers = [
      ...(labelled.length > 0 ? [shown(turn, link, labelled)] : []),
      ...(missing.length > 0 ? [notGiven(turn, link, missing)] : []),
    ];
    return { link, answers, accounts: labelled };
  } catch (error) {
    return { link, answers: [refusal(turn, link, error)], accounts: [] };
  }
}

function shown({ locale }: Turn, link: LinkOfCustomer, accounts: BalanceCard['accounts']): Answer {
  const card: BalanceCard = { card: 'balance', bank: link.bank.id, accounts };
  return showing(link, 'balances', card, gistOfBalance(card, link.bank.name, locale));
}

function notGiven({ locale }: Turn, link: LinkOfCustomer, accounts: Chosen['accounts']): Answer {
  const named = listWords(
    accounts.map((account) => accountWords(account, locale)),
    locale,
  );
  return telling(link, 'balances', say(locale, 'balance.missing', { bank: link.bank.name, accounts: named }));
}

/** The bank no longer honours the link: the way back is its own login. */
export function lost({ locale }: Pick<Turn, 'locale'>, link: LinkOfCustomer): Answer {
  return telling(link, null, say(locale, 'lost', { bank: link.bank.name }), {
    waysOn: [wayToReconnect(locale, link.bank)],
  });
}

const refusals = [
  'bank_unreachable',
  'bank_slow',
  'bank_answer_unreadable',
  'bank_rate_limited',
  'bank_consent_lost',
  'bank_refused',
  'bank_not_configured',
] as const;

/** A bank's refusal as one plain sentence with a way on; an error that is not the bank's goes on up. */
function refusal(turn: Turn, link: LinkOfCustomer, error: unknown): Answer {
  const code = refusals.find((one) => isTellerlineError(error, one));
  if (code === undefined) throw error;
  if (code === 'bank_consent_lost') return lost(turn, link);
  const { locale } = turn;
  const minutes = isTellerlineError(error) ? waitMinutes(error) : 0;
  const text = say(locale, `refused.${code}`, { bank: link.bank.name, minutes });
  const again = { label: say(locale, 'quick.again'), text: say(locale, 'quick.balance.text') };
  return telling(link, null, text, { quickReplies: [again, ...suggest(locale, ['recent'])] });
}

function waitMinutes(error: TellerlineError): number {
  const seconds = error.detail['retryAfterSeconds'];
  return typeof seconds === 'number' && seconds > 0 ? Math.ceil(seconds / 60) : 0;
}
