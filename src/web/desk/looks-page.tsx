import type { StaffLooks } from '#contract';
import { Button, ErrorLine } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useDesk, useDeskState } from './context.tsx';
import styles from './pages.module.css';
import { Wide } from './wide.tsx';
import { useDeskWords } from './words.ts';

/** While it is shown it is asked for again so often. */
const againMs = 15_000;

/** Who has looked at customers, how many, and why: for supervisors and privacy officers. */
export function LooksPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const [looks, setLooks] = useState<StaffLooks | 'failed' | undefined>(undefined);
  const may = me !== undefined && me.role !== 'agent';
  useEffect(() => {
    if (!may) return undefined;
    let stale = false;
    const ask = (): void =>
      void hub.looks().then(
        (came) => {
          if (!stale) setLooks(came);
        },
        () => {
          if (!stale) setLooks('failed');
        },
      );
    ask();
    const timer = window.setInterval(ask, againMs);
    return () => {
      stale = true;
      window.clearInterval(timer);
    };
  }, [hub, may]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 id="looks-title">{words.say('looks.title')}</h1>
      </header>
      {may ? null : <p className={styles.lead}>{words.say('looks.only')}</p>}
      {looks === 'failed' ? <ErrorLine>{words.say('noAnswer')}</ErrorLine> : null}
      {looks === undefined || looks === 'failed' ? null : <Looks looks={looks} />}
    </div>
  );
}

function Looks({ looks: { max, people } }: { readonly looks: StaffLooks }): ReactNode {
  const words = useDeskWords();
  return (
    <>
      <p className={styles.lead}>{words.say('looks.lead', { max })}</p>
      <div className={styles.card}>
        {people.length === 0 ? (
          <p>{words.say('looks.none')}</p>
        ) : (
          <Wide labelledBy="looks-title">
            <table>
              <thead>
                <tr>
                  {(['name', 'hour', 'day', 'cases', 'fields'] as const).map((head) => (
                    <th key={head} scope="col">
                      {words.say(`looks.${head}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {people.map(({ name, hour, day, cases, fields }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{hour >= max ? <b>{words.number(hour)}</b> : words.number(hour)}</td>
                    <td>{words.number(day)}</td>
                    <td>{words.number(cases)}</td>
                    <td>
                      {fields.map(({ field, reason, looks }) => (
                        <div key={`${field} ${reason}`}>
                          {words.say('looks.field', {
                            field: words.say(`field.${field}`),
                            reason: words.say(`reason.${reason}`),
                            count: words.number(looks),
                          })}
                        </div>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        )}
      </div>
    </>
  );
}

/** That somebody was stopped, until whoever leads them has read it. */
export function HarvestLine(): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { harvest } = useDeskState();
  if (!harvest) return null;
  return (
    <div role="alert">
      {words.say('looks.harvest', { name: harvest.name, time: words.time(harvest.at) })}{' '}
      <Button weight="bare" onClick={() => sync.settleHarvest()}>
        {words.say('looks.read')}
      </Button>
    </div>
  );
}
