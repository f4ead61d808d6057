import { metaWords, shortened, type MetaWords } from '#channels/meta';
import type { Locale } from '#contract';

/** Meta's name of each language: the first is the default, which every other language falls back to. */
const locales: readonly (readonly [string, Locale])[] = [
  ['default', 'en'],
  ['es_LA', 'es'],
  ['es_ES', 'es'],
];
const greetingMax = 160;
const titleMax = 30;
const questionMax = 80;

/**
 * What a page's profile says before somebody writes and beside the field in which they write: `POST
 * /{page}/messenger_profile`. The menu asks for what can be asked; the last entry leads to the privacy centre.
 */
export function messengerProfile(publicUrl: string): object {
  return {
    get_started: { payload: 'get-started' },
    greeting: locales.map(([locale, own]) => ({ locale, text: shortened(metaWords[own].greeting, greetingMax) })),
    persistent_menu: locales.map(([locale, own]) => ({
      locale,
      composer_input_disabled: false,
      call_to_actions: menu(metaWords[own], publicUrl),
    })),
    ice_breakers: locales.map(([locale, own]) => ({
      locale,
      call_to_actions: questions(metaWords[own]).map(([question, payload]) => ({
        question: shortened(question, questionMax),
        payload,
      })),
    })),
    whitelisted_domains: [new URL(publicUrl).origin],
  };
}

function menu(words: MetaWords, publicUrl: string): object[] {
  const postbacks = questions(words)
    .slice(0, 2)
    .map(([title, payload]) => ({ type: 'postback', title: shortened(title, titleMax), payload }));
  return [
    ...postbacks,
    { type: 'web_url', title: shortened(words.privacy, titleMax), url: new URL('/privacy', publicUrl).href },
  ];
}

/** What can be asked at once, and what stands behind it. */
function questions(words: MetaWords): (readonly [string, string])[] {
  return [
    [words.balance, 'menu|balance'],
    [words.recent, 'menu|recent'],
    [words.where, 'menu|where'],
  ];
}
