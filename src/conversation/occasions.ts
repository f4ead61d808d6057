import type { Locale } from '#contract';
import { plain, suggest, wayToLink, wayToSignIn, type Answer } from './turn.ts';
import { say } from './words.ts';

/** The first message of a new conversation. */
export function welcome(locale: Locale): Answer {
  return plain(locale, 'welcome', {}, { waysOn: [wayToLink(locale), wayToSignIn(locale)] });
}

/** The first message at a messenger, where nobody signs in. */
export function welcomeAt(locale: Locale): Answer {
  return plain(locale, 'welcome', {}, { waysOn: [wayToLink(locale)], quickReplies: suggest(locale, ['help']) });
}

/** "Keep it" was pressed. */
export function keptWords(locale: Locale): Answer {
  return plain(locale, 'kept', {}, { quickReplies: suggest(locale) });
}

/** The first passkey is offered, after the first link. */
export function passkeyOffer(locale: Locale): Answer {
  const label = say(locale, 'passkey.add');
  return plain(
    locale,
    'passkey.offer',
    {},
    {
      waysOn: [{ way: 'add-passkey', label }],
      asks: [{ act: 'no-passkey', label: say(locale, 'passkey.no'), weight: 'plain' }],
    },
  );
}

/** "Not now" was pressed under the offer. */
export function noPasskeyWords(locale: Locale): Answer {
  return plain(locale, 'passkey.declined', {}, { quickReplies: suggest(locale) });
}

/** A passkey came or went, on which browser: who did not do it themselves learns of it. */
export function passkeyWords(
  locale: Locale,
  what: 'added' | 'removed',
  { browser, system }: { readonly browser: string; readonly system: string },
): Answer {
  const which = browser && system ? 'both' : browser || system ? 'one' : 'none';
  return plain(locale, `passkey.${what}`, { which, browser: browser || system, system });
}

/** A question could not be answered for a reason of ours. */
export function troubleWords(locale: Locale): Answer {
  return plain(locale, 'trouble', {}, { quickReplies: suggest(locale) });
}
