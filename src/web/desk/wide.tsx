import type { ReactNode } from 'react';
import styles from './pages.module.css';

/** What may be wider than the screen and is then scrolled by itself, by keys too: it takes the focus. */
export function Wide({
  labelledBy,
  children,
}: {
  readonly labelledBy: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles.wide} aria-labelledby={labelledBy} tabIndex={0}>
      {children}
    </section>
  );
}
