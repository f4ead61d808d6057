import { TellerlineError, type CaseId } from '#base';
import type { Locale, QuickReply } from '#contract';
import { findCustomer, type Act } from '#customers';
import type { Transaction } from '#db';
import type { CaseOfCustomer, Talk } from '#desk';
import type { Audience, Thread } from '#delivery';
import { saidOfAlert } from './alert-words.ts';
import { nameOf, tellBrowsers } from './case-opening.ts';
import { wishForCard } from './control-words.ts';
import { changesOf } from './saying.ts';
import { firmly } from './stopping.ts';
import type { TalkParts } from './talk-parts.ts';
import { wishOfTalk } from './talk-wishes.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/** What a customer does with a talk while it goes on, by words and by buttons. */

/**
 * The talk to whose staff a text goes; undefined: to Tellerline. What ends or protects is heard here first, whatever
 * goes on: "stop", "delete my account", "freeze my card", an answer to an alert, and what is said of the talk itself.
 */
export async function talkFor(parts: TalkParts, thread: Thread, text: string): Promise<Talk | undefined> {
  const talk = await parts.desk.talkOf(parts.database, thread.conversationId);
  if (!talk || (await isForUs(parts, thread, text))) return undefined;
  return talk;
}

const protective: readonly string[] = ['freeze', 'report-lost', 'report-stolen'];

async function isForUs(parts: TalkParts, { customerId }: Thread, text: string): Promise<boolean> {
  if (wishOfTalk(text)) return true;
  const named = parts.faces();
  const banks = named.filter(({ kind }) => kind !== 'shop');
  if (firmly(text, named, false)) return true;
  const card = wishForCard(text, { banks, accounts: [] });
  if (card?.intent === 'card' && protective.includes(card.control.action)) return true;
  if (saidOfAlert(text) === undefined) return false;
  return (await parts.controls.alerts.open(parts.database, customerId)).length > 0;
}

/**
 * Does what was said of a talk itself, and answers it; undefined when nothing was, or there is none that it could be
 * said of: then the words are a question like any other. All of it is harmless or ends something.
 */
export async function answerTalkWish(
  parts: TalkParts,
  thread: Thread,
  text: string,
  locale: Locale,
): Promise<Answer[] | undefined> {
  const said = wishOfTalk(text);
  if (!said) return undefined;
  const cases = await parts.desk.cases(parts.database, thread);
  const open = cases.filter(({ state }) => state !== 'closed');
  const talk = open.find(({ isTalk }) => isTalk);
  const one =
    said.wish === 'rate'
      ? cases.find(({ number, state }) => number === said.number && state === 'closed')
      : said.wish === 'resume'
        ? (talk ?? open[0])
        : talk;
  if (!one) return undefined;
  await parts.vault.askAhead({ linkIds: [one.linkId] });
  return parts.database.transaction((tx) =>
    said.wish === 'rate'
      ? rate(parts, tx, thread, one, said.rating, locale)
      : doInCase(parts, tx, thread, one, said.wish, locale),
  );
}

type What = 'leave' | 'resume' | 'close';

async function doInCase(
  parts: TalkParts,
  tx: Transaction,
  thread: Thread,
  one: CaseOfCustomer,
  what: What,
  locale: Locale,
): Promise<Answer[]> {
  const { caseId } = one;
  const bank = nameOf(parts, one);
  const number = String(one.number);
  if (what === 'leave') await parts.desk.leave(tx, thread, caseId);
  else if (what === 'resume') await parts.desk.resume(tx, thread, caseId);
  else await parts.desk.close(tx, thread, caseId);
  tx.afterCommit(() => parts.talkCards.soon(thread, caseId));
  tellBrowsers(parts, tx, thread);
  if (what === 'leave') {
    const asks = [
      {
        act: 'in-case',
        linkId: one.linkId,
        inCase: { caseId, what: 'resume' },
        label: say(locale, 'act.case.write', { bank }),
        weight: 'plain',
      },
    ] as const;
    return [plain(locale, 'case.left', { bank, number }, { asks })];
  }
  if (what === 'resume') return [plain(locale, 'case.resumed', { bank, number })];
  return [plain(locale, 'case.closed.own', { bank, number }, { quickReplies: ratings(one.number, locale) })];
}

async function rate(
  parts: TalkParts,
  tx: Transaction,
  thread: Thread,
  { caseId }: CaseOfCustomer,
  rating: number,
  locale: Locale,
): Promise<Answer[]> {
  await parts.desk.rate(tx, thread, caseId, rating);
  tx.afterCommit(() => parts.talkCards.soon(thread, caseId));
  return [plain(locale, rating >= 4 ? 'case.rated' : 'case.rated.low')];
}

/** One to five, in one tap. */
export function ratings(number: number, locale: Locale): QuickReply[] {
  return [5, 4, 3, 2, 1].map((rating) => ({
    label: say(locale, `case.rate.${rating as 1 | 2 | 3 | 4 | 5}`),
    text: say(locale, 'case.rate.text', { rating: String(rating), number: String(number) }),
  }));
}

const invalid = (): TellerlineError =>
  new TellerlineError('act_invalid', 403, 'This button does not belong to this chat. Nothing was done.');

async function ownCase(parts: TalkParts, tx: Transaction, thread: Thread, caseId: CaseId): Promise<CaseOfCustomer> {
  const one = (await parts.desk.cases(tx, thread)).find((each) => each.caseId === caseId);
  if (!one) throw new TellerlineError('case_unknown', 404, 'There is no such case here.');
  return one;
}

/** A button of a talk: leave it, go back to it, close it. @throws TellerlineError `case_unknown`, `case_closed` */
export async function pressInCase(parts: TalkParts, tx: Transaction, act: Act, to: Audience): Promise<void> {
  const { inCase, customerId, conversationId } = act;
  if (!inCase) throw invalid();
  const thread = { customerId, conversationId };
  const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
  const one = await ownCase(parts, tx, thread, inCase.caseId);
  // Pressed twice it is done once, and said once.
  const isDone = inCase.what === 'close' ? one.state === 'closed' : inCase.what === 'leave' ? !one.isTalk : one.isTalk;
  if (isDone) return;
  const answers = await doInCase(parts, tx, thread, one, inCase.what, locale);
  await parts.delivery.write(tx, changesOf(parts, thread, answers, { to }));
}

/** Shares one more field with staff for this talk alone; what it takes besides was proven before. @throws TellerlineError `case_unknown`, `case_closed` */
export async function shareInCase(parts: TalkParts, tx: Transaction, act: Act, to: Audience): Promise<void> {
  const { share, customerId, conversationId } = act;
  if (!share) throw invalid();
  const thread = { customerId, conversationId };
  const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
  const one = await ownCase(parts, tx, thread, share.caseId);
  await parts.desk.share(tx, thread, share.caseId, share.field);
  const words = plain(locale, `case.shared.${share.field}`, { bank: nameOf(parts, one), number: String(one.number) });
  await parts.delivery.write(tx, changesOf(parts, thread, [words], { to }));
}
