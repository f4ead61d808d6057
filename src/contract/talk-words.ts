import type { Matter, MatterContext, MatterPart, MatterRow, MatterTag, MatterWords } from './matter.ts';
import type { TalkCard } from './talk-card.ts';
import { waitParts } from './wait-words.ts';

/** What a talk with a bank's staff says: whose turn it is, how long it will be, and by when an answer was promised. */

/** Puts a talk into words. */
export function talkMatter(card: TalkCard, context: MatterContext): Matter {
  const { words, bankName } = context;
  const bank = bankName(card.bank);
  const tag = tagOf(card, words);
  return {
    label: words.say('case.label', { number: card.number }),
    ...(tag && { tag }),
    what: { title: titleOf(card, words, bank), icon: 'words' },
    where: words.say(`talk.about.${card.team}`),
    parts: [...promised(card, context, bank), ...rated(card, words), { part: 'actions' }],
  };
}

function tagOf({ state, place, opensAt }: TalkCard, words: MatterWords): MatterTag | undefined {
  if (state === 'waiting' && opensAt !== undefined)
    return { text: words.say('talk.tag.shut'), tone: 'plain', icon: 'wait' };
  if (state === 'waiting')
    return place === undefined
      ? { text: words.say('talk.tag.waiting'), tone: 'plain', icon: 'wait' }
      : { text: words.say('talk.tag.place', { place }), tone: 'plain', icon: 'wait' };
  return { text: words.say(`talk.tag.${state}`), tone: 'plain' };
}

function titleOf({ state, staff, opensAt, place }: TalkCard, words: MatterWords, bank: string): string {
  if (state === 'closed') return words.say('talk.closed', { bank });
  if (staff !== undefined && state !== 'waiting')
    return words.say(state === 'claimed' ? 'talk.claimed' : 'talk.with-customer', { staff, bank });
  if (opensAt !== undefined) return words.say('talk.shut', { bank });
  return words.say(place === 1 ? 'talk.next' : 'talk.waiting', { bank });
}

function promised(card: TalkCard, { words, nowMs }: MatterContext, bank: string): MatterPart[] {
  const { state, expectedWaitSeconds, waitSpan, answerBy, opensAt } = card;
  if (state === 'closed') return [];
  if (state === 'with-customer') return [{ part: 'said', texts: [words.say('talk.yours', { bank })] }];
  const rows: MatterRow[] = [];
  if (state === 'waiting' && opensAt !== undefined)
    rows.push({ name: words.say('talk.opens', { bank }), value: words.moment(opensAt, nowMs) });
  else if (state === 'waiting' && expectedWaitSeconds !== undefined) {
    const { about, usually } = waitParts(expectedWaitSeconds, waitSpan, words.locale);
    rows.push({ name: words.say('talk.wait'), value: about });
    if (usually !== undefined) rows.push({ name: words.say('talk.usually'), value: usually });
  }
  if (answerBy !== undefined)
    rows.push({ name: words.say('talk.answerBy'), value: words.moment(answerBy, nowMs), strong: true });
  const kept = state === 'waiting' ? [{ part: 'said', texts: [words.say('talk.kept')] } as const] : [];
  return [...(rows.length > 0 ? [{ part: 'rows', rows, as: 'notes' } as const] : []), ...live(card, words), ...kept];
}

/** Its clock: how long until the promised moment, in words that change by the minute. */
function live({ answerBy, state }: TalkCard, words: MatterWords): MatterPart[] {
  if (answerBy === undefined || state === 'with-customer') return [];
  const until = Date.parse(answerBy);
  const say = (nowMs: number): string => {
    const minutes = Math.ceil((until - nowMs) / 60_000);
    return minutes > 0 ? words.say('talk.left', { span: spanOf(minutes, words) }) : words.say('talk.late');
  };
  return [{ part: 'live', say, still: words.say('talk.promise'), every: 'minute' }];
}

function spanOf(minutes: number, words: MatterWords): string {
  if (minutes < 90) return words.say('talk.minutes', { count: minutes });
  return words.say('talk.hours', { count: Math.round(minutes / 60) });
}

function rated({ rating }: TalkCard, words: MatterWords): MatterPart[] {
  if (rating === undefined) return [];
  return [
    { part: 'rows', rows: [{ name: words.say('talk.rating'), value: words.say('talk.of5', { rating }) }], as: 'notes' },
  ];
}
