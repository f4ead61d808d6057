import { isTellerlineError, type TellerlineError } from '#base';
import { accountWords, gistOfBalance, type BalanceCard } from '#contract';
import { calendarOf } from './calendar.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { listWords } from './moments.ts';
import { select, type Chosen } from './selecting.ts';
import { plain, showing, suggest, telling, wayToReconnect, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** "What is my balance?": one card a bank, as the bank says it now. */
export async function answerBalance(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'balances');
  const answers = await Promise.all(chosen.map((one) => ofOneBank(turn, one)));
  const today = calendarOf(turn.locale, turn.timeZone, turn.now).today.toString();
  const then = slots.period !== undefined && slots.period.from !== today && chosen.length > 0;
  return [...(then ? [plain(turn.locale, 'balance.now')] : []), ...answers.flat(), ...said];
}

async function ofOneBank(turn: Turn, { link, accounts }: Chosen): Promise<Answer[]> {
  if (link.state === 'reconnect') return [lost(turn, link)];
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
    return [
      ...(labelled.length > 0 ? [shown(turn, link, labelled)] : []),
      ...(missing.length > 0 ? [notGiven(turn, link, missing)] : []),
    ];
  } catch (error) {
    return [refusal(turn, link, error)];
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
export function lost({ locale }: Turn, link: LinkOfCustomer): Answer {
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
