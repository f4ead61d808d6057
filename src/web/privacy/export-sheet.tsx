import { Icon, Sheet } from '#web/kit';
import type { ReactNode } from 'react';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

/** The two forms in which everything can be taken along. */
export function ExportSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const words = usePrivacyWords();
  return (
    <Sheet title={words.say('export')} onClose={onClose}>
      <p className={styles.lead}>{words.say('export.text')}</p>
      <div className={styles.choices}>
        <a className={styles.choice} href="/api/export.html" download>
          <Icon name="bills" />
          {words.say('export.html')}
        </a>
        <a className={styles.choice} href="/api/export.json" download>
          <Icon name="arrow-down" />
          {words.say('export.json')}
        </a>
      </div>
    </Sheet>
  );
}
