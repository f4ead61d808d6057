import type { DeskLive } from '#contract';
import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './pages.module.css';
import { WideTable } from './wide-table.tsx';
import { useDeskWords, type DeskWords } from './words.ts';

type Series = DeskLive['series'];

const heightPx = 200;

/** Waiting and answered over time, with the same figures as a table beside it. */
export function LiveChart({ series }: { readonly series: Series }): ReactNode {
  const words = useDeskWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let chart = draw(element, series, words);
    const redraw = (): void => {
      chart.destroy();
      chart = draw(element, series, words);
    };
    const sized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }));
    sized.observe(element);
    // A canvas does not follow the theme by itself.
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    return () => {
      sized.disconnect();
      themed.disconnect();
      scheme.removeEventListener('change', redraw);
      chart.destroy();
    };
  }, [series, words]);
  return (
    <div className={styles.chart}>
      <div>
        <p className={styles.legend} aria-hidden="true">
          <span className={styles.line}>{words.say('live.series.waiting')}</span>
          <span className={styles.dashes}>{words.say('live.series.answered')}</span>
        </p>
        <div ref={place} className={styles.plot} aria-hidden="true" />
      </div>
      <details open>
        <summary id="live-table">{words.say('live.asTable')}</summary>
        <WideTable
          labelledBy="live-table"
          heads={[words.say('live.time'), words.say('live.series.waiting'), words.say('live.series.answered')]}
        >
          {series.map(({ at, waiting, answered }) => (
            <tr key={at}>
              <th scope="row">{words.time(at)}</th>
              <td>{words.number(waiting)}</td>
              <td>{words.number(answered)}</td>
            </tr>
          ))}
        </WideTable>
      </details>
    </div>
  );
}

/** Draws with the colours of the theme as it is now; the two lines differ in form too, for black and white. */
function draw(element: HTMLElement, series: Series, words: DeskWords): uPlot {
  const style = getComputedStyle(element);
  const ink = style.color;
  const quiet = style.outlineColor;
  const line = style.borderTopColor;
  const axis = { stroke: quiet, font: '11px system-ui', grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const time = (seconds: number): string => words.time(new Date(seconds * 1000).toISOString());
  return new uPlot(
    {
      width: element.clientWidth,
      height: heightPx,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, Math.ceil(max * 1.15))] } },
      axes: [
        { ...axis, grid: { show: false }, space: 80, values: (_plot, splits) => splits.map(time) },
        { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      ],
      series: [
        {},
        { label: words.say('live.series.waiting'), stroke: ink, width: 2, points: { show: false } },
        { label: words.say('live.series.answered'), stroke: quiet, width: 2, dash: [6, 4], points: { show: false } },
      ],
    },
    [
      series.map(({ at }) => Date.parse(at) / 1000),
      series.map(({ waiting }) => waiting),
      series.map(({ answered }) => answered),
    ],
    element,
  );
}
