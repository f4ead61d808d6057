/** Geometry of the bar chart in a card: pure, in pixels, shared by the screens and by cards drawn elsewhere. */

/** One bar as it is asked for. */
export interface Bar {
  /** Height is in proportion to it; below zero counts as zero. */
  readonly amount: number;
  /** The figure as text, written over the bar where it fits: "11.40". */
  readonly figure: string;
  /** Below the axis: "Thu". */
  readonly axis: string;
}

/** The room that bars have, in pixels. */
export interface BarLayoutOptions {
  readonly width: number;
  readonly height: number;
  /** Width of a text at 11 px; without it an estimate that fits wide faces too. */
  readonly measure?: (text: string) => number;
}

/** One bar as it is drawn. A bar of nothing is a quiet line on the axis (`empty`). */
export interface LaidBar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly empty: boolean;
  /** Where its figure stands (middle, baseline); absent where it would touch another. */
  readonly figure?: { readonly x: number; readonly y: number; readonly text: string };
  readonly axis?: { readonly x: number; readonly y: number; readonly text: string };
}

const figureHeight = 14;
const axisHeight = 18;
const emptyHeight = 2;
const textGap = 4;

const estimateWidth = (text: string): number => text.length * 6.9;

/**
 * Lays bars side by side over the whole width. Figures are kept from the largest amount down, axis
 * words from both ends in even steps, each only where it touches no other.
 */
export function layBars(bars: readonly Bar[], options: BarLayoutOptions): readonly LaidBar[] {
  const measure = options.measure ?? estimateWidth;
  if (bars.length === 0) return [];
  const gap = bars.length > 14 ? 3 : bars.length > 7 ? 5 : 10;
  const width = Math.min(72, (options.width - gap * (bars.length - 1)) / bars.length);
  const step = width + gap;
  const base = options.height - axisHeight;
  const room = base - figureHeight;
  const most = Math.max(0, ...bars.map((bar) => bar.amount));

  const heightOf = ({ amount }: Bar): number => (amount > 0 ? Math.max(3, round((amount / most) * room)) : emptyHeight);
  const figures = keepApart(
    bars.map((bar, index) => {
      const middle = within(index * step + width / 2, measure(bar.figure), options.width);
      return { index, middle, width: measure(bar.figure), amount: bar.amount, height: heightOf(bar) };
    }),
    bars.map((bar, index) => ({ from: index * step, to: index * step + width, height: heightOf(bar) })),
  );
  const axisStep = stepThatFits(bars, { width: options.width, step, barWidth: width, measure });

  return bars.map((bar, index) => {
    const empty = !(bar.amount > 0);
    const height = heightOf(bar);
    const x = round(index * step);
    const y = round(base - height);
    const middle = figures.get(index);
    const last = bars.length - 1;
    return {
      x,
      y,
      width: round(width),
      height,
      empty,
      ...(middle !== undefined && !empty ? { figure: { x: round(middle), y: y - 4, text: bar.figure } } : {}),
      ...((last - index) % axisStep === 0
        ? {
            axis: {
              x: round(within(x + width / 2, measure(bar.axis), options.width)),
              y: options.height - 3,
              text: bar.axis,
            },
          }
        : {}),
    };
  });
}

interface Candidate {
  readonly index: number;
  readonly middle: number;
  readonly width: number;
  readonly amount: number;
  readonly height: number;
}

interface Standing {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

/** Middles of the figures that touch neither each other nor a taller bar beside their own, the largest amount first. */
function keepApart(candidates: readonly Candidate[], bars: readonly Standing[]): ReadonlyMap<number, number> {
  const kept = new Map<number, number>();
  const taken: Standing[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.amount - a.amount || a.index - b.index)) {
    const from = candidate.middle - candidate.width / 2 - textGap / 2;
    const to = candidate.middle + candidate.width / 2 + textGap / 2;
    const beside = bars.filter((bar, index) => index !== candidate.index && from < bar.to && to > bar.from);
    if (
      taken.some((other) => from < other.to && to > other.from) ||
      beside.some(({ height }) => height > candidate.height + 2)
    )
      continue;
    taken.push({ from, to, height: candidate.height });
    kept.set(candidate.index, candidate.middle);
  }
  return kept;
}

/** Every how many bars, counted from the last, an axis word fits: the smallest step at which no two of them touch. */
function stepThatFits(
  bars: readonly Bar[],
  options: { width: number; step: number; barWidth: number; measure: (text: string) => number },
): number {
  const { width, step, barWidth, measure } = options;
  const last = bars.length - 1;
  for (let every = 1; every < bars.length; every += 1) {
    const words = bars
      .map(({ axis }, index) => ({
        middle: within(index * step + barWidth / 2, measure(axis), width),
        half: measure(axis) / 2,
        index,
      }))
      .filter(({ index }) => (last - index) % every === 0);
    const apart = words.every(({ middle, half }, n) => {
      const next = words[n + 1];
      return !next || middle + half + textGap / 2 <= next.middle - next.half;
    });
    if (apart) return every;
  }
  return Math.max(1, bars.length);
}

/** A middle moved so that a text of that width stays between 0 and `width`. */
function within(middle: number, textWidth: number, width: number): number {
  return Math.min(Math.max(middle, textWidth / 2), width - textWidth / 2);
}

const round = (value: number): number => Math.round(value * 10) / 10;
