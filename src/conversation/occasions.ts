import type { Locale } from '#contract';
import { plain, suggest, wayToLink, type Answer } from './turn.ts';

/** The first message of a new conversation. */
export function welcome(locale: Locale): Answer {
  return plain(locale, 'welcome', {}, { waysOn: [wayToLink(locale)] });
}

/** "Keep it" was pressed. */
export function keptWords(locale: Locale): Answer {
  return plain(locale, 'kept', {}, { quickReplies: suggest(locale) });
}

/** A question could not be answered for a reason of ours. */
export function troubleWords(locale: Locale): Answer {
  return plain(locale, 'trouble', {}, { quickReplies: suggest(locale) });
}
