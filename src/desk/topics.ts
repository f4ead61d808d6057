import type { CaseBrief, Team } from '#contract';

/** Who answers which topics: an intent of BANKING77 by what its name says, and the topics of our own. */

const teamsByWord: readonly (readonly [RegExp, Team])[] = [
  [/fraud|compromised|lost_or_stolen|stolen|not_recogni[sz]ed|suspicious/, 'fraud'],
  [/card|pin|contactless|visa|mastercard|atm|swallowed|wallet|apple_pay|virtual/, 'cards'],
  [
    /transfer|payment|top_up|topping|beneficiary|direct_debit|exchange|refund|charge|fee|cash_withdrawal|transaction/,
    'payments',
  ],
  [/account|identity|verify|balance|age_limit|country|terminate|personal_details|source_of_funds|passcode/, 'accounts'],
];

/** Topics that cannot wait although they are no fraud: money or a card that is gone. */
const high =
  /^dispute$|lost|stolen|swallowed|compromised|declined|not_received|wrong_amount|reverted|charged_twice|blocked/;

/** The team that answers a topic. */
export function teamOf(topic: string): Team {
  if (topic === 'dispute') return 'cards';
  return teamsByWord.find(([words]) => words.test(topic.toLowerCase()))?.[1] ?? 'general';
}

/** How a topic goes before others: what may be fraud before all. */
export function priorityOf(topic: string): CaseBrief['priority'] {
  if (teamOf(topic) === 'fraud') return 'fraud';
  return high.test(topic.toLowerCase()) ? 'high' : 'normal';
}

/** The same of a case that a team has been given: by what it is about, unless the team says more. */
export function priorityIn(team: Team, topic: string): CaseBrief['priority'] {
  if (team === 'fraud') return 'fraud';
  // Staff of another team have it now: it was no fraud, but it cannot wait either.
  return priorityOf(topic) === 'normal' ? 'normal' : 'high';
}
