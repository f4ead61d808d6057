import { matterOf, type Locale, type MatterCard, type MatterPart } from '#contract';
import { cardWordsOf } from '#delivery';

/** With what a matter is put into lines. */
interface Speaking {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly nowMs: number;
  /** Of the bank that it is of. */
  readonly bankName: string;
}

/**
 * What a matter says beyond its gist, line by line, where nothing but words can stand: why a purchase is held and
 * until when, the bill, the parcels, what a bank asks. Where a picture shows the bill, the words need not.
 */
export function matterLines(card: MatterCard, speaking: Speaking, isPictured: boolean): string[] {
  const { locale, timeZone, nowMs, bankName } = speaking;
  const { parts } = matterOf(card, { words: cardWordsOf(locale, timeZone), nowMs, bankName: () => bankName });
  const isAsked = card.card === 'fraudAlert' && (card.state === 'open' || card.state === 'asked-again');
  // What became of an alert, and how far an act has come, the gist says whole.
  if (card.card === 'fraudAlert' && !isAsked) return [];
  if (card.card === 'cardControl') return parts.flatMap((part) => (part.part === 'rows' ? linesOf(part) : []));
  return parts.flatMap((part) => (isPictured && part.part === 'rows' ? [] : linesOf(part)));
}

function linesOf(part: MatterPart): string[] {
  switch (part.part) {
    case 'said':
      return [...(part.title === undefined ? [] : [part.title]), ...part.texts];
    case 'rows':
      return part.rows.map(({ name, value }) => `• ${name}${value === '' ? '' : `: ${value}`}`);
    case 'items':
      return part.items.map(({ name, detail, value }) => `• ${[name, detail, value].filter(Boolean).join(', ')}`);
    case 'matched':
      return [[part.text, part.detail].filter(Boolean).join(', ')];
    default:
      // The gist names the time to answer and the telephone; maps and steps are in the picture.
      return [];
  }
}
