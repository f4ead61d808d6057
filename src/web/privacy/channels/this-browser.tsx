import { ErrorLine } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { Switch } from '../switch.tsx';
import { usePrivacyWords } from '../words.ts';
import { browserStanding, turnOff, turnOn, type BrowserStanding } from './browser-push.ts';
import styles from './channels.module.css';
import { problemOf, type Told } from './told.ts';

/** "Notify me in this browser": asks for it only when it is pressed, and says what the browser will not do. */
export function ThisBrowser({
  told: { push },
  reload,
}: {
  readonly told: Told;
  readonly reload: () => Promise<void>;
}): ReactNode {
  const words = usePrivacyWords();
  const [standing, setStanding] = useState<BrowserStanding>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let stale = false;
    void browserStanding(push).then((found) => (stale ? undefined : setStanding(found)));
    return () => {
      stale = true;
    };
  }, [push]);
  const press = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const failed = standing === 'on' ? await turnOff() : await turnOn(push.publicKey);
      if (failed) setProblem(words.say(`told.notify.${failed}`));
      setStanding(await browserStanding(push));
      if (!failed) await reload();
    } catch (error) {
      setProblem(problemOf(words, error));
    }
    setBusy(false);
  };
  if (standing === undefined) return null;
  const can = standing === 'on' || standing === 'off';
  return (
    <>
      <Switch
        label={words.say('told.notify')}
        on={standing === 'on'}
        disabled={busy || !can}
        onPress={() => void press()}
      />
      <p className={styles.rowNote}>{words.say(can ? 'told.notifyNote' : `told.notify.${standing}`)}</p>
      {problem && standing !== 'refused' ? (
        <div className={styles.rowNote}>
          <ErrorLine>{problem}</ErrorLine>
        </div>
      ) : null}
    </>
  );
}
