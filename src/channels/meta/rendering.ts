import type { BankFace, Detail, Locale, Purpose } from '#contract';
import type { Window } from '#delivery';
import { word } from './words.ts';

/** How a message is to stand in a person's chat at a platform of Meta. */
export interface Rendering {
  /** The level at which the message was read: `full` of what no bank told. */
  readonly detail: Detail;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly purpose: Purpose | null;
  readonly window: Window;
  /** Where the whole can be seen, once: needed below `full`, and of every template. */
  readonly viewAddress?: string | undefined;
  /** Where the platform may fetch the card's picture; at `full` alone. */
  readonly pictureAddress?: string | undefined;
  /** Of this hub, without a slash at its end. */
  readonly publicUrl: string;
  /** A few signs that stand under what a bank told, the same when it has to be sent again. */
  readonly reference?: string | undefined;
  readonly faces: readonly BankFace[];
}

/** Words with the reference under them. */
export const withReference = (text: string, { locale, reference }: Pick<Rendering, 'locale' | 'reference'>): string =>
  reference === undefined ? text : `${text}\n${word(locale, 'reference', { reference })}`;
