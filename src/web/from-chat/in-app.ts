/**
 * Whether a page stands in a browser inside another app (Messenger, Instagram, WhatsApp, an Android web view): it
 * shares nothing with the person's own browser, and whoever made the app can read what is typed in it.
 *
 * @param userAgent `navigator.userAgent`
 */
export function isInApp(userAgent: string): boolean {
  return /\bFBA[NV]\/|\bFB_IAB\/|\bInstagram\b|\bWhatsApp\/|; wv\)/.test(userAgent);
}
