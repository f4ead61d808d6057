import type { CaseBrief, Team } from '#contract';

/** Who answers which topics: the 77 intents by their names, and the topics of our own. */

/** The intents of each team. */
const intents: Readonly<Record<Exclude<Team, 'general'>, ReadonlySet<string>>> = {
  fraud: new Set([
    'card_payment_not_recognised',
    'cash_withdrawal_not_recognised',
    'compromised_card',
    'direct_debit_payment_not_recognised',
    'lost_or_stolen_card',
    'lost_or_stolen_phone',
  ]),
  cards: new Set([
    'Refund_not_showing_up',
    'activate_my_card',
    'apple_pay_or_google_pay',
    'atm_support',
    'card_about_to_expire',
    'card_acceptance',
    'card_arrival',
    'card_delivery_estimate',
    'card_linking',
    'card_not_working',
    'card_payment_fee_charged',
    'card_payment_wrong_exchange_rate',
    'card_swallowed',
    'change_pin',
    'contactless_not_working',
    'declined_card_payment',
    'declined_cash_withdrawal',
    'disposable_card_limits',
    'extra_charge_on_statement',
    'get_disposable_virtual_card',
    'get_physical_card',
    'getting_spare_card',
    'getting_virtual_card',
    'order_physical_card',
    'pending_card_payment',
    'pin_blocked',
    'request_refund',
    'reverted_card_payment?',
    'supported_cards_and_currencies',
    'transaction_charged_twice',
    'virtual_card_not_working',
    'visa_or_mastercard',
  ]),
  payments: new Set([
    'automatic_top_up',
    'balance_not_updated_after_bank_transfer',
    'beneficiary_not_allowed',
    'cancel_transfer',
    'declined_transfer',
    'exchange_charge',
    'exchange_rate',
    'exchange_via_app',
    'failed_transfer',
    'pending_top_up',
    'pending_transfer',
    'receiving_money',
    'top_up_by_bank_transfer_charge',
    'top_up_by_card_charge',
    'top_up_failed',
    'top_up_limits',
    'top_up_reverted',
    'topping_up_by_card',
    'transfer_fee_charged',
    'transfer_into_account',
    'transfer_not_received_by_recipient',
    'transfer_timing',
    'verify_top_up',
  ]),
  accounts: new Set([
    'age_limit',
    'balance_not_updated_after_cheque_or_cash_deposit',
    'cash_withdrawal_charge',
    'country_support',
    'edit_personal_details',
    'fiat_currency_support',
    'passcode_forgotten',
    'pending_cash_withdrawal',
    'terminate_account',
    'top_up_by_cash_or_cheque',
    'unable_to_verify_identity',
    'verify_my_identity',
    'verify_source_of_funds',
    'why_verify_identity',
    'wrong_amount_of_cash_received',
    'wrong_exchange_rate_for_cash_withdrawal',
  ]),
};

/** Topics that cannot wait although they are no fraud: money or a card that is gone. */
const high =
  /^dispute$|lost|stolen|swallowed|compromised|declined|not_received|wrong_amount|reverted|charged_twice|blocked/;

/** The team that answers a topic. */
export function teamOf(topic: string): Team {
  if (topic === 'fraud') return 'fraud';
  if (topic === 'dispute') return 'cards';
  const teams = ['fraud', 'cards', 'payments', 'accounts'] as const;
  return teams.find((team) => intents[team].has(topic)) ?? 'general';
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
