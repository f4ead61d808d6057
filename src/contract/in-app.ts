/**
 * Browsers inside a messenger's app, by their User-Agent header. What they show, the app around them may read, and
 * they know neither passkeys nor a login that is open elsewhere.
 */
const inApp = /\bFBA[NV]\/|\bFB_IAB\/|\bMessenger\b.*\bFB|\bInstagram\b|\bWhatsApp\/|; wv\)/;

/** Whether a browser belongs to an app, and is none of the person's own. */
export function isInAppBrowser(userAgent: string | undefined): boolean {
  return inApp.test(userAgent ?? '');
}
