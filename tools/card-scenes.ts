import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openGallery, showCard } from '../test/cards/gallery.ts';
import { madeMatters } from '../test/cards/made-matters.ts';

/** The cards of matters that go on, photographed in the messenger in front of made messages. */

const devices = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  desk: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
} as const;
/** Of a scene as much is shown as belongs together. */
const sceneHeight = { alert: 844, frozen: 1180, order: 1200 } as const;

/** Some that tell one story together, as they stand in a chat; the last is on the screen. */
const scenes: Readonly<Record<keyof typeof sceneHeight, readonly string[]>> = {
  alert: ['alert-open'],
  frozen: ['alert-frozen', 'freeze-confirmed', 'case-opened'],
  order: ['receipt', 'parcel'],
};

/**
 * Photographs every card in every state and the scenes, on a phone and on a desk, in both themes and languages:
 * `card-<name>-<device>-<theme>-<locale>.png` and `scene-…`.
 */
export async function photographCards(browser: Browser, folder: string): Promise<void> {
  for (const locale of ['en', 'es'] as const)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const [device, size] of Object.entries(devices)) {
        const look = { locale, colorScheme, ...size };
        const end = `${device}-${colorScheme}-${locale}.png`;
        const names = Object.keys(madeMatters);
        const all = await openGallery(browser, Object.values(madeMatters), look);
        for (const [index, name] of names.entries()) {
          const card = await showCard(all.page, index);
          await card
            .getByRole('article')
            .screenshot({ path: join(folder, `card-${name}-${end}`), animations: 'disabled' });
        }
        await all.context.close();
        for (const scene of ['alert', 'frozen', 'order'] as const) {
          const of = scenes[scene];
          const viewport = { width: size.viewport.width, height: sceneHeight[scene] };
          const cards = of.flatMap((name) => madeMatters[name] ?? []);
          const one = await openGallery(browser, cards, { ...look, viewport });
          await showCard(one.page, cards.length - 1);
          await one.page.screenshot({
            path: join(folder, `scene-${scene}-${end}`),
            animations: 'disabled',
            caret: 'hide',
          });
          await one.context.close();
        }
      }
}
