import type { AccountRef } from '#base';
import { accountWords, moneyWords, type Hearing, type Locale } from '#contract';
import type { Slots } from './frame.ts';
import { listWords } from './moments.ts';
import { isMeant, notLinked } from './selecting.ts';
import { plain, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/**
 * "Only tell me about purchases over $50": set at once, for it takes nothing back that could not be asked for,
 * and the words to undo it stand under the answer.
 */
export async function answerHear(turn: Turn, slots: Slots): Promise<Answer[]> {
  return ofAccounts(turn, slots, async (refs) => {
    const hearing = slots.hearing ?? {};
    await turn.money.hear(hearing, refs);
    return new Map(refs.map((ref) => [ref, hearing]));
  });
}

/** "What do you tell me about?" */
export async function answerHearing(turn: Turn, slots: Slots): Promise<Answer[]> {
  return ofAccounts(turn, slots, () => turn.money.hearings());
}

/** Says of each link what is told of its accounts that were meant: accounts with the same choice in one sentence. */
async function ofAccounts(
  turn: Turn,
  slots: Slots,
  hearings: (refs: readonly AccountRef[]) => Promise<ReadonlyMap<AccountRef, Hearing>>,
): Promise<Answer[]> {
  const { locale } = turn;
  const all = await turn.money.links();
  if (all.length === 0) return [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })];
  const named = all.filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (named.length === 0) return [notLinked(turn, slots.bank ?? '')];
  const links = named
    .map((link) => ({ link, accounts: link.accounts.filter((one) => isMeant(one, slots.account)) }))
    .filter(({ accounts }) => accounts.length > 0);
  if (links.length === 0) return [plain(locale, 'none.account')];
  const chosen = await hearings(links.flatMap(({ accounts }) => accounts.map((one) => one.accountRef)));
  return links.map(({ link, accounts }, n) => {
    const same = Map.groupBy(accounts, (one) => hearingWords(chosen.get(one.accountRef) ?? {}, locale));
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
    const isLimited = accounts.some((one) => chosen.get(one.accountRef)?.only !== undefined);
    if (isLimited) sentences.push(say(locale, 'hearing.kept'));
    const undo = { label: say(locale, 'quick.everything'), text: say(locale, 'quick.everything') };
    const extras = isLimited && n === links.length - 1 ? { quickReplies: [undo] } : {};
    return telling(link, null, sentences.join(' '), extras);
  });
}

function hearingWords({ only }: Hearing, locale: Locale): string {
  if (only === undefined) return say(locale, 'hearing.everything');
  const parts = [
    ...(only.over
      ? [say(locale, 'hearing.over', { amount: moneyWords(only.over.amount, only.over.currency, locale) })]
      : []),
    ...(only.abroad ? [say(locale, 'hearing.abroad')] : []),
    ...(only.online ? [say(locale, 'hearing.online')] : []),
    ...(only.moneyIn ? [say(locale, 'hearing.moneyIn')] : []),
  ];
  if (parts.length === 0) return say(locale, 'hearing.nothing');
  return say(locale, 'hearing.only', { what: listWords(parts, locale) });
}
