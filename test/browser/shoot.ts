import type { Page } from 'playwright-core';

/** Keeps a picture of what a page shows, for whoever looks at it: in the folder that `SHOTS` names, if it names one. */
export async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
}
