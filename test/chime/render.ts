import { listedWords, payloads, repliesOf, runsOf, shorten, splitText, tapsOf, word, type Tap } from '#channels/meta';
import type { Message } from '#contract';
import type { PreviewAs } from '#delivery';

/** What Chime shows: words, and up to four buttons under them. */
export interface ChimeBody {
  readonly text: string;
  readonly buttons?: readonly { readonly title: string; readonly payload?: string; readonly url?: string }[];
}

/** Chime's own limits. */
export const chimeLimits = { text: 700, buttonTitle: 24, buttons: 4, payload: 200 } as const;

/** How it is drawn: Chime shows neither pictures nor references, and has no window. */
export type ChimeForm = Pick<
  PreviewAs,
  'detail' | 'locale' | 'timeZone' | 'purpose' | 'viewAddress' | 'publicUrl' | 'faces'
>;

/** Draws a message as Chime shows it: the last body carries the buttons, more of them a body each for themselves. */
export function renderChime(message: Message, as: ChimeForm): ChimeBody[] {
  const parts = splitText(listedWords(message, as), chimeLimits.text);
  const buttons = tapsUnder(message, as).map((tap) => ({
    title: shorten(tap.title, chimeLimits.buttonTitle),
    ...(tap.tap === 'open' ? { url: tap.url } : { payload: tap.payload }),
  }));
  if (buttons.length === 0) return parts.map((text) => ({ text }));
  const rows = runsOf(buttons, chimeLimits.buttons);
  const last = parts.at(-1) ?? '…';
  return [
    ...parts.slice(0, -1).map((text) => ({ text })),
    ...rows.map((row, n) => ({ text: n === 0 ? last : word(as.locale, 'more'), buttons: row })),
  ];
}

/** Below full the way to the whole of it, and a fresh one: nothing acts there. */
function tapsUnder(message: Message, { detail, viewAddress, publicUrl, locale }: ChimeForm): readonly Tap[] {
  if (detail === 'full') return [...tapsOf(message, publicUrl), ...repliesOf(message)];
  if (viewAddress === undefined) return [];
  return [
    { tap: 'open', title: word(locale, 'open'), url: viewAddress },
    { tap: 'press', title: word(locale, 'again'), payload: payloads.show(message.id) },
  ];
}
