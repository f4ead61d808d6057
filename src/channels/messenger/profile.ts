import { payloads, shorten, word } from '#channels/meta';
import type { Locale } from '#contract';
import { MESSENGER_LIMITS as limits } from './limits.ts';

/** Meta's name of each language: the first is the default, which every other language falls back to. */
const locales: readonly (readonly [string, Locale])[] = [
  ['default', 'en'],
  ['es_LA', 'es'],
  ['es_ES', 'es'],
];

/** What can be asked with one tap: what it is called, and what stands behind it. */
const questions = ['balance', 'recent', 'where'] as const;

/**
 * What a page's profile says before somebody writes and beside the field in which they write: `POST
 * /{page}/messenger_profile`. The menu asks for what can be asked; the last entry leads to the privacy centre.
 */
export function messengerProfile(publicUrl: string): Readonly<Record<string, unknown>> {
  return {
    get_started: { payload: payloads.getStarted },
    greeting: locales.map(([locale, own]) => ({ locale, text: word(own, 'greeting') })),
    persistent_menu: locales.map(([locale, own]) => ({
      locale,
      composer_input_disabled: false,
      call_to_actions: menu(own, publicUrl),
    })),
    ice_breakers: locales.map(([locale, own]) => ({
      locale,
      call_to_actions: questions.map((what) => ({
        question: shorten(word(own, what), limits.iceBreakerQuestion),
        payload: payloads.menu(what),
      })),
    })),
    whitelisted_domains: [new URL(publicUrl).origin],
  };
}

function menu(locale: Locale, publicUrl: string): object[] {
  const title = (key: (typeof questions)[number] | 'privacy'): string => shorten(word(locale, key), limits.menuTitle);
  return [
    ...questions.map((what) => ({ type: 'postback', title: title(what), payload: payloads.menu(what) })),
    { type: 'web_url', title: title('privacy'), url: new URL('/privacy', publicUrl).href },
  ];
}
