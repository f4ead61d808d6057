import type { BankFace, Card, Locale } from '#contract';

/** Light or dark, as the customer's screens are. */
export type Theme = 'light' | 'dark';

/** What can be drawn: the cards that show figures. What says words alone is sent as words. */
export type DrawnCard = Extract<Card, { card: (typeof drawn)[number] }>;

const drawn = ['transaction', 'balance', 'chart', 'fraudAlert', 'cardControl', 'case', 'receipt', 'parcel'] as const;

/** Whose card it is: a bank of the directory, or a shop; without an accent it is drawn in the one of nobody. */
export type Face = Pick<BankFace, 'name' | 'mark' | 'accent'>;

/** A card to be drawn for one person. */
export interface PictureRequest {
  readonly card: DrawnCard;
  readonly face: Face;
  /** Of a shop's or carrier's card: the bank whose purchase it belongs to. */
  readonly payer?: Face;
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
export function canDraw<Shown extends Pick<Card, 'card'>>(card: Shown): card is Shown & DrawnCard {
  return drawn.some((name) => name === card.card);
}
