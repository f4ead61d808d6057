import type { StaffLooks } from '#contract';
import { Button, classes } from '#web/kit';
import { useCallback, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState } from './context.tsx';
import { DeskIcon } from './icons.tsx';
import styles from './pages.module.css';
import { TroubleLine } from './parts.tsx';
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
        <h1>{words.say('looks.title')}</h1>
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
      {people.length === 0 ? <p className={styles.card}>{words.say('looks.none')}</p> : null}
      <ul className={styles.people}>
        {people.map((one) => (
          <li key={one.name} className={styles.card}>
            <Person person={one} max={max} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** One of the staff, in counts: how many customers and cases, and which fields for which reason. */
function Person({
  person: { name, hour, day, cases, fields },
  max,
}: {
  readonly person: StaffLooks['people'][number];
  readonly max: number;
}): ReactNode {
  const words = useDeskWords();
  const counts = { hour, day, cases };
  return (
    <>
      <h2>{name}</h2>
      <dl className={styles.counts}>
        {(['hour', 'day', 'cases'] as const).map((one) => (
          <div key={one}>
            <dt>{words.say(`looks.${one}`)}</dt>
            <dd className={classes(one === 'hour' && hour >= max && styles.full)}>{words.number(counts[one])}</dd>
          </div>
        ))}
      </dl>
      {fields.length === 0 ? null : (
        <section aria-label={words.say('looks.fields')}>
          <h3>{words.say('looks.fields')}</h3>
          <dl className={styles.counts}>
            {fields.map(({ field, reason, looks }) => (
              <div key={`${field} ${reason}`}>
                <dt>
                  {words.say('looks.field', {
                    field: words.say(`field.${field}`),
                    reason: words.say(`reason.${reason}`),
                  })}
                </dt>
                <dd>{words.number(looks)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
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
    <div role="alert" className={styles.harvest}>
      <DeskIcon name="look" size={16} />
      <p>{words.say('looks.harvest', { name: harvest.name, time: words.time(harvest.at) })}</p>
      <Button weight="bare" onClick={() => sync.settleHarvest()}>
        {words.say('looks.read')}
      </Button>
    </div>
  );
}
