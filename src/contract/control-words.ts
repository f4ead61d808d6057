import type { CardControlCard } from './card-control.ts';
import { shortAccountName } from './card-words.ts';
import {
  callPart,
  dayWords,
  type Matter,
  type MatterContext,
  type MatterIcon,
  type MatterPart,
  type MatterRow,
  type MatterStep,
  type MatterWords,
} from './matter.ts';

/** What an act on a card says: never that it is done before the bank confirmed it. */

const icons: Readonly<Record<CardControlCard['action'], MatterIcon>> = {
  freeze: 'freeze',
  unfreeze: 'unfreeze',
  'report-lost': 'card',
  'report-stolen': 'card',
  replace: 'card',
  limit: 'limit',
  'online-on': 'online',
  'online-off': 'online',
  'abroad-on': 'abroad',
  'abroad-off': 'abroad',
};

/** Puts an act into words: what it is to do, how far it has come, and what is not known. */
export function controlMatter(card: CardControlCard, context: MatterContext): Matter {
  const { words } = context;
  const { account, cardLast4, action, state } = card;
  const isSure = state !== 'unknown' && !(state === 'refused' && card.reason === 'call-bank');
  return {
    label: shortAccountName(words, { ...account, kind: 'card', last4: cardLast4 }),
    what: { title: titleOf(card, context), icon: icons[action] },
    where: whereOf(card, context),
    parts: [
      ...(card.byBank ? [] : [{ part: 'steps', steps: stepsOf(card, words) } as const]),
      ...rowsOf(card, context),
      ...(isSure ? [] : callPart(context, card, 'call.sure')),
      { part: 'actions' },
    ],
  };
}

/** An act's words by its name; of a limit that is taken away by another. */
function nameOf({ action, limit }: CardControlCard): CardControlCard['action'] | 'limit.off' {
  return action === 'limit' && limit === undefined ? 'limit.off' : action;
}

function titleOf(card: CardControlCard, { words, bankName }: MatterContext): string {
  const name = nameOf(card);
  const limit = card.limit
    ? words.say(`limit.${card.limit.per}`, { amount: words.money(card.limit.amount, card.limit.currency) })
    : '';
  switch (card.state) {
    case 'requested':
    case 'sent':
      return words.say(`control.${name}.going`, { limit });
    case 'confirmed':
      return words.say(`control.${name}.done`, { limit });
    case 'refused':
      return words.say(`control.${name}.refused`, { bank: bankName(card.bank) });
    case 'unknown':
      return words.say(`control.${name}.unsure`);
  }
}

function whereOf(card: CardControlCard, { words, bankName }: MatterContext): string {
  const bank = bankName(card.bank);
  switch (card.state) {
    case 'requested':
    case 'sent':
      return words.say(`control.${card.state}`, { bank });
    case 'confirmed':
      return `${words.say(card.byBank ? 'control.told' : 'control.confirmed', { bank })} ${words.say(`control.${nameOf(card)}.means`, { bank })}`;
    case 'refused':
      return words.say(`control.reason.${card.reason ?? 'other'}`, { bank });
    case 'unknown': {
      const told = card.staffToldAt && words.say('control.staff', { time: words.time(card.staffToldAt) });
      return [words.say('control.unknown', { bank }), told].filter(Boolean).join(' ');
    }
  }
}

function stepsOf({ state, at, sentAt, settledAt }: CardControlCard, words: MatterWords): MatterStep[] {
  const time = (instant: string | undefined): { detail?: string } => (instant ? { detail: words.time(instant) } : {});
  const isRefused = state === 'refused';
  const isOver = isRefused || state === 'confirmed';
  const sent: MatterStep['state'] = isOver ? 'past' : state === 'requested' ? 'later' : 'now';
  const last: Pick<MatterStep, 'label' | 'state'> = {
    label: words.say(isRefused ? 'control.step.refused' : 'control.step.confirmed'),
    state: isRefused ? 'failed' : state === 'confirmed' ? 'done' : 'later',
  };
  return [
    { label: words.say('control.step.asked'), ...time(at), state: state === 'requested' ? 'now' : 'past' },
    { label: words.say('control.step.sent'), ...time(sentAt), state: sent },
    { ...last, ...(isOver && time(settledAt)) },
  ];
}

function rowsOf({ newCard, state }: CardControlCard, { words, nowMs }: MatterContext): MatterPart[] {
  if (!newCard || state !== 'confirmed') return [];
  const { last4, arrivesBy } = newCard;
  const parts = [
    arrivesBy === undefined
      ? undefined
      : words.say('control.newCard.by', {
          day: dayWords(words, arrivesBy, nowMs),
        }),
    last4 === undefined ? undefined : words.say('control.newCard.ending', { last4 }),
  ].filter((part) => part !== undefined);
  const rows: MatterRow[] = parts.length > 0 ? [{ name: words.say('control.newCard'), value: parts.join(', ') }] : [];
  return rows.length > 0 ? [{ part: 'rows', rows, as: 'notes' }] : [];
}
