import type { AccountRef } from '#base';
import { accountWords, moneyWords, type Hearing, type HearingChange, type HearingWatch, type Locale } from '#contract';
import type { Slots } from './frame.ts';
import { hoursWords } from './hours-answer.ts';
import type { LinkedAccount, LinkOfCustomer } from './money.ts';
import { listWords } from './moments.ts';
import { isMeant, notLinked } from './selecting.ts';
import { ofNoBank, plain, telling, wayToLink, wayToPrivacy, type Answer, type Turn } from './turn.ts';
import { say, type Sentence } from './words.ts';

interface Meant {
  readonly link: LinkOfCustomer;
  readonly accounts: readonly LinkedAccount[];
}

/**
 * "Only tell me about purchases over $50": set at once, for it takes nothing back that could not be asked for,
 * and the words to undo it stand under the answer.
 */
export async function answerHear(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { wishes, locale } = turn;
  const change = slots.hearing ?? {};
  const { meant, refused } = await meantBy(turn, slots);
  if (refused) return [refused];
  const able = meant.map((one) => ableTo(change, one)).filter(({ accounts }) => accounts.length > 0);
  if (able.length === 0) {
    const none = change.watch ? 'hearing.noPurchases' : 'hearing.noBalance';
    return [plain(locale, none, {}, { waysOn: [wayToPrivacy(locale)] })];
  }
  await wishes.hear(
    change,
    able.flatMap(({ accounts }) => accounts.map((one) => one.accountRef)),
  );
  return sayOf(turn, able, await wishes.hearings());
}

/** "What do you tell me about?": of each account, and when. */
export async function answerHearing(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { meant, refused } = await meantBy(turn, slots);
  const hours = ofNoBank(hoursWords(await turn.wishes.hours(), turn.locale));
  return refused ? [refused, hours] : [...sayOf(turn, meant, await turn.wishes.hearings()), hours];
}

/** A limit is one of what is left in an account, of which balances are shared; a watch is one of purchases. */
function ableTo({ low, watch }: HearingChange, { link, accounts }: Meant): Meant {
  if (watch) return { link, accounts: link.purposes.includes('transactions') ? accounts : [] };
  if (!low) return { link, accounts };
  const hasBalance = link.purposes.includes('balances');
  return { link, accounts: hasBalance ? accounts.filter(({ kind }) => kind !== 'card') : [] };
}

async function meantBy(turn: Turn, slots: Slots): Promise<{ meant: readonly Meant[]; refused?: Answer }> {
  const { locale } = turn;
  const all = await turn.money.links();
  if (all.length === 0) return { meant: [], refused: plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] }) };
  const named = all.filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (named.length === 0) return { meant: [], refused: notLinked(turn, slots.bank ?? '') };
  const meant = named
    .map((link) => ({ link, accounts: link.accounts.filter((one) => isMeant(one, slots.account)) }))
    .filter(({ accounts }) => accounts.length > 0);
  return meant.length > 0 ? { meant } : { meant, refused: plain(locale, 'none.account') };
}

/** Says of each link what is told of its accounts that were meant: accounts with the same choice in one sentence. */
function sayOf({ locale }: Turn, meant: readonly Meant[], hearings: ReadonlyMap<AccountRef, Hearing>): Answer[] {
  return meant.map(({ link, accounts }, n) => {
    const of = (one: LinkedAccount): Hearing => hearings.get(one.accountRef) ?? {};
    const same = Map.groupBy(accounts, (one) => hearingWords(of(one), locale));
    const sentences = [...same].map(([what, some]) =>
      say(locale, 'hearing.of', {
        bank: link.bank.name,
        accounts: listWords(
          some.map((one) => accountWords(one, locale)),
          locale,
        ),
        what,
      }),
    );
    const isLimited = accounts.some((one) => of(one).only !== undefined);
    if (isLimited) sentences.push(say(locale, 'hearing.kept'));
    const isWatched = accounts.some((one) => of(one).watch !== undefined);
    const offered: Sentence[] = [
      ...(isLimited ? (['quick.everything'] as const) : []),
      isWatched ? 'quick.watch.off' : 'quick.watch',
    ];
    const quickReplies = offered.map((key) => ({ label: say(locale, key), text: say(locale, key) }));
    const isLast = n === meant.length - 1;
    const extras = isLast ? { quickReplies, waysOn: [wayToPrivacy(locale)] } : {};
    return telling(link, null, sentences.join(' '), extras);
  });
}

function hearingWords({ only, low, watch }: Hearing, locale: Locale): string {
  const said = [only === undefined ? say(locale, 'hearing.everything') : conditionWords(only, locale)];
  if (low) said.push(say(locale, 'hearing.low', { amount: moneyWords(low.amount, low.currency, locale) }));
  if (watch) said.push(say(locale, 'hearing.watch', { what: listWords(watchWords(watch, locale), locale) }));
  return said.join(' ');
}

function watchWords({ abroad, online, over, newMerchant, twoCountries }: HearingWatch, locale: Locale): string[] {
  return [
    ...(over ? [say(locale, 'hearing.over', { amount: moneyWords(over.amount, over.currency, locale) })] : []),
    ...(abroad ? [say(locale, 'hearing.abroad')] : []),
    ...(online ? [say(locale, 'hearing.online')] : []),
    ...(newMerchant ? [say(locale, 'hearing.newMerchant')] : []),
    ...(twoCountries ? [say(locale, 'hearing.twoCountries')] : []),
  ];
}

function conditionWords(only: NonNullable<Hearing['only']>, locale: Locale): string {
  const parts = [
    ...(only.over
      ? [say(locale, 'hearing.over', { amount: moneyWords(only.over.amount, only.over.currency, locale) })]
      : []),
    ...(only.abroad ? [say(locale, 'hearing.abroad')] : []),
    ...(only.online ? [say(locale, 'hearing.online')] : []),
    ...(only.moneyIn ? [say(locale, 'hearing.moneyIn')] : []),
    ...(only.salary ? [say(locale, 'hearing.salary')] : []),
  ];
  if (parts.length === 0) return say(locale, 'hearing.nothing');
  return say(locale, 'hearing.only', { what: listWords(parts, locale) });
}
