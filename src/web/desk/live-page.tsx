import type { DeskLive } from '#contract';
import { useEffect, type ReactNode } from 'react';
import { secondsWords } from './clock-words.ts';
import { useDesk, useDeskState } from './context.tsx';
import { LiveChart } from './live-chart.tsx';
import styles from './pages.module.css';
import { TroubleLine } from './parts.tsx';
import { WideTable } from './wide-table.tsx';
import { useDeskWords, type DeskWords } from './words.ts';

/** Between two questions for the figures, should no frame bring them. */
const againMs = 15_000;

/** How the desk stands, for its supervisor: each figure with its words, each chart with its table. */
export function LivePage(): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { live, me, trouble } = useDeskState();
  const leads = me?.role === 'supervisor';
  useEffect(() => {
    if (!leads) return undefined;
    void sync.watch();
    const timer = window.setInterval(() => void sync.watch(), againMs);
    return () => window.clearInterval(timer);
  }, [sync, leads]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{words.say('live.title')}</h1>
        {live ? <p>{words.say('live.at', { time: words.time(live.at) })}</p> : null}
      </header>
      {leads ? <TroubleLine trouble={trouble} /> : <p>{words.say('live.only')}</p>}
      {leads && !live && !trouble ? <p>{words.say('loading')}</p> : null}
      {live ? (
        <>
          <Figures live={live} />
          <section className={styles.card} aria-labelledby="live-chart">
            <h2 id="live-chart">{words.say('live.chart')}</h2>
            <LiveChart series={live.series} />
          </section>
          <Teams live={live} />
          <StaffTable live={live} />
        </>
      ) : null}
    </div>
  );
}

function Figures({ live }: { readonly live: DeskLive }): ReactNode {
  const words = useDeskWords();
  const { teams, today, forecast } = live;
  const waiting = teams.reduce((sum, team) => sum + team.waiting, 0);
  const longest = Math.max(0, ...teams.map(({ longestWaitSeconds }) => longestWaitSeconds));
  const first = today.medianFirstAnswerSeconds;
  const figures = [
    {
      name: words.say('live.waiting'),
      value: words.number(waiting),
      more:
        waiting === 0
          ? words.say('inbox.waiting', { count: 0 })
          : words.say('live.longest', { wait: secondsWords(longest, words) }),
    },
    {
      name: words.say('live.answered'),
      value: words.number(today.answered),
      more: words.say('live.opened', { count: today.opened, closed: today.closed }),
    },
    {
      name: words.say('live.firstAnswer'),
      value: first === null ? '–' : secondsWords(first, words),
      more: words.say(first === null ? 'live.noAnswers' : 'live.firstAnswerHint'),
    },
    {
      name: words.say('live.satisfaction'),
      value:
        today.satisfaction === null
          ? '–'
          : words.say('live.satisfactionOf', { value: words.number(Math.round(today.satisfaction * 10) / 10) }),
      more: words.say(today.satisfaction === null ? 'live.nobodySaid' : 'live.satisfactionHint'),
    },
    {
      name: words.say('live.forecast'),
      value: forecast.withinSpan === null ? '–' : percent(forecast.withinSpan, words),
      more: forecastWords(forecast, words),
    },
  ];
  return (
    <ul className={styles.figures}>
      {figures.map(({ name, value, more }) => (
        <li key={name} className={styles.card}>
          <span>{name}</span>
          <b>{value}</b>
          <small>{more}</small>
        </li>
      ))}
    </ul>
  );
}

function percent(share: number, words: DeskWords): string {
  return `${words.number(Math.round(share * 100))} %`;
}

function forecastWords(forecast: DeskLive['forecast'], words: DeskWords): string {
  const { waits, withinQuarter, longWaits, longWithinQuarter, longWithinSpan } = forecast;
  if (waits === 0 || withinQuarter === null) return words.say('live.noWaits');
  const quarter = percent(withinQuarter, words);
  return [
    words.say('live.within'),
    ...(longWithinSpan === null ? [] : [words.say('live.longWithin', { percent: percent(longWithinSpan, words) })]),
    longWithinQuarter === null
      ? words.say('live.quarter', { percent: quarter })
      : words.say('live.quarters', { percent: quarter, long: percent(longWithinQuarter, words) }),
    words.say('live.waits', { count: waits, long: longWaits }),
  ].join('. ');
}

/** A wait of a team; there is none where nobody waits. */
function waitOf({ waiting }: DeskLive['teams'][number], seconds: number | null, words: DeskWords): string {
  return waiting === 0 || seconds === null ? '–' : secondsWords(seconds, words);
}

function Teams({ live }: { readonly live: DeskLive }): ReactNode {
  const words = useDeskWords();
  return (
    <div className={styles.card}>
      <h2 id="live-teams">{words.say('live.teams')}</h2>
      <WideTable
        labelledBy="live-teams"
        heads={[
          words.say('live.team'),
          words.say('live.series.waiting'),
          words.say('live.longestWait'),
          words.say('live.expected'),
          words.say('live.open'),
          words.say('live.late'),
        ]}
      >
        {live.teams.map((team) => (
          <tr key={team.team}>
            <th scope="row">{words.say(`team.${team.team}`)}</th>
            <td>{words.number(team.waiting)}</td>
            <td>{waitOf(team, team.longestWaitSeconds, words)}</td>
            <td>{waitOf(team, team.expectedWaitSeconds, words)}</td>
            <td>{words.number(team.open)}</td>
            <td>{team.late > 0 ? <b>{words.number(team.late)}</b> : '0'}</td>
          </tr>
        ))}
      </WideTable>
    </div>
  );
}

function StaffTable({ live }: { readonly live: DeskLive }): ReactNode {
  const words = useDeskWords();
  return (
    <div className={styles.card}>
      <h2 id="live-staff">{words.say('live.staff')}</h2>
      {live.staff.length === 0 ? (
        <p>{words.say('live.nobody')}</p>
      ) : (
        <WideTable
          labelledBy="live-staff"
          heads={[words.say('live.name'), words.say('live.role'), words.say('live.here'), words.say('live.load')]}
        >
          {live.staff.map(({ name, role, here, open, capacity }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{words.say(`role.${role}`)}</td>
              <td>{words.say(here ? 'live.yes' : 'live.no')}</td>
              <td>{words.say('live.loadOf', { open: words.number(open), capacity: words.number(capacity) })}</td>
            </tr>
          ))}
        </WideTable>
      )}
    </div>
  );
}
