import type { ReactNode } from 'react';
import styles from './pages.module.css';

interface WideTableProps {
  readonly labelledBy: string;
  /** Of the columns, each its own. */
  readonly heads: readonly string[];
  /** Its rows. */
  readonly children: ReactNode;
}

/** A table that may be wider than the screen and is then scrolled by itself, by keys too: it takes the focus. */
export function WideTable({ labelledBy, heads, children }: WideTableProps): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles.wide} aria-labelledby={labelledBy} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
