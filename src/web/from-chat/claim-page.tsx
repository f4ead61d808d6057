import { isInAppBrowser } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, ErrorLine } from '#web/kit';
import { useState, type ReactNode } from 'react';
import { CopyButton, Sheet } from './frame.tsx';
import styles from './from-chat.module.css';
import { claim } from './hub.ts';
import type { Say } from './words.ts';

/** What opens the address: nothing is sent before "Continue" is pressed, so that a preview of it uses nothing up. */
export function ClaimPage({ say }: { readonly say: Say }): ReactNode {
  const token = location.hash.slice(1);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<'over' | 'none' | undefined>(undefined);
  if (!/^[\w-]{43}$/.test(token)) {
    return (
      <Sheet title={say('incomplete')}>
        <p>{say('incompleteText')}</p>
      </Sheet>
    );
  }
  if (problem === 'over') {
    return (
      <Sheet title={say('over')}>
        <p>{say('overText')}</p>
      </Sheet>
    );
  }
  if (isInAppBrowser(navigator.userAgent)) return <Outside say={say} />;
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      location.replace(await claim(token));
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      setProblem(error.code === 'link_address_over' || error.code === 'link_address_unknown' ? 'over' : 'none');
      setBusy(false);
    }
  };
  return (
    <Sheet
      title={say('title')}
      foot={
        <>
          {problem ? <ErrorLine>{say('problem')}</ErrorLine> : null}
          <Button weight="main" wide disabled={busy} onClick={() => void go()}>
            {say('continue')}
          </Button>
        </>
      }
    >
      <p>{say('lead')}</p>
      <p className={styles.care}>{say('own')}</p>
    </Sheet>
  );
}

function Outside({ say }: { readonly say: Say }): ReactNode {
  return (
    <Sheet
      title={say('outside')}
      foot={<CopyButton main text={location.href} label={say('copy')} done={say('copied')} />}
    >
      <p>{say('outsideText')}</p>
      <ul className={styles.steps}>
        <li>{say('outsideMenu')}</li>
        <li>{say('outsideCopy')}</li>
      </ul>
    </Sheet>
  );
}
