import { layBars, type Bar } from '#contract';
import { air, cardWidth } from './anatomy.ts';
import { box, words, type Element } from './element.ts';
import type { Palette } from './palette.ts';
import { ascent, descent, widthOf } from './typeface.ts';

const height = 84;
const width = cardWidth - 2 * air;
const line = 14;
const size = 11;

/** Bars in the bank's accent: figures and axis for the layout, the bars themselves as SVG for a box at 0, 0. */
export function bars(asked: readonly Bar[], palette: Palette): { readonly element: Element; readonly under: string } {
  const laid = layBars(asked, { width, height, measure: (text) => widthOf(text, size, 400) });
  const drawn = laid.map((bar) => {
    const round = bar.empty ? 1 : Math.min(3, bar.height / 2);
    const fill = palette(bar.empty ? 'line' : 'bank');
    return `<rect x="${bar.x}" y="${bar.y}" width="${bar.width}" height="${bar.height}" rx="${round}" fill="${fill}"/>`;
  });
  const said = laid
    .flatMap(({ figure, axis }) => [figure, axis])
    .filter((text) => text !== undefined)
    .map(({ x, y, text }) => {
      const room = widthOf(text, size, 400) + 8;
      const top = y - (line / 2 + ((ascent - descent) / 2) * size);
      const style = { position: 'absolute', left: x - room / 2, top, width: room, justifyContent: 'center' } as const;
      return box(style, [
        words({ fontSize: size, lineHeight: `${line}px`, color: palette('ink-quiet'), overflow: 'visible' }, text),
      ]);
    });
  const element = box({ padding: `0 ${air}px 12px` }, [box({ position: 'relative', width, height }, said, 'bars')]);
  return { element, under: drawn.join('') };
}
