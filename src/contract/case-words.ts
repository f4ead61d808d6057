import { placeName, shortAccountName } from './card-words.ts';
import type { CaseCard } from './dispute-case.ts';
import {
  callPart,
  dayWords,
  type Matter,
  type MatterContext,
  type MatterPart,
  type MatterRow,
  type MatterStep,
  type MatterTag,
  type MatterWords,
} from './matter.ts';

/** What a disputed purchase says: its number, how far it has come, and what stands behind it. */

/** Puts a dispute into words. */
export function caseMatter(card: CaseCard, context: MatterContext): Matter {
  const { words, bankName } = context;
  const { caseNumber, account, state, purchase } = card;
  const bank = bankName(card.bank);
  const amount = words.money(purchase.amount, purchase.currency);
  const tag = tagOf(card, words);
  const label =
    caseNumber === undefined
      ? account && shortAccountName(words, account)
      : words.say('case.label', { number: caseNumber });
  const isUnsure = state === 'unknown';
  return {
    ...(label !== undefined && { label }),
    ...(tag && { tag }),
    what: { title: words.say(`case.${state}`, { amount, bank }), icon: 'dispute' },
    where: whereOf(card, words),
    parts: [
      { part: 'steps', steps: stepsOf(card, words) },
      ...asked(card, words, bank),
      ...(isUnsure ? [{ part: 'said', texts: [words.say('case.unsure', { bank })] } as const] : []),
      ...rowsOf(card, context, bank),
      ...evidence(card, context),
      ...(isUnsure ? callPart(context, card, 'call.sure') : []),
      { part: 'actions' },
    ],
  };
}

function tagOf({ state, credit }: CaseCard, words: MatterWords): MatterTag | undefined {
  switch (state) {
    case 'opened':
    case 'in-review':
    case 'closed':
      return { text: words.say(`case.tag.${state}`), tone: 'plain' };
    case 'needs-more':
      return { text: words.say('case.tag.needs-more'), tone: 'plain', icon: 'notice' };
    case 'won':
      return (
        credit && {
          text: words.say('case.tag.won', { amount: words.money(credit.amount, credit.currency) }),
          tone: 'done',
          icon: 'check',
        }
      );
    default:
      return undefined;
  }
}

/** "Joyería Ocampo, Guadalajara. You say it was not yours." */
function whereOf({ purchase, reason }: CaseCard, words: MatterWords): string {
  const place = purchase.online === true ? undefined : placeName(words, purchase);
  const name = purchase.merchant?.name ?? purchase.description;
  const where = [name, place].filter((part) => part !== undefined).join(', ');
  return `${where}. ${words.say(`case.why.${reason}`)}`;
}

function stepsOf({ state, openedAt }: CaseCard, words: MatterWords): MatterStep[] {
  const order = ['asked', 'opened', 'review', 'decided'] as const;
  const reached = {
    requested: 0,
    sent: 0,
    unknown: 0,
    opened: 1,
    'in-review': 2,
    'needs-more': 2,
    won: 3,
    lost: 3,
    closed: 3,
  }[state];
  const isOver = reached === 3;
  return order.map((step, index): MatterStep => {
    const standing: MatterStep['state'] =
      index < reached ? 'past' : index > reached ? 'later' : isOver ? (state === 'won' ? 'done' : 'past') : 'now';
    return {
      label: words.say(`case.step.${step}`),
      ...(step === 'opened' &&
        openedAt &&
        reached >= 1 && { detail: words.localDay(openedAt.slice(0, 10), Date.parse(openedAt)) }),
      state: standing,
    };
  });
}

/** What the bank asks, in its own words. */
function asked({ state, asks }: CaseCard, words: MatterWords, bank: string): MatterPart[] {
  if (state !== 'needs-more' || asks === undefined) return [];
  return [{ part: 'said', title: words.say('case.asks', { bank }), texts: [asks] }];
}

function rowsOf(
  { state, purchase, answerBy, credit }: CaseCard,
  { words, nowMs }: MatterContext,
  bank: string,
): MatterPart[] {
  const isOpen = state !== 'won' && state !== 'lost' && state !== 'closed';
  const rows: MatterRow[] = [];
  if (!['requested', 'sent', 'opened', 'in-review'].includes(state))
    rows.push({ name: words.say('case.purchase'), value: words.money(purchase.amount, purchase.currency) });
  if (isOpen && answerBy !== undefined)
    rows.push({
      name: words.say('case.answerBy', { bank }),
      value: dayWords(words, answerBy, nowMs),
    });
  if (credit && state !== 'lost')
    rows.push({
      name: words.say(state === 'won' ? 'case.credit.won' : 'case.credit'),
      value: words.money(credit.amount, credit.currency),
    });
  return rows.length > 0 ? [{ part: 'rows', rows, as: 'notes' }] : [];
}

function evidence({ state, evidence: given }: CaseCard, { words, nowMs }: MatterContext): MatterPart[] {
  const isOpen = ['opened', 'in-review', 'needs-more'].includes(state);
  if (given.length === 0) return isOpen ? [{ part: 'said', texts: [words.say('case.evidence.none')] }] : [];
  const items = given.map(({ kind, at, label }) => ({
    icon: kind,
    name: label ?? words.say(`case.evidence.${kind}`),
    ...(label !== undefined && { detail: words.say(`case.evidence.${kind}`) }),
    value: words.moment(at, nowMs),
  }));
  return [{ part: 'items', title: words.say('case.evidence'), items }];
}
