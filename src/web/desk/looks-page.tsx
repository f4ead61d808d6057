import type { StaffLooks } from '#contract';
import { Button } from '#web/kit';
import { useCallback, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState } from './context.tsx';
import styles from './pages.module.css';
import { TroubleLine } from './parts.tsx';
import { WideTable } from './wide-table.tsx';
import { useDeskWords } from './words.ts';

/** While it is shown it is asked for again so often. */
const againMs = 15_000;

/** Who has looked at customers, how many, and why: for supervisors and privacy officers. */
export function LooksPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const may = me !== undefined && me.role !== 'agent';
  const ask = useCallback(() => hub.looks(), [hub]);
  const { answer: looks, trouble } = useAsked(may ? ask : undefined, againMs);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 id="looks-title">{words.say('looks.title')}</h1>
      </header>
      {may ? null : <p className={styles.lead}>{words.say('looks.only')}</p>}
      <TroubleLine trouble={trouble} />
      {looks ? <Looks looks={looks} /> : null}
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
          <WideTable
            labelledBy="looks-title"
            heads={(['name', 'hour', 'day', 'cases', 'fields'] as const).map((head) => words.say(`looks.${head}`))}
          >
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
          </WideTable>
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
