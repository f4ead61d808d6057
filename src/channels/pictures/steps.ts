import type { MatterStep } from '#contract';
import { air, cardWidth, type, type Drawing } from './anatomy.ts';
import { box, words, type Element } from './element.ts';
import type { Sign } from './icons.ts';
import type { Colour, Palette } from './palette.ts';

/** How far a matter has come, as `web/cards/matter-parts.tsx` draws it: circles on a line, each with its words. */

const circle = 20;
const room = cardWidth - air;

/** Circles for the layout, and the ticks in them for over it. */
export function steps({ palette }: Drawing, of: readonly MatterStep[], signs: Record<string, Sign>): Element {
  const width = room / of.length;
  const lines = of.slice(1).map(({ state }, index) =>
    box(
      {
        position: 'absolute',
        // From edge to edge: what is placed is painted over what flows.
        left: (index + 0.5) * width + circle / 2,
        top: circle / 2 - 1,
        width: width - circle,
        height: 2,
        backgroundColor: palette(state === 'later' ? 'line' : 'action'),
      },
      [],
    ),
  );
  const columns = of.map((step, index) => {
    const key = `step${index}`;
    const sign = signOf(step.state, palette);
    if (sign) signs[key] = sign;
    return box({ flexDirection: 'column', alignItems: 'center', width, gap: 6, padding: '0 3px' }, [
      ring(step.state, palette, key),
      box({ flexDirection: 'column', alignItems: 'center' }, saidOf(step, palette)),
    ]);
  });
  return box({ padding: `2px ${air / 2}px 14px` }, [
    box({ position: 'relative', width: room }, [...lines, ...columns]),
  ]);
}

function saidOf({ label, detail, state }: MatterStep, palette: Palette): Element[] {
  const isHere = state !== 'later' && state !== 'past';
  const colour: Colour = state === 'done' ? 'done' : state === 'later' ? 'ink-faint' : isHere ? 'ink' : 'ink-quiet';
  const style = {
    ...type.caption,
    fontWeight: isHere ? 600 : 400,
    color: palette(colour),
    textAlign: 'center',
  } as const;
  return [words(style, label, 2), ...(detail === undefined ? [] : [words({ ...style, fontWeight: 400 }, detail)])];
}

function signOf(state: MatterStep['state'], palette: Palette): Sign | undefined {
  const drawn = { size: 12, stroke: 3 } as const;
  if (state === 'past') return { icon: 'check', colour: palette('on-action'), ...drawn };
  if (state === 'done') return { icon: 'check', colour: palette('surface'), ...drawn };
  return state === 'failed' ? { icon: 'close', colour: palette('on-action'), ...drawn } : undefined;
}

/** A circle in its state; the tick of a full one stands in the box of its key. */
function ring(state: MatterStep['state'], palette: Palette, key: string): Element {
  const style = {
    width: circle,
    height: circle,
    borderRadius: circle / 2,
    alignItems: 'center',
    justifyContent: 'center',
    flexShrink: 0,
  } as const;
  const edge = (width: number, colour: Colour, inside: readonly Element[] = []): Element =>
    box({ ...style, backgroundColor: palette('surface'), border: `${width}px solid ${palette(colour)}` }, inside);
  if (state === 'later') return edge(2, 'line-control');
  if (state === 'now') return edge(6, 'action');
  const core = { width: 10, height: 10, borderRadius: 5, backgroundColor: palette('action') };
  if (state === 'trouble') return edge(2, 'action', [box(core, [])]);
  return box({ ...style, backgroundColor: palette(state === 'done' ? 'done' : 'action') }, [
    box({ width: 12, height: 12 }, [], key),
  ]);
}
