import type { Disclosure } from '#contract';
import { classes, ErrorLine } from '#web/kit';
import { useId, type ReactNode } from 'react';
import styles from './linking.module.css';
import type { Signing } from './signing.ts';

/** The typed name that signs the text above. */
export function Signature({
  disclosure: { signature },
  signing,
}: {
  readonly disclosure: Disclosure;
  readonly signing: Signing;
}): ReactNode {
  const note = useId();
  const { problem, name, setName, nameField } = signing;
  const wrong = problem?.of === 'name';
  return (
    <section className={styles.group}>
      <label className={classes(styles.field, wrong && styles.wrong)}>
        <span>{signature.label}</span>
        <input
          ref={nameField}
          value={name}
          maxLength={100}
          autoComplete="name"
          aria-describedby={note}
          aria-invalid={wrong}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <p id={note} className={styles.hint}>
        {signature.note}
      </p>
      {wrong ? <ErrorLine>{problem.text}</ErrorLine> : null}
    </section>
  );
}
