import { sentenceOf } from '#web/hub';
import { Button, ErrorLine, Sheet } from '#web/kit';
import { useState, type ReactNode } from 'react';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

/** What is asked before something is taken back. */
export interface Asked {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly act: () => Promise<unknown>;
}

interface ConfirmProps {
  readonly asked: Asked;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

/** Says what will happen, and does it on a second press. The safe answer stands first. */
export function Confirm({ asked, onDone, onClose }: ConfirmProps): ReactNode {
  const words = usePrivacyWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const act = async (): Promise<void> => {
    setBusy(true);
    try {
      await asked.act();
      await onDone();
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error) ?? words.say('problem'));
      setBusy(false);
    }
  };
  return (
    <Sheet title={asked.title} onClose={onClose}>
      <p className={styles.lead}>{asked.text}</p>
      {problem === undefined ? null : <ErrorLine>{problem}</ErrorLine>}
      <div className={styles.answers}>
        <Button weight="main" wide disabled={busy} onClick={onClose}>
          {words.say('confirm.keep')}
        </Button>
        <Button weight="grave" wide disabled={busy} onClick={() => void act()}>
          {asked.yes}
        </Button>
      </div>
    </Sheet>
  );
}
