import type { CardAction, ChatField, LookReason, Team } from '#contract';

/**
 * The contract's closed lists, in the order in which the desk shows them. The lists themselves lie beside schemas,
 * which nobody here needs and which try to compile code, as the desk's policy forbids; the types hold these to them.
 */
const all = <Name extends string>(names: Readonly<Record<Name, true>>): readonly Name[] => Object.keys(names) as Name[];

export const teams = all<Team>({ fraud: true, cards: true, payments: true, accounts: true, general: true });

export const chatFields = all<ChatField>({
  purchases: true,
  card: true,
  accounts: true,
  balances: true,
  disputes: true,
});

export const lookReasons = all<LookReason>({
  'answer-question': true,
  'check-purchase': true,
  'check-card': true,
  'check-balance': true,
  'check-dispute': true,
});

export const cardActions = all<CardAction>({
  freeze: true,
  unfreeze: true,
  'report-lost': true,
  'report-stolen': true,
  replace: true,
  limit: true,
  'online-on': true,
  'online-off': true,
  'abroad-on': true,
  'abroad-off': true,
});
