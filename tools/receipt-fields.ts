/**
 * What purchases and receipts call their fields: ours first, then what exports of banks and shops have. A dot goes
 * into an object, or into the first of a list.
 */
export const named = {
  purchaseId: 'id purchaseId purchase_id transactionId transaction_id trans_num purchase'.split(' '),
  statement:
    'merchant.name merchant merchantName merchant_name description descriptor statementDescriptor statement_descriptor rawDescription payee name'.split(
      ' ',
    ),
  before: 'before authorizedAmount authorized_amount'.split(' '),
  usedAt:
    'occurredAt occurred_at at authorizedAt authorized_at timestamp datetime dateTime transactionTimestamp createdAt created_at unix_time unixTime postedAt posted_at postedTimestamp date trans_date time'.split(
      ' ',
    ),
  receiptId: 'id receiptId receipt_id orderId order_id number orderNumber order_number receipt order'.split(' '),
  total: 'total amount grandTotal grand_total totalAmount total_amount total_price totalPrice totalPaymentDue'.split(
    ' ',
  ),
  shop: 'shop shop.name merchant merchant.name merchantName merchant_name seller seller.name store store.name storeName vendor vendor.name provider.name description'.split(
    ' ',
  ),
  kind: 'type kind event'.split(' '),
  refunded: 'refunded refundedAmount refunded_amount totalRefunded'.split(' '),
  tip: 'tip tipAmount gratuity'.split(' '),
  wallet: 'payment.wallet payment.method payment.type wallet paymentMethod payment_method'.split(' '),
  orderedAt:
    'orderedAt ordered_at issuedAt issued_at at placedAt placed_at purchasedAt paidAt paid_at orderDate order_date occurredAt occurred_at createdAt created_at date_created timestamp datetime date time'.split(
      ' ',
    ),
  clock: 'trans_time localTime local_time time'.split(' '),
  minor: 'amountMinor amount_minor totalMinor total_minor amount_cents total_cents'.split(' '),
  currency:
    'currency currencyCode currency_code priceCurrency iso_currency_code transaction.currency purchase.currency receipt.currency order.currency total.currency amount.currency receipt.total.currency order.total.currency transaction.amount.currency receipt.currencyCode'.split(
      ' ',
    ),
  original: 'originalAmount original_amount foreignAmount foreign_amount original.amount original'.split(' '),
  originalCurrency:
    'originalCurrency original_currency foreignCurrency foreign_currency original.currency originalAmount.currency foreignAmount.currency'.split(
      ' ',
    ),
  way: 'direction debitCreditMemo way transactionType type kind'.split(' '),
  card: 'cardLast4 card_last4 cardLastFour last4 last_four lastFour card.last4 card.lastFour payment.last4 payment.cardLast4 payment.card_last4 payment.card.last4 payments.last4 payments.cardLast4 paymentDetails.last4 payment_details.last4 account.last4 card cc_num cardNumber'.split(
    ' ',
  ),
  customer: 'customer customerId customer_id customer.id userId user_id user holder'.split(' '),
  category:
    'merchant.category category mcc merchantCategoryCode merchant_category_code shop.category merchant.mcc'.split(' '),
  amount: 'amount total amt value transactionAmount amount.amount amount.value'.split(' '),
} as const;
