import type { MoneyIntent } from './frame.ts';

/** What stands behind a figure. */
export interface Counted {
  /** Transactions that are in it. */
  readonly transactions: number;
  /** Those of them that are not in the books yet. */
  readonly pending: number;
  /** Local days, both included, YYYY-MM-DD: the span that was looked at. */
  readonly from: string;
  readonly to: string;
  /** Accounts that were looked at. */
  readonly accounts: number;
  /** What came back from shops in that span and was not taken off. */
  readonly refunds: number;
}

/** One of several numbers of an answer: a side of a comparison, a row of a ranking, an account. */
export interface FigurePart {
  readonly label: string;
  /** A decimal string, a count, or a day. */
  readonly value: string | number;
  /** ISO 4217, of an amount. */
  readonly currency?: string;
  /** Local days, where they are the part's own. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * The number of an answer as data, so that it can be checked. It is never sent, stored or logged: the sentence and the
 * card are what the customer gets.
 */
export interface Figure {
  readonly measure: MoneyIntent;
  /**
   * Of an amount a decimal string ("34.65"; of a comparison the difference, first less second; of a share per cent), of
   * a count the count, of a day YYYY-MM-DD, of a list the ids, newest first; null where there is nothing.
   */
  readonly value: string | number | readonly string[] | null;
  /** ISO 4217, of an amount. Another currency is a figure of its own: they are never added. */
  readonly currency?: string;
  /** What the value is of: the merchant of the biggest purchase, the first row of a ranking. */
  readonly of?: string;
  readonly parts?: readonly FigurePart[];
  readonly counted: Counted;
}
