import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium of this machine: `CHROMIUM_PATH`, one of the system's, or one that Playwright has downloaded. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return existsSync(named) ? named : undefined;
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const system = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return [...system, mac, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * For a browser test, which fails without a browser and is never skipped.
 *
 * @throws Error with a sentence that says how to get one
 */
export function chromiumPath(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  throw new Error(
    process.env['CHROMIUM_PATH']
      ? `There is no Chromium at CHROMIUM_PATH (${process.env['CHROMIUM_PATH']}).`
      : 'The browser tests need Chromium. Install it (Debian: apt-get install chromium; or npx playwright-core install chromium), or name one in CHROMIUM_PATH.',
  );
}
