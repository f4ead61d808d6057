import {
  accountWords,
  cardIssuer,
  FORMATS,
  gistOfBalance,
  gistOfCardControl,
  gistOfCase,
  gistOfConsent,
  gistOfFraudAlert,
  gistOfLowBalance,
  gistOfParcel,
  gistOfReceipt,
  gistOfTalk,
  gistOfTransaction,
  isMatter,
  moneyWords,
  placeWords,
  pointerWords,
  type BalanceCard,
  type BankFace,
  type Card,
  type Locale,
  type Message,
  type Purchase,
} from '#contract';
import { matterLines } from './matter-lines.ts';
import { inOneLine, isBlank } from './text.ts';
import { word, type Word } from './words.ts';

/** How a person is spoken to, and the names of the banks. */
export interface Speaking {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly faces: readonly BankFace[];
}

/** One thing of a card in two lines: the amount or the state, then where, when and of which account. */
export interface CardLine {
  readonly title: string;
  readonly subtitle: string;
}

/** What a message says, in words; never blank. Words of staff stand behind the name of whoever said them. */
export function messageWords({ content, by }: Pick<Message, 'content' | 'by'>, speaking: Speaking): string {
  if (!isBlank(content.text)) return by === undefined ? content.text : `${by}: ${content.text}`;
  const gist = content.kind === 'card' ? gistOf(content.card, speaking) : '';
  return isBlank(gist) ? pointerWords(speaking.locale) : gist;
}

/** What a message says where nothing but words can stand: a figure's things are listed under its gist. */
export function listedWords(
  { content, at, by }: Pick<Message, 'content' | 'at' | 'by'>,
  speaking: Speaking & { readonly pictureAddress?: string | undefined },
): string {
  const text = messageWords({ content, ...(by !== undefined && { by }) }, speaking);
  if (content.kind !== 'card') return text;
  if (isMatter(content.card)) {
    const bankName = issuerName(content.card, speaking.faces);
    const isPictured = speaking.pictureAddress !== undefined;
    const lines = matterLines(content.card, { ...speaking, nowMs: Date.parse(at), bankName }, isPictured);
    return [text, ...lines].join('\n');
  }
  const lines = linesOf(content.card, speaking);
  if (content.card.card === 'chart')
    return [text, ...lines.map((line) => `• ${Object.values(line).join(', ')}`)].join('\n');
  const [line] = content.card.card === 'transaction' ? lines : [];
  return line === undefined ? text : `${line.title}\n${line.subtitle}`;
}

function gistOf(card: Card, { locale, timeZone, faces }: Speaking): string {
  const bank = issuerName(card, faces);
  switch (card.card) {
    case 'transaction':
      return gistOfTransaction(card, locale);
    case 'balance':
      return card.low ? gistOfLowBalance(card, card.low, locale) : gistOfBalance(card, bank, locale);
    case 'consent':
      return gistOfConsent(card, bank, locale, timeZone);
    case 'chart':
      return '';
    case 'fraudAlert':
      return gistOfFraudAlert(card, bank, locale, timeZone);
    case 'cardControl':
      return gistOfCardControl(card, bank, locale, timeZone);
    case 'case':
      return card.kind === 'talk' ? gistOfTalk(card, bank, locale, timeZone) : gistOfCase(card, bank, locale);
    case 'receipt':
      return gistOfReceipt(card, locale);
    case 'parcel':
      return gistOfParcel(card, locale);
  }
}

/** The bank's name in the directory, or that of the shop or carrier. */
function issuerName(card: Card, faces: readonly BankFace[]): string {
  const issuer = cardIssuer(card);
  return 'name' in issuer ? issuer.name : (faces.find(({ id }) => id === issuer.bank)?.name ?? issuer.bank);
}

/** What a card shows, thing by thing; none of a card that its words say whole. */
export function linesOf(card: Card, speaking: Speaking): CardLine[] {
  const bank = issuerName(card, speaking.faces);
  switch (card.card) {
    case 'transaction':
      return [purchaseLine(card.transaction, [accountWords(card.account, speaking.locale), bank], speaking)];
    case 'balance':
      return card.accounts.map((account) => balanceLine(account, bank, speaking));
    case 'consent':
      return [];
    case 'chart':
      if (card.chart === 'bars') return [];
      return (card.chart === 'places' ? card.places : card.purchases).map((purchase) =>
        purchaseLine(purchase, [], speaking),
      );
    default:
      return [];
  }
}

function purchaseLine(purchase: Purchase, of: readonly string[], { locale, timeZone }: Speaking): CardLine {
  const { merchant, direction, description, online, status, occurredAt } = purchase;
  const money = moneyWords(purchase.amount, purchase.currency, locale);
  const isIn = direction === 'credit';
  const key: Word = merchant ? (isIn ? 'back' : 'at') : isIn ? 'in' : 'out';
  const title = word(locale, key, { money, merchant: merchant?.name ?? '', description });
  const place = online === true ? word(locale, 'online') : placeWords(merchant);
  const state = status === 'authorized' ? undefined : word(locale, status);
  const before =
    purchase.before === undefined
      ? undefined
      : word(locale, 'before', { money: moneyWords(purchase.before, purchase.currency, locale) });
  const details = [state, before, place, momentWords(occurredAt, locale, timeZone), ...of];
  return lineOf(title, details.filter((detail) => detail !== undefined).join(' · '));
}

function balanceLine(account: BalanceCard['accounts'][number], bank: string, { locale }: Speaking): CardLine {
  const { current, available, currency } = account.balance;
  const say = (key: Word, amount: string): string => word(locale, key, { money: moneyWords(amount, currency, locale) });
  const title =
    account.kind === 'card'
      ? /^-?0+(\.0+)?$/.test(current)
        ? word(locale, 'owed.none')
        : say(current.startsWith('-') ? 'owed' : 'favor', current.replace(/^-/, ''))
      : say(available === undefined ? 'current' : 'available', available ?? current);
  return lineOf(title, `${accountWords(account, locale)} · ${bank}`);
}

const lineOf = (title: string, subtitle: string): CardLine => ({
  title: inOneLine(title),
  subtitle: inOneLine(subtitle),
});

/** "Nov 20, 2:14 PM": a chat is read long after, so the day is named. */
function momentWords(instant: string, locale: Locale, timeZone: string): string {
  const format = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone } as const;
  return new Intl.DateTimeFormat(FORMATS[locale], format).format(new Date(instant));
}
