import { Button, ErrorLine } from '#web/kit';
import { useState, type ReactNode } from 'react';
import styles from './view.module.css';
import type { ViewWords } from './words.ts';

/** How to leave an app's own browser, which can read what it shows. */
export function Outside({ own, address }: { readonly own: ViewWords; readonly address: string }): ReactNode {
  const [copied, setCopied] = useState<boolean>();
  const copy = (): void => {
    // Without a secure context there is no clipboard at all.
    const writing = navigator.clipboard?.writeText(address) ?? Promise.reject(new Error('no clipboard'));
    writing.then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <section className={styles.card}>
      <h1>{own.say('outside.title')}</h1>
      <p>{own.say('outside.lead')}</p>
      <ol className={styles.steps}>
        <li>{own.say('outside.ios')}</li>
        <li>{own.say('outside.choose')}</li>
        <li>{own.say('outside.tap')}</li>
      </ol>
      <p>{own.say('outside.or')}</p>
      <Button weight="main" wide onClick={copy}>
        {own.say('outside.copy')}
      </Button>
      <output className={styles.said}>{copied ? own.say('outside.copied') : null}</output>
      {copied === false ? <ErrorLine>{own.say('outside.notCopied')}</ErrorLine> : null}
    </section>
  );
}
