import type { Locale } from '#contract';
import type { Slots } from './frame.ts';
import { timeWords } from './moments.ts';
import { ofNoBank, type Answer, type Turn } from './turn.ts';
import type { Hours } from './wishes.ts';
import { say } from './words.ts';

/** "Quiet hours from 10 pm to 7 am", "send me a daily summary at 8 pm": set at once; the words to undo it stand below. */
export async function answerHours({ wishes, locale }: Turn, { quiet, digestHour }: Slots): Promise<Answer[]> {
  const hours = await wishes.setHours({
    ...(quiet !== undefined && { quiet }),
    ...(digestHour !== undefined && { digestHour }),
  });
  const label = say(locale, quiet !== undefined ? 'quick.quiet.off' : 'quick.digest.off');
  const undo = quiet || (digestHour !== undefined && digestHour !== null) ? [{ label, text: label }] : [];
  const sentences = quiet !== undefined ? quietWords(hours, locale) : digestWords(hours, locale);
  return [ofNoBank(sentences, undo.length > 0 ? { quickReplies: undo } : {})];
}

/** Quiet hours and digest in sentences. */
export function hoursWords(hours: Hours, locale: Locale): string {
  return [quietWords(hours, locale), digestWords(hours, locale)].join(' ');
}

function quietWords({ quiet }: Hours, locale: Locale): string {
  if (!quiet) return say(locale, 'hours.quiet.none');
  return say(locale, 'hours.quiet', { from: timeWords(quiet.from, locale), to: timeWords(quiet.to, locale) });
}

function digestWords({ digestHour }: Hours, locale: Locale): string {
  if (digestHour === null) return say(locale, 'hours.digest.none');
  return say(locale, 'hours.digest', { time: timeWords(`${String(digestHour).padStart(2, '0')}:00`, locale) });
}
