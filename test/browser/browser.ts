import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core';
import { chromiumPath } from '#test/chromium';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The machine's Chromium, without a window and without traffic of its own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: flags });
}

/** A browser of one person: cookies and storage of its own, and a list of what its pages complained about. */
export interface OwnBrowser {
  readonly context: BrowserContext;
  /** Breaches of the content policy, and errors that no script caught. */
  readonly complaints: readonly string[];
}

/** Runs in each page before its own scripts. */
const tellOfBreaches = `
  document.addEventListener('securitypolicyviolation', (event) => {
    reportPolicyBreach(event.effectiveDirective + ' refuses ' + event.blockedURI + ' at ' + event.sourceFile + ':' + event.lineNumber);
  });`;

/** Nobody waits longer than this for anything. */
const waitMsMax = 45_000;

/** Opens a browser of its own: a phone in New York unless said otherwise. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<OwnBrowser> {
  const context = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'America/New_York',
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(waitMsMax);
  const complaints: string[] = [];
  await context.exposeBinding('reportPolicyBreach', ({ frame }, said: string) => {
    complaints.push(`${frame.url()}: ${said}`);
  });
  await context.addInitScript({ content: tellOfBreaches });
  context.on('console', (message) => {
    if (message.type() === 'error' && message.text().includes('Content Security Policy'))
      complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return { context, complaints };
}
