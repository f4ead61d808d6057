import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What differs between the themes: names, roles and order are the same in both. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/**
 * Asserts that axe finds nothing on a page as it stands: everything in the light theme, colours in the dark one too.
 * Walking to a screen takes longer than looking at it, so that both are looked at on one walk.
 *
 * @param within a selector of the part that is looked at; the whole page without it
 */
export async function assertAccessible(page: Page, screen: string, within?: string): Promise<void> {
  assert.deepEqual(await violationsOn(page, screen, within), []);
}

/** The same, as what axe finds: a line each. The page is left in the light theme. */
export async function violationsOn(page: Page, screen: string, within?: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // Legacy mode puts the results together in the page itself, without a page of its own for each.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    if (colorScheme === 'dark') axe.withRules(ofColours);
    if (within !== undefined) axe.include(within);
    const { violations } = await axe.analyze();
    for (const { id, nodes } of violations)
      found.push(
        ...nodes.map(
          ({ html, failureSummary }) => `${screen}, ${colorScheme}: ${id}: ${html}\n${failureSummary ?? ''}`,
        ),
      );
  }
  return found;
}
