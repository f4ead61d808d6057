import type { JoinCode } from '#contract';
import { sentenceOf } from '#web/hub';
import { ErrorLine, Sheet } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import shared from '../privacy.module.css';
import { usePrivacyWords } from '../words.ts';
import styles from './channels.module.css';

/** The code that brings this chat to another messenger: only who reads it here can write it there. */
export function Join({ title, onClose }: { readonly title: string; readonly onClose: () => void }): ReactNode {
  const words = usePrivacyWords();
  const [code, setCode] = useState<JoinCode>();
  const [problem, setProblem] = useState<{ readonly sentence: string | undefined }>();
  useEffect(() => {
    let stale = false;
    centre.joinCode().then(
      (given) => (stale ? undefined : setCode(given)),
      (error: unknown) => (stale ? undefined : setProblem({ sentence: sentenceOf(error) })),
    );
    return () => {
      stale = true;
    };
  }, []);
  return (
    <Sheet title={title} onClose={onClose}>
      <p className={shared.lead}>{words.say('told.joinLead')}</p>
      <p className={styles.code} aria-live="polite">
        {code ? (
          <>
            <span>{words.say('told.code')}</span>
            <b>{code.code}</b>
          </>
        ) : null}
      </p>
      {problem ? <ErrorLine>{problem.sentence ?? words.say('problem')}</ErrorLine> : null}
    </Sheet>
  );
}
