import { isTellerlineError, newId, type MessageId } from '#base';
import { accountWords, FORMATS, type Locale } from '#contract';
import { lost } from './balance-answer.ts';
import type { AccountStatements } from './cards.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { isMeant, notLinked, unreadable } from './selecting.ts';
import { plain, telling, wayToLink, type Answer, type Turn, type WayOn } from './turn.ts';
import { say } from './words.ts';

/** Statements of one account at once: the newest, as older ones are asked for by hardly anybody. */
const shownMax = 4;

/** "Show me my statements": the newest of each account, each with a way to it. None of them comes into the chat. */
export async function answerStatements(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, money } = turn;
  const links = await money.links();
  if (links.length === 0) return [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })];
  const named = links.filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (named.length === 0) return [notLinked(turn, slots.bank ?? '')];
  const allowed = named.filter(({ purposes }) => purposes.includes('account-management'));
  const answers = await Promise.all((allowed.length > 0 ? allowed : named).map((link) => ofLink(turn, link, slots)));
  return answers.flat();
}

async function ofLink(turn: Turn, link: LinkOfCustomer, slots: Slots): Promise<Answer[]> {
  const { locale, cards, elsewhere } = turn;
  const { bank } = link;
  if (link.unreadable) return [unreadable(link, locale)];
  if (!link.purposes.includes('account-management')) {
    const waysOn: WayOn[] = [
      { way: 'link-bank', bank: bank.id, label: say(locale, 'way.purposes', { bank: bank.name }) },
    ];
    return [plain(locale, 'statements.not-allowed', { bank: bank.name }, { waysOn })];
  }
  if (link.state === 'reconnect') return [lost(turn, link)];
  const meant = link.accounts.filter((account) => isMeant(account, slots.account));
  if (meant.length === 0) return [plain(locale, 'none.account')];
  try {
    const refs = meant.map(({ accountRef }) => accountRef);
    const lists = await cards.statements(link.linkId, refs);
    // A PDF has no place in a messenger that keeps it: all of them stand together behind one address.
    return elsewhere ? [together(turn, link, lists)] : lists.map((one) => listed(turn, link, one));
  } catch (error) {
    if (!isTellerlineError(error) || !error.code.startsWith('bank_')) throw error;
    if (error.code === 'bank_consent_lost') return [lost(turn, link)];
    return [plain(locale, 'refused.bank_unreachable', { bank: bank.name })];
  }
}

function listed(
  { locale }: Turn,
  link: LinkOfCustomer,
  { accountRef, account, statements }: AccountStatements,
): Answer {
  const values = { bank: link.bank.name, account: accountWords(account, locale) };
  if (statements.length === 0) return telling(link, 'account-management', say(locale, 'statements.none', values));
  const waysOn = waysTo(link, { accountRef, account, statements }, (to) => monthWords(to, locale));
  return telling(link, 'account-management', say(locale, 'statements', values), { waysOn });
}

/** The statements of all accounts of a link as one message, each named by its account as well. */
function together({ locale }: Turn, link: LinkOfCustomer, lists: readonly AccountStatements[]): Answer {
  const bank = link.bank.name;
  const waysOn = lists.flatMap((one) =>
    waysTo(link, one, (to) => `${accountWords(one.account, locale)}, ${monthWords(to, locale)}`),
  );
  if (waysOn.length === 0) return telling(link, 'account-management', say(locale, 'statements.none.any', { bank }));
  const text = say(locale, 'statements.all', { bank });
  return { ...telling(link, 'account-management', text, { waysOn }), viewOnly: newId<MessageId>() };
}

function waysTo(
  { linkId }: LinkOfCustomer,
  { accountRef, statements }: AccountStatements,
  labelOf: (to: string) => string,
): WayOn[] {
  return statements.slice(0, shownMax).map(({ to, name }) => ({
    way: 'statement',
    label: labelOf(to),
    address: `/api/links/${linkId}/statements/${accountRef}/${name}`,
  }));
}

/** "October 2026" of the month in which a statement ends. */
function monthWords(date: string, locale: Locale): string {
  const words = new Intl.DateTimeFormat(FORMATS[locale], { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return words.format(Date.parse(date));
}
