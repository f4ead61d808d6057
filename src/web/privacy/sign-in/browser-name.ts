import type { Words } from '#web/words';

/** "Firefox on Android", in whichever words are known. */
export function browserName(
  words: Words,
  { browser, system }: { readonly browser: string; readonly system: string },
): string {
  const which = browser && system ? 'both' : browser || system ? 'one' : 'none';
  return words.say('browser.name', { which, browser: browser || system, system });
}
