import { Button, pageStyles, TellerlineMark } from '#web/kit';
import { useState, type ReactNode } from 'react';
import styles from './from-chat.module.css';

/** A page of one matter: a mark, a title, what it says, and what can be done at its end. */
export function Sheet({
  title,
  children,
  foot,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}): ReactNode {
  return (
    <>
      <main className={styles.main}>
        <TellerlineMark size={40} />
        <h1 className={pageStyles.large}>{title}</h1>
        {children}
      </main>
      {foot ? <footer className={pageStyles.dock}>{foot}</footer> : null}
    </>
  );
}

/** Copies a text and says so, on the button itself. */
export function CopyButton({
  text,
  label,
  done,
  main = false,
}: {
  readonly text: string;
  readonly label: string;
  readonly done: string;
  readonly main?: boolean;
}): ReactNode {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      weight={main ? 'main' : 'plain'}
      wide
      onClick={() => {
        // Where copying is not allowed the text can still be marked by hand.
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      <span aria-live="polite">{copied ? done : label}</span>
    </Button>
  );
}
