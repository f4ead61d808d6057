import { accountWords, dateWords, isShopId, labelOf, purposeWords, type ConsentCard, type Locale } from '#contract';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { listWords } from './moments.ts';
import { lost } from './balance-answer.ts';
import { notLinked, unreadable } from './selecting.ts';
import { ofNoBank, plain, showing, wayToLink, wayToReconnect, type Answer, type Ask, type Turn } from './turn.ts';
import { say, type Sentence } from './words.ts';

/** "Stop": asks, with a button; the words alone end nothing. */
export async function answerStop(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const links = [...(await turn.money.links()), ...(await turn.money.shopLinks())];
  if (links.length === 0) return [plain(locale, 'stop.none', {}, { waysOn: [wayToLink(locale)] })];
  if (slots.bank !== undefined) {
    const named = links.filter(({ bank }) => bank.id === slots.bank);
    return named.length === 0 ? [notLinked(turn, slots.bank)] : askToStopAll(turn, named);
  }
  const [only] = links;
  if (links.length === 1 && only !== undefined) return askToStopAll(turn, [only]);
  const all: Ask[] = [
    { act: 'keep-link', label: say(locale, 'act.keep.all'), weight: 'main' },
    { act: 'stop-link', label: say(locale, 'act.stop.all'), weight: 'grave' },
  ];
  const banks = { banks: banksOf(links, locale) };
  if (slots.all === true)
    return [ofNoBank(`${say(locale, 'stop.all', banks)}${await disputesGoOn(turn, links)}`, { asks: all })];
  return [plain(locale, 'stop.which', banks, { asks: all }), ...(await askToStopAll(turn, links))];
}

const askToStopAll = (turn: Turn, links: readonly LinkOfCustomer[]): Promise<Answer[]> =>
  Promise.all(links.map((link) => askToStop(turn, link)));

/**
 * What is said beforehand of disputes that are at a bank already: they go on there. At a messenger, which may not
 * learn whether there is one, it is said of each link through which there can be.
 */
async function disputesGoOn({ locale, cards, elsewhere }: Turn, links: readonly LinkOfCustomer[]): Promise<string> {
  const disputed = await cards.disputed();
  const of = links.filter(({ linkId, purposes }) =>
    elsewhere ? purposes.includes('account-management') : disputed.has(linkId),
  );
  if (of.length === 0) return '';
  const banks = banksOf(of, locale);
  return ` ${elsewhere ? say(locale, 'stop.disputes.any', { banks }) : say(locale, 'stop.disputes', { banks })}`;
}

/** Asks whether a link is to be stopped, in the words of a sentence that names the bank. */
export async function askToStop(turn: Turn, link: LinkOfCustomer, sentence: Sentence = 'stop.one'): Promise<Answer> {
  const { locale, elsewhere } = turn;
  const bank = link.bank.name;
  const asks: Ask[] = [
    { act: 'keep-link', linkId: link.linkId, label: say(locale, 'act.keep'), weight: 'main' },
    { act: 'stop-link', linkId: link.linkId, label: say(locale, 'act.stop', { bank }), weight: 'grave' },
  ];
  // Nothing can be sealed under its key; the bank may be out of reach of being told as well.
  const goOn = await disputesGoOn(turn, [link]);
  if (link.unreadable) return ofNoBank(`${say(locale, 'stop.unreadable', { bank })}${goOn}`, { asks });
  // A card of the link may be kept from a messenger, buttons and all; stopping has to work there at every level.
  const text = `${say(locale, sentence, { bank })}${goOn}`;
  if (elsewhere) return ofNoBank(text, { asks });
  return showing(link, null, consentCard(link, 'stop-asked'), text, { asks });
}

/** "Delete my account": asks, and says what it takes with it. */
export async function answerDeleteAccount(turn: Turn): Promise<Answer[]> {
  const { locale, money } = turn;
  const links = [...(await money.links()), ...(await money.shopLinks())];
  const asks: Ask[] = [
    { act: 'keep-account', label: say(locale, 'act.keep.account'), weight: 'main' },
    { act: 'delete-account', label: say(locale, 'act.delete'), weight: 'grave' },
  ];
  const asked = say(locale, 'delete.ask', { count: links.length, banks: banksOf(links, locale) });
  return [ofNoBank(`${asked}${await disputesGoOn(turn, links)}`, { asks })];
}

/** "What is linked?": a card a link, with its end, purposes and accounts. */
export async function answerLinks(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, timeZone, money } = turn;
  const links = [...(await money.links()), ...(await money.shopLinks())].filter(
    ({ bank }) => slots.bank === undefined || bank.id === slots.bank,
  );
  if (links.length === 0) return [slots.bank === undefined ? nothingLinked(locale) : notLinked(turn, slots.bank)];
  return links.map((link) => {
    if (link.unreadable) return unreadable(link, locale);
    if (link.state === 'reconnect') {
      const text = say(locale, 'lost', { bank: link.bank.name });
      return showing(link, null, consentCard(link, 'reconnect'), text, { waysOn: [wayToReconnect(locale, link.bank)] });
    }
    if (isShopId(link.bank.id)) return shopLinked(turn, link);
    const text = say(locale, 'links.linked', {
      bank: link.bank.name,
      date: dateWords(link.expiresAt, locale, timeZone),
      purposes: listWords(
        link.purposes.map((purpose) => purposeWords(purpose, locale)),
        locale,
      ),
      accounts: listWords(
        link.accounts.map((account) => accountWords(account, locale)),
        locale,
      ),
    });
    return showing(link, null, consentCard(link, 'granted'), text);
  });
}

/** A shop has no accounts to name. */
function shopLinked({ locale, timeZone }: Turn, link: LinkOfCustomer): Answer {
  const purposes = link.purposes.map((purpose) => purposeWords(purpose, locale));
  const date = dateWords(link.expiresAt, locale, timeZone);
  const text = say(locale, 'shop.linked', { shop: link.bank.name, date, purposes: listWords(purposes, locale) });
  return showing(link, null, consentCard(link, 'granted'), text);
}

const nothingLinked = (locale: Locale): Answer => plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] });

/** "Link a bank": the way to its linking page. */
export async function answerLinkBank(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, timeZone, money } = turn;
  const bank = money.banks().find(({ id }) => id === slots.bank);
  if (bank === undefined) return [plain(locale, 'link.new', {}, { waysOn: [wayToLink(locale)] })];
  const linked = (await money.links()).find((link) => link.bank.id === bank.id);
  if (linked === undefined)
    return [plain(locale, 'link.bank', { bank: bank.name }, { waysOn: [wayToLink(locale, bank)] })];
  if (linked.unreadable) return [unreadable(linked, locale)];
  if (linked.state === 'reconnect') return [lost(turn, linked)];
  const text = say(locale, 'link.already', { bank: bank.name, date: dateWords(linked.expiresAt, locale, timeZone) });
  const label = say(locale, 'way.purposes', { bank: bank.name });
  return [
    showing(linked, null, consentCard(linked, 'granted'), text, {
      waysOn: [{ way: 'link-bank', bank: bank.id, label }],
    }),
  ];
}

/** A link's consent as a card, in the state that is being told of. */
export function consentCard(link: LinkOfCustomer, state: Exclude<ConsentCard['state'], 'revoked'>): ConsentCard {
  return {
    card: 'consent',
    bank: link.bank.id,
    state,
    purposes: [...link.purposes],
    accounts: link.accounts.map(labelOf),
    grantedAt: link.grantedAt,
    expiresAt: link.expiresAt,
  };
}

function banksOf(links: readonly LinkOfCustomer[], locale: Locale): string {
  return listWords(
    links.map(({ bank }) => bank.name),
    locale,
  );
}
