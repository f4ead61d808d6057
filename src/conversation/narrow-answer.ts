import { accountWords, labelOf, purposeWords, type Purpose } from '#contract';
import { askToStop, consentCard } from './control-answer.ts';
import type { Slots } from './frame.ts';
import { listWords } from './moments.ts';
import type { LinkedAccount, LinkOfCustomer } from './money.ts';
import { isMeant, notLinked } from './selecting.ts';
import { plain, showing, wayToLink, wayToPrivacy, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** More questions at once than a person answers; the privacy centre has a switch for each. */
const asksMax = 5;

/** What is asked about: purposes of a link, or one of its accounts. */
interface Asked {
  readonly link: LinkOfCustomer;
  readonly purposes: readonly Purpose[];
  readonly accounts: readonly LinkedAccount[];
}

/** "Stop sharing purchases": asks, with a button for each link or account; the words alone take nothing back. */
export async function answerShareLess(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const all = [...(await turn.money.links()), ...(await turn.money.shopLinks())];
  if (all.length === 0) return [plain(locale, 'stop.none', {}, { waysOn: [wayToLink(locale)] })];
  const meant = all.filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (meant.length === 0) return [notLinked(turn, slots.bank ?? '')];
  // Of what cannot be read no part can be told from the rest: it can be stopped.
  const links = meant.filter((link) => !link.unreadable);
  if (links.length === 0) return Promise.all(meant.map((link) => askToStop(turn, link)));
  const { purposes, account } = slots;
  const waysOn = [wayToPrivacy(locale)];
  if (purposes === undefined && account === undefined) return [plain(locale, 'less.which', {}, { waysOn })];
  const asked = links.flatMap((link): Asked[] => {
    if (purposes === undefined) {
      return link.accounts
        .filter((one) => isMeant(one, account))
        .map((one) => ({ link, purposes: [], accounts: [one] }));
    }
    const shared = link.purposes.filter((purpose) => purposes.includes(purpose));
    return shared.length === 0 ? [] : [{ link, purposes: shared, accounts: [] }];
  });
  if (asked.length > asksMax) return [plain(locale, 'less.many', {}, { waysOn })];
  if (asked.length > 0) return Promise.all(asked.map((one) => askToShareLess(turn, one)));
  if (purposes === undefined) return [plain(locale, 'none.account')];
  const what = listWords(
    purposes.map((purpose) => purposeWords(purpose, locale)),
    locale,
  );
  return [plain(locale, 'less.none', { what })];
}

async function askToShareLess(turn: Turn, { link, purposes, accounts }: Asked): Promise<Answer> {
  const { locale } = turn;
  const bank = link.bank.name;
  const isAll = purposes.length === link.purposes.length || accounts.length === link.accounts.length;
  if (isAll) return askToStop(turn, link, 'less.all');
  const names = [
    ...purposes.map((purpose) => purposeWords(purpose, locale)),
    ...accounts.map((account) => accountWords(account, locale)),
  ];
  const what = listWords(names, locale);
  const refs = accounts.map(({ accountRef }) => accountRef);
  const mayGoOn = await turn.cards.goesOn(link.linkId, purposes, refs);
  const { telephone } = link.bank;
  const card = {
    ...consentCard(link, 'narrow-asked'),
    ...(mayGoOn && { goesOn: telephone }),
    givenUp: { purposes: [...purposes], accounts: accounts.map(labelOf) },
  };
  const givenUp = { purposes, accounts: refs };
  const goesOn = mayGoOn ? ` ${say(locale, 'less.goesOn', { bank, telephone: telephone || bank })}` : '';
  return showing(link, null, card, `${say(locale, 'less.one', { bank, what })}${goesOn}`, {
    asks: [
      { act: 'keep-link', linkId: link.linkId, label: say(locale, 'act.keep'), weight: 'main' },
      { act: 'narrow-link', linkId: link.linkId, givenUp, label: say(locale, 'act.less', { what }), weight: 'grave' },
    ],
  });
}
