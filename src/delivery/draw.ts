import { gistOfTransaction, type Content, type Locale, type TransactionCard } from '#contract';
import type { RecordContent } from '#vault';

/** How a person is spoken to. */
export interface Manner {
  readonly locale: Locale;
  readonly timeZone: string;
}

/** Draws the card of a record, with its gist in words. */
export function drawRecord(content: RecordContent, manner: Manner): Content {
  if (content.kind === 'balance') {
    const { bank, account, balance } = content;
    return { kind: 'card', card: { card: 'balance', bank, accounts: [{ ...account, balance }] }, text: '' };
  }
  const { bank, account, transaction, balance } = content;
  const card: TransactionCard = { card: 'transaction', bank, account, transaction, ...(balance && { balance }) };
  return { kind: 'card', card, text: gistOfTransaction(card, manner.locale) };
}
