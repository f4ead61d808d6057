import { layBars, type Bar } from '#contract';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import styles from './card.module.css';

const height = 72;

/** Bars in the bank's accent, each with its figure; the whole is read out by `name`. */
export function Bars({ bars, name }: { readonly bars: readonly Bar[]; readonly name: string }): ReactNode {
  const element = useRef<SVGSVGElement>(null);
  const width = useWidth(element);
  return (
    <svg ref={element} className={styles.bars} role="img" aria-label={name} viewBox={`0 0 ${width} ${height}`}>
      {layBars(bars, { width, height, measure }).map((bar) => (
        <g key={bar.x}>
          <rect
            x={bar.x}
            y={bar.y}
            width={bar.width}
            height={bar.height}
            rx={bar.empty ? 1 : Math.min(3, bar.height / 2)}
            fill={bar.empty ? 'var(--line)' : 'var(--bank)'}
          />
          {[bar.figure, bar.axis].map((text) =>
            text ? (
              <text key={text.y} x={text.x} y={text.y} fontSize="11" textAnchor="middle" fill="var(--ink-quiet)">
                {text.text}
              </text>
            ) : null,
          )}
        </g>
      ))}
    </svg>
  );
}

let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text at 11 px in the face that this device really uses. */
function measure(text: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 6.9;
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}

/** The width an element is drawn at, in pixels, kept up to date. */
export function useWidth(element: { readonly current: Element | null }): number {
  const [width, setWidth] = useState(326);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const take = (): void => {
      const drawn = Math.round(current.getBoundingClientRect().width);
      if (drawn > 0) setWidth(drawn);
    };
    take();
    const observer = new ResizeObserver(take);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
