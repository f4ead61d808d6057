import type { BalanceCard, BankFace, ChartCard, Locale, TransactionCard } from '#contract';

/** Light or dark, as the customer's screens are. */
export type Theme = 'light' | 'dark';

/** A shop's receipt, as far as a picture shows one. Amounts are decimal strings of one currency; a discount is below zero. */
export interface ReceiptDrawing {
  readonly card: 'receipt';
  readonly order: string;
  /** What was bought, in a few words. */
  readonly title: string;
  readonly total: string;
  readonly currency: string;
  /** An instant. */
  readonly boughtAt: string;
  /** The shop's site, or its town. */
  readonly place?: string;
  readonly lines: readonly { readonly name: string; readonly amount: string }[];
}

/** What can be drawn: the cards that show figures. What says words alone is sent as words. */
export type DrawnCard = TransactionCard | BalanceCard | ChartCard | ReceiptDrawing;

/** Whose card it is: a bank of the directory, or a shop; without an accent it is drawn in the one of nobody. */
export type Face = Pick<BankFace, 'name' | 'mark' | 'accent'>;

/** A card to be drawn for one person. */
export interface PictureRequest {
  readonly card: DrawnCard;
  readonly face: Face;
  /** The card's gist in words, which goes with the picture wherever it is shown. */
  readonly text: string;
  /** When the card was said: an instant. */
  readonly at: string;
  readonly nowMs: number;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly theme: Theme;
}

/** A picture: PNG, its size in pixels, and what it shows in words. */
export interface Picture {
  readonly png: Buffer;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

/** Whether a card can be drawn: a consent is words. */
export function canDraw<Card extends { readonly card: string }>(card: Card): card is Card & DrawnCard {
  return ['transaction', 'balance', 'chart', 'receipt'].includes(card.card);
}
