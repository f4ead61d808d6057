import {
  accountWords,
  FORMATS,
  moneyWords,
  placeWords,
  type BalanceCard,
  type BankFace,
  type Locale,
  type Purchase,
  type TransactionCard,
} from '#contract';
import { metaWords } from './words.ts';

/** How a person reads dates and amounts, and the banks' names. */
export interface Reader {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly faces: readonly BankFace[];
}

/** Two short lines, as a card of a messenger has them. */
export interface Lines {
  readonly title: string;
  readonly subtitle: string;
}

/** A purchase in two lines: "$65.70 · Stroman & Hudson" and "Westerville OH · Fri 14:14 · card 2291". */
export function transactionLines({ transaction, account }: TransactionCard, reader: Reader): Lines {
  const { merchant, description } = transaction;
  const money = moneyWords(transaction.amount, transaction.currency, reader.locale);
  return {
    title: `${money} · ${merchant?.name ?? description}`,
    subtitle: joined([
      placeWords(merchant),
      moment(transaction.occurredAt, reader),
      accountWords(account, reader.locale),
    ]),
  };
}

/** A purchase of a list in one line: "$65.70 · Stroman & Hudson · Fri 14:14". */
export function purchaseLine(purchase: Purchase, reader: Reader): string {
  const money = moneyWords(purchase.amount, purchase.currency, reader.locale);
  return joined([money, purchase.merchant?.name ?? purchase.description, moment(purchase.occurredAt, reader)]);
}

/** What an account holds in two lines: "$2,318.42 available" and "Checking 4417 · Citi". */
export function balanceLines(account: BalanceCard['accounts'][number], bank: string, reader: Reader): Lines {
  const { available, current, currency } = account.balance;
  const words = metaWords[reader.locale];
  const money = (amount: string): string => moneyWords(amount, currency, reader.locale);
  const isOwed = account.kind === 'card' && current.startsWith('-');
  const title = isOwed
    ? words.owed(money(current.slice(1)))
    : available === undefined || account.kind === 'card'
      ? words.current(money(current))
      : words.available(money(available));
  return { title, subtitle: joined([accountWords(account, reader.locale), bankName(bank, reader)]) };
}

/** A bank's name; its id where the directory knows none. */
function bankName(bank: string, { faces }: Reader): string {
  return faces.find((face) => face.id === bank)?.name ?? bank;
}

/** "Fri 14:14", in the person's own time zone. */
function moment(at: string, { locale, timeZone }: Reader): string {
  const form = { weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false, timeZone } as const;
  return new Intl.DateTimeFormat(FORMATS[locale], form).format(new Date(at)).replace(',', '');
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
