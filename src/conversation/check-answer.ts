import { isTellerlineError } from '#base';
import { moneyWords, type QuickReply } from '#contract';
import { compare, signsIn, type ToldPurchase, type Verdict } from './comparing.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { listWords, whenWords } from './moments.ts';
import type { Pasted } from './pasted.ts';
import { plain, suggest, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** So long after something happened somebody may still write about it. */
const daysCompared = 14;

/** "I got this SMS: …", "is this really my bank?": never "genuine", for nobody here sees who wrote it. */
export async function answerCheck(turn: Turn, { pasted }: Slots): Promise<Answer[]> {
  if (!pasted || pasted.isBare) return [await howToCheck(turn)];
  const links = await turn.money.links();
  const meant = pasted.banks.length === 0 ? links : links.filter(({ bank }) => pasted.banks.includes(bank.id));
  const able = meant.filter(({ purposes, unreadable }) => purposes.includes('transactions') && !unreadable);
  const known = await knownTo(turn, pasted, able);
  const verdict = known && compare(pasted, known);
  const signs = signsIn(pasted, ownSigns(turn));
  if (signs.length > 0) {
    const held = verdict?.verdict === 'not-yours' ? verdict : ({ verdict: 'not-yours', signs } as const);
    return notYours(turn, pasted, held, meant);
  }
  if (verdict?.verdict === 'told') return [told(turn, verdict.known, able)];
  const why = whyUnsure(turn, pasted, { links, meant, able, hasKnown: known !== undefined });
  return [why ?? notTold(turn, pasted, able)];
}

interface Looked {
  readonly links: readonly LinkOfCustomer[];
  readonly meant: readonly LinkOfCustomer[];
  readonly able: readonly LinkOfCustomer[];
  /** False when a bank's key could not be had: what it told is not known now. */
  readonly hasKnown: boolean;
}

const ownSigns = ({ money, checks }: Turn) => ({
  telephones: money.banks().map(({ telephone }) => telephone),
  hosts: [new URL(checks.address()).hostname],
});

/** What the banks told that may be meant; nothing is opened for a text in which there is no amount. */
async function knownTo(turn: Turn, pasted: Pasted, able: readonly LinkOfCustomer[]) {
  const { now, checks } = turn;
  const own = ownSigns(turn);
  if (pasted.cents.length === 0) return { ...own, told: [] };
  const day = (instant: Temporal.Instant): string => instant.toString().slice(0, 10);
  const [from, to] = [day(now.subtract({ hours: 24 * daysCompared })), day(now.add({ hours: 24 }))];
  try {
    return { ...own, told: (await Promise.all(able.map((link) => checks.told(link, from, to)))).flat() };
  } catch (error) {
    if (isTellerlineError(error, 'key_service_unavailable')) return undefined;
    throw error;
  }
}

/** Why nothing can be said of a message that carries nothing to be warned of; undefined when something can. */
function whyUnsure(turn: Turn, pasted: Pasted, { links, meant, able, hasKnown }: Looked): Answer | undefined {
  const { locale, money } = turn;
  const bank = money.banks().find(({ id }) => pasted.banks.includes(id));
  const care = say(locale, 'check.care', { call: callWords(turn, meant) });
  const unsure = (why: string, extras = {}): Answer => plain(locale, 'check.unsure', { why, care }, extras);
  if (links.length === 0) return unsure(say(locale, 'check.why.none'), { waysOn: [wayToLink(locale)] });
  if (meant.length === 0 && bank)
    return unsure(say(locale, 'check.why.unlinked', { bank: bank.name }), { waysOn: [wayToLink(locale, bank)] });
  if (pasted.cents.length === 0) return unsure(say(locale, 'check.why.nothing'));
  if (able.length === 0 || !hasKnown) return unsure(say(locale, 'check.why.unshared'));
  return able.every(({ history }) => history.done) ? undefined : unsure(say(locale, 'check.why.reading'));
}

/** Whom to call: the one bank that is meant, else the number that everybody has. */
function callWords({ locale }: Turn, meant: readonly LinkOfCustomer[]): string {
  const [only, ...others] = meant;
  if (!only || others.length > 0) return say(locale, 'check.call.card');
  return say(locale, 'check.call', { bank: only.bank.name, telephone: only.bank.telephone });
}

const nameOf = ({ locale, money }: Turn, pasted: Pasted, meant: readonly LinkOfCustomer[]): string => {
  const named = money.banks().find(({ id }) => pasted.banks.includes(id))?.name;
  const only = meant.length === 1 ? meant[0]?.bank.name : undefined;
  return named ?? only ?? say(locale, 'check.bank');
};

function freeze({ locale }: Turn): QuickReply {
  return { label: say(locale, 'quick.freeze'), text: say(locale, 'quick.freeze.text') };
}

function notYours(
  turn: Turn,
  pasted: Pasted,
  { signs, known }: Extract<Verdict, { verdict: 'not-yours' }>,
  meant: readonly LinkOfCustomer[],
): Answer[] {
  const { locale } = turn;
  const bank = nameOf(turn, pasted, meant);
  const why = listWords(
    signs.map((sign) => say(locale, `check.sign.${sign}`)),
    locale,
  );
  const care = say(locale, 'check.care', { call: callWords(turn, meant) });
  const quickReplies = meant.length > 0 ? [freeze(turn), ...suggest(locale, ['recent'])] : [];
  const extras = quickReplies.length > 0 ? { quickReplies } : {};
  // Readable at every messenger: nothing of what a bank told is in it.
  const warned = plain(locale, 'check.not-yours', { bank, why, care }, extras);
  const link = meant.find(({ linkId }) => linkId === known?.linkId);
  if (!known || !link) return [warned];
  return [warned, telling(link, 'transactions', say(locale, 'check.true', purchaseWords(turn, known)))];
}

function told(turn: Turn, known: ToldPurchase, able: readonly LinkOfCustomer[]): Answer {
  const { locale } = turn;
  const link = able.find(({ linkId }) => linkId === known.linkId);
  if (!link) return plain(locale, 'check.unsure', { why: say(locale, 'check.why.unshared'), care: '' });
  const { bank } = link;
  const values = { ...purchaseWords(turn, known), bank: bank.name, telephone: bank.telephone };
  const key = known.toldAt === undefined ? 'check.shown' : 'check.told';
  return telling(link, 'transactions', say(locale, key, values), { quickReplies: [freeze(turn)] });
}

function purchaseWords({ locale, timeZone, now }: Turn, known: ToldPurchase): Readonly<Record<string, string>> {
  return {
    amount: moneyWords(known.amount, known.currency, locale),
    merchant: known.merchant?.name ?? known.description,
    when: whenWords(known.toldAt ?? known.occurredAt, locale, timeZone, now),
  };
}

/** Nothing of the kind was told. Where held purchases are not shared, the bank itself has to be asked. */
function notTold(turn: Turn, pasted: Pasted, able: readonly LinkOfCustomer[]): Answer {
  const { locale } = turn;
  const bank = nameOf(turn, pasted, able);
  const care = say(locale, 'check.care', { call: callWords(turn, able) });
  const isBlind = able.some(({ purposes }) => !purposes.includes('fraud-alerts'));
  const holds = isBlind ? say(locale, 'check.holds', { bank }) : '';
  const quickReplies = [freeze(turn), ...suggest(locale, ['recent'])];
  return plain(locale, 'check.not-told', { bank, days: daysCompared, holds, care }, { quickReplies });
}

/** What can be checked and how; of the newest thing that a bank told, who signed it. */
async function howToCheck(turn: Turn): Promise<Answer> {
  const { locale, timeZone, now, money, checks, elsewhere } = turn;
  const newest = await checks.newest();
  const link = newest && (await money.links()).find(({ linkId }) => linkId === newest.linkId);
  const how = say(locale, elsewhere ? 'check.how.elsewhere' : 'check.how', { address: checks.address() });
  if (!newest || !link) return plain(locale, 'check.how.none', { how });
  const values = { bank: link.bank.name, when: whenWords(newest.at, locale, timeZone, now), key: newest.key ?? '' };
  const signed = say(locale, newest.key === undefined ? 'check.newest.fetched' : 'check.newest', values);
  const log = say(locale, newest.inLog ? 'check.newest.log' : 'check.newest.waiting');
  return plain(locale, 'check.how.newest', { signed, log, how });
}
