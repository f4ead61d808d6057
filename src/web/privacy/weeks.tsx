import { Bars, Hidden } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { centre } from './centre.ts';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

type Counted = Awaited<ReturnType<typeof centre.weeks>>;

/** How many entries each of the last weeks has: as bars, and as a table for whoever does not see them. */
export function Weeks(): ReactNode {
  const words = usePrivacyWords();
  const [now] = useState(() => Date.now());
  const [counted, setCounted] = useState<Counted>();
  useEffect(() => {
    let stale = false;
    centre.weeks().then(
      (answer) => {
        if (!stale) setCounted(answer);
      },
      // Without the figure the list says it all the same.
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, []);
  if (!counted) return <div className={styles.chart} aria-hidden="true" />;
  const { weeks } = counted;
  const nameOf = (n: number, from: string): string =>
    n === weeks.length - 1 ? words.say('chart.now') : words.localDay(from, now);
  const bars = weeks.map(({ from, entries }, n) => ({
    amount: entries,
    figure: entries === 0 ? '' : words.number(entries),
    axis: n % 3 === 2 || n === 0 ? nameOf(n, from) : '',
  }));
  const figures = words.list(weeks.map(({ entries }) => words.number(entries)));
  return (
    <div className={styles.chart}>
      <div className={styles.chartHead}>
        <h3>{words.say('chart.title', { count: weeks.at(-1)?.entries ?? 0 })}</h3>
        <span>{words.say('chart.all', { weeks: weeks.length })}</span>
      </div>
      <Bars bars={bars} name={words.say('chart.name', { figures })} />
      <Hidden>
        <table>
          <caption>{words.say('chart.table')}</caption>
          <tbody>
            {weeks.map(({ from, entries }) => (
              <tr key={from}>
                <th scope="row">
                  {words.say('chart.week')} {words.localDay(from, now)}
                </th>
                <td>{words.number(entries)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Hidden>
    </div>
  );
}
