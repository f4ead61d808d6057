import { shortAccountName, type AccountLabel } from '#contract';
import { useWords } from '#web/words';
import type { ReactNode } from 'react';
import styles from './card.module.css';
import { Icon, type IconName } from './icons.tsx';
import { accentOf, classes, Mark, Tile, useFace } from './parts.tsx';

interface CardProps {
  readonly bank: string;
  readonly account?: AccountLabel | undefined;
  /** When it was said: an instant; the card of an example has none. */
  readonly at?: string | undefined;
  /** Stands at the right instead of the time. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

/** One anatomy for every card: who, what, where and when, map or chart, detail, actions. */
export function Card({ bank, account, at, end, children }: CardProps): ReactNode {
  const words = useWords();
  const face = useFace(bank);
  return (
    <article className={styles.card} style={accentOf(face)} aria-label={face.name}>
      <header className={styles.who}>
        <Mark face={face} />
        <b>{face.name}</b>
        {account ? <span className={styles.account}>{shortAccountName(words, account)}</span> : null}
        {end ? <span className={styles.end}>{end}</span> : null}
        {at && !end ? (
          <time className={styles.end} dateTime={at}>
            {words.time(at)}
          </time>
        ) : null}
      </header>
      {children}
    </article>
  );
}

interface WhatProps {
  readonly amount?: string;
  /** The amount is no longer true: it was given back. */
  readonly reversed?: boolean;
  readonly title?: string;
  readonly name?: string | undefined;
  readonly icon?: IconName;
}

/** The amount or the state, large; the merchant or subject under it. */
export function What({ amount, reversed = false, title, name, icon }: WhatProps): ReactNode {
  return (
    <div className={styles.what}>
      <div>
        {amount ? <span className={classes(styles.amount, reversed && styles.reversed)}>{amount}</span> : null}
        {title ? <span className={styles.title}>{title}</span> : null}
        {name ? <span className={styles.name}>{name}</span> : null}
      </div>
      {icon ? <Tile icon={icon} /> : null}
    </div>
  );
}

/** One line: where and when, or what there is to say of the state. */
export function Where({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className={styles.where}>{children}</p>;
}

/** A row behind a hairline that opens. */
export function More({ summary, children }: { readonly summary: string; readonly children: ReactNode }): ReactNode {
  return (
    <details className={styles.more}>
      <summary>
        {summary}
        <Icon name="down" size={16} />
      </summary>
      {children}
    </details>
  );
}

/** The shape of a card that is on its way. */
export function CardGhost(): ReactNode {
  return (
    <div className={styles.card} aria-hidden="true">
      <div className={styles.who}>
        <span className={styles.ghost} style={{ width: '20px', height: '20px' }} />
        <span className={styles.ghost} style={{ width: '92px' }} />
      </div>
      <div className={styles.what}>
        <div>
          <span className={styles.ghost} style={{ width: '128px', height: '22px', margin: '6px 0 12px' }} />
          <span className={styles.ghost} style={{ width: '184px' }} />
        </div>
        <span className={styles.ghost} style={{ width: '40px', height: '40px', borderRadius: '12px' }} />
      </div>
      <div className={styles.where}>
        <span className={styles.ghost} style={{ width: '60%', marginTop: '8px' }} />
      </div>
    </div>
  );
}
