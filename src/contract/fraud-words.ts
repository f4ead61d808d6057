import {
  amountOf,
  capital,
  categoryOfPurchase,
  placeName,
  shortAccountName,
  subjectOf,
  whereAndWhen,
  type MapSubject,
} from './card-words.ts';
import type { FraudAlertCard } from './fraud-alert.ts';
import {
  callPart,
  distanceWords,
  inSentence,
  spanWords,
  type Matter,
  type MatterContext,
  type MatterPart,
  type MatterTag,
} from './matter.ts';

/** What a held purchase says: first to ask, then what became of it. */

/** Puts an alert into words. While it asks it stands in full; settled, it is one line and its outcome. */
export function fraudMatter(card: FraudAlertCard, context: MatterContext): Matter {
  const { words } = context;
  const label = shortAccountName(words, card.account);
  const tag = tagOf(card, context);
  const { transaction } = card;
  const amount = amountOf(words, transaction);
  const name = transaction.merchant?.name ?? transaction.description;
  if (isSettled(card)) {
    const show: MatterPart = { part: 'more', summary: words.say('fraud.show'), parts: whereAndWhy(card, context) };
    return {
      tag,
      folded: { amount, name: words.say('fraud.at', { merchant: name }) },
      parts: [...outcome(card, context), { part: 'actions' }, show],
    };
  }
  const isAsked = card.state === 'open' || card.state === 'asked-again';
  const degraded = card.degraded ? callPart(context, card, 'call.degraded') : [];
  const call = degraded.length === 0 && card.cannotFreeze ? callPart(context, card, 'call.freeze') : degraded;
  return {
    label,
    tag,
    what: { amount, name, icon: categoryOfPurchase(transaction) },
    // Held is neither pending nor posted.
    where: whereAndWhen(words, { ...transaction, status: 'posted' }, context.nowMs),
    parts: isAsked
      ? [...whereAndWhy(card, context), ...waiting(card, context), ...call, { part: 'actions' }]
      : [...onItsWay(card, context), ...degraded, { part: 'actions' }],
  };
}

/** Nothing more is to come of it. */
function isSettled({ state }: FraudAlertCard): boolean {
  return state === 'released' || state === 'frozen' || state === 'declined' || state === 'expired';
}

function tagOf({ state, watch, answer }: FraudAlertCard, { words }: MatterContext): MatterTag {
  switch (state) {
    case 'open':
    case 'asked-again':
      return watch
        ? { text: words.say('fraud.ask'), tone: 'plain' }
        : { text: words.say('fraud.ask'), tone: 'fraud', icon: 'alert' };
    case 'frozen':
      return { text: words.say('fraud.tag.frozen'), tone: 'done', icon: 'check' };
    case 'released':
      if (watch && answer) return { text: words.say(`fraud.tag.${answer}`), tone: 'plain' };
      return { text: words.say('fraud.tag.released'), tone: answer === 'mine' ? 'done' : 'plain' };
    case 'sending':
    case 'unknown':
      return { text: words.say(`fraud.tag.${state}`), tone: 'plain', icon: 'wait' };
    default:
      return { text: words.say(`fraud.tag.${state}`), tone: 'plain' };
  }
}

/** The map with the customer's last own purchase, and why the bank, or the customer's own rule, asks. */
function whereAndWhy(card: FraudAlertCard, context: MatterContext): MatterPart[] {
  const { words, bankName } = context;
  const { watch, reasons, lastOwn } = card;
  const bank = bankName(card.bank);
  const map = mapOf(card, context);
  const before = beforeWords(card, context);
  if (watch) {
    const texts = [words.say(`fraud.watch.${watch}`), before, words.say('fraud.watch.nothing', { bank })];
    return [
      ...map,
      { part: 'said', title: words.say('fraud.watch'), texts: texts.filter((text) => text !== undefined) },
    ];
  }
  // How far the last own purchase was says the first reason better than its name.
  const named = reasons.filter((reason) => !(reason === 'far-apart' && lastOwn));
  const said = named.slice(0, reasonsMax).map((reason) => words.say(`fraud.reason.${reason}`, { bank }));
  const texts = before === undefined ? said : [before, ...said.slice(0, reasonsMax - 1)];
  return [...map, { part: 'said', title: words.say('fraud.held', { bank }), texts }];
}

/** More than these say no more; the card has to fit a phone. */
const reasonsMax = 2;

function beforeWords({ lastOwn }: FraudAlertCard, { words }: MatterContext): string | undefined {
  if (!lastOwn) return undefined;
  const span = spanWords(words, lastOwn.minutes);
  const place = placeName(words, lastOwn.purchase);
  const distance = distanceWords(words, lastOwn.km);
  if (place === undefined) return distance && words.say('fraud.before.nowhere', { span, distance });
  return distance === undefined
    ? words.say('fraud.before.near', { span, place })
    : words.say('fraud.before', { span, place, distance });
}

/** The place of the held purchase, and a quiet dot where the customer's own last one was. */
function mapOf({ transaction, lastOwn, watch }: FraudAlertCard, { words }: MatterContext): MatterPart[] {
  const asked = subjectOf(words, transaction).map((subject): MapSubject => {
    if (subject.kind === 'region') return watch ? subject : { ...subject, look: 'held' };
    const when = words.time(transaction.occurredAt);
    return { ...subject, look: watch ? 'place' : 'held', label: when, detail: subject.name };
  });
  const own = lastOwn ? subjectOf(words, lastOwn.purchase) : [];
  const dots = own.flatMap((subject): MapSubject[] => {
    if (subject.kind !== 'pin' || !lastOwn) return [];
    const when = words.time(lastOwn.purchase.occurredAt);
    const detail = placeName(words, lastOwn.purchase) ?? subject.name;
    return [{ ...subject, look: 'own', label: words.say('map.you', { when }), detail }];
  });
  if (asked.length === 0) return [];
  const isPinned = asked.every(({ kind }) => kind === 'pin');
  // A region alone is tinted: a dot beside it would give it a place that nobody knows.
  if (!isPinned || dots.length === 0) return [{ part: 'map', subjects: asked, height: 'low' }];
  const distance = lastOwn && distanceWords(words, lastOwn.km);
  const line =
    distance && lastOwn
      ? { label: words.say('between', { distance, span: inSentence(spanWords(words, lastOwn.minutes), words.region) }) }
      : {};
  const [held, before] = [asked[0]?.kind === 'pin' ? asked[0].name : '', dots[0]?.kind === 'pin' ? dots[0].name : ''];
  const name = words.say('map.between', { held, own: before });
  return [{ part: 'map', subjects: [...dots, ...asked], height: 'tall', line, name }];
}

/** Until when the bank waits, and what it does without an answer. */
function waiting(
  { state, answerBy, otherwise, bank: id, watch }: FraudAlertCard,
  context: MatterContext,
): MatterPart[] {
  const { words, bankName } = context;
  const bank = bankName(id);
  const parts: MatterPart[] = [];
  if (answerBy !== undefined && !watch) {
    const time = words.time(answerBy);
    const still = words.say(otherwise === undefined ? 'fraud.wait' : `fraud.wait.${otherwise}`, { bank, time });
    const say = (nowMs: number): string => {
      const leftMs = Date.parse(answerBy) - nowMs;
      if (leftMs <= 0) return words.say('fraud.over', { bank });
      const minutes = Math.floor(leftMs / 60_000);
      const left =
        minutes < 1 ? words.say('fraud.left.last') : words.say('fraud.left', { span: spanWords(words, minutes) });
      return `${still} ${left}`;
    };
    parts.push({ part: 'live', say, still, every: 'minute' });
  }
  if (state === 'asked-again') parts.push({ part: 'said', texts: [words.say('fraud.confirm')], icon: 'notice' });
  return parts;
}

/** The answer is given and not confirmed: what is known, and what is not. */
function onItsWay(card: FraudAlertCard, context: MatterContext): MatterPart[] {
  const { words, bankName } = context;
  const { state, answer, answeredAt, transaction } = card;
  const bank = bankName(card.bank);
  const isUnknown = state === 'unknown';
  const said = answer && words.say(`fraud.said.${answer}`);
  const told = words.say(isUnknown ? 'fraud.unknown' : 'fraud.sending', { bank });
  const time = (instant: string | undefined): { detail?: string } => (instant ? { detail: words.time(instant) } : {});
  return [
    { part: 'said', texts: [said, told].filter((text) => text !== undefined) },
    {
      part: 'steps',
      steps: [
        { label: words.say('fraud.step.held'), ...time(transaction.occurredAt), state: 'past' },
        { label: words.say('fraud.step.answered'), ...time(answeredAt), state: isUnknown ? 'past' : 'now' },
        isUnknown
          ? { label: words.say('fraud.tag.unknown'), state: 'trouble' }
          : { label: words.say('fraud.step.confirmed'), state: 'later' },
      ],
    },
    ...(isUnknown && !card.degraded ? callPart(context, card, 'call.sure') : []),
  ];
}

/** What the bank confirmed, in a sentence; of a released one, when it can be tried again. */
function outcome(card: FraudAlertCard, context: MatterContext): MatterPart[] {
  const { words } = context;
  const said: MatterPart = { part: 'said', texts: outcomeWords(card, context) };
  const number = card.caseNumber === undefined ? [] : [words.say('case.label', { number: card.caseNumber })];
  const noted: MatterPart[] =
    number.length > 0
      ? [{ part: 'rows', as: 'notes', rows: number.map((value) => ({ name: words.say('case.label.none'), value })) }]
      : [];
  const call = callOf(card, context);
  return [said, ...retry(card, context), ...noted, ...call];
}

/** Where something went wrong, or a card that was used by somebody else could not be frozen from here. */
function callOf(card: FraudAlertCard, context: MatterContext): MatterPart[] {
  if (card.degraded) return callPart(context, card, 'call.degraded');
  const isLeft = card.cannotFreeze && card.state === 'declined' && card.answer === 'not-mine';
  return isLeft ? callPart(context, card, 'call.freeze') : [];
}

function outcomeWords(card: FraudAlertCard, { words, bankName }: MatterContext): string[] {
  const { state, answer, answerBy, otherwise, account, transaction, watch } = card;
  const bank = bankName(card.bank);
  const time = answerBy === undefined ? '' : words.time(answerBy);
  const said = answer && words.say(`fraud.said.${answer}`);
  const both = (text: string): string[] => [said, text].filter((one) => one !== undefined);
  switch (state) {
    case 'released':
      if (watch) return both(words.say('fraud.noted'));
      return both(words.say(answer === 'not-mine' ? 'fraud.released.late' : 'fraud.released', { bank }));
    case 'frozen':
      return both(words.say('fraud.frozen', { bank, last4: transaction.cardLast4 ?? account.last4 }));
    case 'declined':
      return both(words.say(answer === 'mine' ? 'fraud.declined.late' : 'fraud.declined', { bank }));
    default: {
      const ended = otherwise === undefined ? 'fraud.expired' : (`fraud.expired.${otherwise}` as const);
      return [words.say(ended, { bank, time })];
    }
  }
}

/** From when and until when the purchase can be tried again, counted down where something can move. */
function retry({ state, retryFrom, retryUntil, watch }: FraudAlertCard, { words }: MatterContext): MatterPart[] {
  if (state !== 'released' || watch || (retryFrom === undefined && retryUntil === undefined)) return [];
  const from = retryFrom === undefined ? Number.NEGATIVE_INFINITY : Date.parse(retryFrom);
  const until = retryUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(retryUntil);
  const time = retryUntil === undefined ? '' : words.time(retryUntil);
  const say = (nowMs: number): string => {
    if (nowMs < from) return words.say('fraud.retry.soon', { left: clock(words.number, from - nowMs) });
    if (retryUntil === undefined) return words.say('fraud.retry.open');
    if (nowMs < until) return words.say('fraud.retry.now', { left: clock(words.number, until - nowMs), time });
    return words.say('fraud.retry.over', { time });
  };
  const still =
    retryUntil === undefined
      ? words.say('fraud.retry.from', { time: retryFrom === undefined ? '' : words.time(retryFrom) })
      : words.say('fraud.retry.until', { time });
  return [{ part: 'live', say, still: capital(still, words.region), every: 'second' }];
}

/** "9:41": minutes and seconds, as a clock counts down. */
function clock(number: (value: number) => string, leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  return `${number(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
