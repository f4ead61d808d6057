import type { Detail, Disclosure, Purpose } from '#contract';
import { useId, type ReactNode } from 'react';
import styles from './linking.module.css';
import type { Signing } from './signing.ts';

/** How much the messenger that asked gets to see of each purpose that is switched on, by the very words. */
export function Levels({
  disclosure,
  signing,
}: {
  readonly disclosure: Disclosure;
  readonly signing: Signing;
}): ReactNode {
  const { levels } = disclosure;
  const shown = levels?.choices.filter(({ purpose }) => signing.chosen.has(purpose)) ?? [];
  if (!levels || shown.length === 0) return null;
  return (
    <section className={styles.group}>
      <h2>{levels.title}</h2>
      <p className={styles.hint}>{levels.note}</p>
      {shown.map((choice) => (
        <LevelChoice
          key={choice.purpose}
          choice={choice}
          detail={signing.details[choice.purpose] ?? 'pointer'}
          choose={signing.setDetail}
        />
      ))}
    </section>
  );
}

interface LevelChoiceProps {
  readonly choice: NonNullable<Disclosure['levels']>['choices'][number];
  readonly detail: Detail;
  readonly choose: (purpose: Purpose, detail: Detail) => void;
}

/** One purpose: a row a level, the whole row is the target. */
function LevelChoice({ choice: { purpose, title, examples }, detail, choose }: LevelChoiceProps): ReactNode {
  const id = useId();
  return (
    <fieldset className={styles.levels}>
      <legend>{title}</legend>
      <div className={styles.list}>
        {examples.map((one) => (
          <label key={one.detail} className={styles.level}>
            <input
              type="radio"
              name={`${id}-level`}
              checked={one.detail === detail}
              aria-labelledby={`${id}-${one.detail}`}
              aria-describedby={`${id}-${one.detail}-words`}
              onChange={() => choose(purpose, one.detail)}
            />
            <span>
              <b id={`${id}-${one.detail}`}>{one.label}</b>
              <span id={`${id}-${one.detail}-words`}>{one.text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
