import type { BankingIntent } from './banking-intents.ts';

/**
 * Where a question leads beside its text, which the bank can edit:
 * - `text`: nowhere, the text is the answer; `person`: to the bank's staff, for only they can do it
 * - `balance`, `fees`, `refunds`, `pending`, `recent`, `twice`: to figures from the customer's own data
 * - `notMine`: to the last purchases, each with its dispute
 * - `cards`: to how the cards stand; `freeze`, `lost`: to the button for it; `pin`, `phone`: to what to do now
 */
export type LeadsTo =
  | 'text'
  | 'person'
  | 'balance'
  | 'fees'
  | 'refunds'
  | 'pending'
  | 'recent'
  | 'notMine'
  | 'twice'
  | 'cards'
  | 'freeze'
  | 'lost'
  | 'pin'
  | 'phone';

/** Where each of the 77 leads. Which team of a bank answers it stands with the desk, its text with the prepared answers. */
export const LEADS: Readonly<Record<BankingIntent, LeadsTo>> = {
  Refund_not_showing_up: 'refunds',
  activate_my_card: 'text',
  age_limit: 'text',
  apple_pay_or_google_pay: 'text',
  atm_support: 'text',
  automatic_top_up: 'text',
  balance_not_updated_after_bank_transfer: 'balance',
  balance_not_updated_after_cheque_or_cash_deposit: 'balance',
  beneficiary_not_allowed: 'text',
  cancel_transfer: 'person',
  card_about_to_expire: 'cards',
  card_acceptance: 'text',
  card_arrival: 'text',
  card_delivery_estimate: 'text',
  card_linking: 'cards',
  card_not_working: 'cards',
  card_payment_fee_charged: 'fees',
  card_payment_not_recognised: 'notMine',
  card_payment_wrong_exchange_rate: 'recent',
  card_swallowed: 'freeze',
  cash_withdrawal_charge: 'fees',
  cash_withdrawal_not_recognised: 'notMine',
  change_pin: 'pin',
  compromised_card: 'freeze',
  contactless_not_working: 'cards',
  country_support: 'text',
  declined_card_payment: 'cards',
  declined_cash_withdrawal: 'cards',
  declined_transfer: 'text',
  direct_debit_payment_not_recognised: 'notMine',
  disposable_card_limits: 'text',
  edit_personal_details: 'text',
  exchange_charge: 'fees',
  exchange_rate: 'text',
  exchange_via_app: 'text',
  extra_charge_on_statement: 'recent',
  failed_transfer: 'text',
  fiat_currency_support: 'text',
  get_disposable_virtual_card: 'text',
  get_physical_card: 'text',
  getting_spare_card: 'text',
  getting_virtual_card: 'text',
  lost_or_stolen_card: 'lost',
  lost_or_stolen_phone: 'phone',
  order_physical_card: 'text',
  passcode_forgotten: 'text',
  pending_card_payment: 'pending',
  pending_cash_withdrawal: 'pending',
  pending_top_up: 'balance',
  pending_transfer: 'text',
  pin_blocked: 'pin',
  receiving_money: 'text',
  request_refund: 'notMine',
  'reverted_card_payment?': 'refunds',
  supported_cards_and_currencies: 'text',
  terminate_account: 'person',
  top_up_by_bank_transfer_charge: 'fees',
  top_up_by_card_charge: 'fees',
  top_up_by_cash_or_cheque: 'text',
  top_up_failed: 'balance',
  top_up_limits: 'text',
  top_up_reverted: 'balance',
  topping_up_by_card: 'text',
  transaction_charged_twice: 'twice',
  transfer_fee_charged: 'fees',
  transfer_into_account: 'text',
  transfer_not_received_by_recipient: 'person',
  transfer_timing: 'text',
  unable_to_verify_identity: 'person',
  verify_my_identity: 'text',
  verify_source_of_funds: 'text',
  verify_top_up: 'text',
  virtual_card_not_working: 'cards',
  visa_or_mastercard: 'text',
  why_verify_identity: 'text',
  wrong_amount_of_cash_received: 'person',
  wrong_exchange_rate_for_cash_withdrawal: 'recent',
};
